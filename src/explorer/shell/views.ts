import { type ComponentType, lazy } from 'react';
import { FindPage } from '../find/FindPage';
import type { Route } from '../router/route';
import { StarPage } from '../star/StarPage';

const MapPage = lazy(async () => ({ default: (await import('../map/MapPage')).MapPage }));
const YoursPage = lazy(async () => ({ default: (await import('../yours/YoursPage')).YoursPage }));
const ArchivePage = lazy(async () => ({ default: (await import('../archive/ArchivePage')).ArchivePage }));

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
  { name: 'map', label: 'Map', listed: true, Page: MapPage },
  { name: 'yours', label: 'Your own', listed: true, Page: YoursPage },
  { name: 'archive', label: 'Archive', listed: true, Page: ArchivePage },
  { name: 'star', label: 'Star', listed: false, Page: StarPage, titleOf: ({ rest }) => rest[0] ?? 'Star' },
];
