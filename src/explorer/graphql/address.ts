/** Where a path of the API is. The pages are at / and /graphql of what may lie below another path of the host: the API's other paths stand beside them. */
export function apiAddress(path: string): string {
  return new URL(path, location.href).href;
}

/** Where subscriptions are spoken. */
export function liveAddress(): string {
  return apiAddress('graphql').replace(/^http/, 'ws');
}
