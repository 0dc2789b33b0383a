import type { ComponentType } from 'react';
import { FindPage } from '../find/FindPage';
import type { Route } from '../router/route';
import { StarPage } from '../star/StarPage';

export interface View {
  /** First part of the address. */
  readonly name: string;
  readonly label: string;
  /** Stands in the navigation; a star is reached from others. */
  readonly listed: boolean;
  readonly Page: ComponentType<{ readonly route: Route }>;
  readonly titleOf?: (route: Route) => string;
}

/** The views, in the order of the navigation. */
export const views: readonly View[] = [
  { name: 'find', label: 'Find', listed: true, Page: FindPage },
  { name: 'star', label: 'Star', listed: false, Page: StarPage, titleOf: ({ rest }) => rest[0] ?? 'Star' },
];
