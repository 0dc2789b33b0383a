import { readView, type View } from '../storage/view.js';
import type { Access } from './access.js';
import { createLoaders, type Loaders } from './loaders.js';
import type { Services } from './services.js';

/** What one request works with: resolvers get it as their context. */
export interface Context extends Services {
  readonly access: Access;
  /**
   * The served model and the visible releases, the same for the whole request: read when a field first asks, so that introspection costs no
   * statement, and then kept. A publication or promotion during the request does not mix two states.
   */
  readonly view: () => Promise<View>;
  readonly loaders: Loaders;
}

export function createContext(services: Services, access: Access): Context {
  let reading: Promise<View> | undefined;
  const view = () => {
    reading ??= readView(services.db, access.releases);
    return reading;
  };
  return { ...services, access, view, loaders: createLoaders(services, view) };
}
