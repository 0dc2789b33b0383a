import { createContext, useContext } from 'react';
import type { ArchiveStatusQuery } from '../generated/graphql';
import type { Answer } from '../graphql/useAnswer';

/** The archive as every view needs to know it. */
export type ArchiveStatus = ArchiveStatusQuery['status'];

export const StatusContext = createContext<Answer<ArchiveStatusQuery> | null>(null);

/** The archive's status; null until it is known. */
export function useStatus(): ArchiveStatus | null {
  return useContext(StatusContext)?.data?.status ?? null;
}
