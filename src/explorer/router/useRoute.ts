import { useMemo, useSyncExternalStore } from 'react';
import { type Patch, parseRoute, type Route, withParams } from './route';

/** The view that the address names; follows links, the back button and `replaceParams`. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return useMemo(() => parseRoute(hash), [hash]);
}

/** Goes to another view, as a click on a link does. */
export function navigate(address: string): void {
  location.hash = address;
}

/** Changes parameters of this view: in place, or as a step that the back button undoes. */
export function setParams(patch: Patch, step: 'replace' | 'push' = 'replace'): void {
  const address = withParams(parseRoute(location.hash), patch);
  if (address === location.hash) return;
  if (step === 'push') history.pushState(null, '', address);
  else history.replaceState(null, '', address);
  for (const told of listeners) told();
}

const listeners = new Set<() => void>();

function subscribe(told: () => void): () => void {
  listeners.add(told);
  addEventListener('hashchange', told);
  addEventListener('popstate', told);
  return () => {
    listeners.delete(told);
    removeEventListener('hashchange', told);
    removeEventListener('popstate', told);
  };
}
