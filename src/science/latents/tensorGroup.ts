import type { Tensors } from '../artefact/tensors.js';

/** Tensors under a common name: { mean } of the group 'basis' is 'basis.mean'. */
export function group(name: string, tensors: Tensors): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([key, tensor]) => [`${name}.${key}`, tensor]));
}

/** The tensors of a group, by their own names. */
export function ungroup(name: string, tensors: Tensors): Tensors {
  const prefix = `${name}.`;
  return Object.fromEntries(
    Object.entries(tensors).flatMap(([key, tensor]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), tensor]] : [],
    ),
  );
}
