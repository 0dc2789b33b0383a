/** Takes a value into a statement's parameters and gives its placeholder. */
export type Bind = (value: unknown) => string;

export function binder(parameters: unknown[]): Bind {
  return (value) => `$${parameters.push(value)}`;
}
