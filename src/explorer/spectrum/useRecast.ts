import { useEffect, useMemo, useRef, useState } from 'react';
import { RecastDocument } from '../generated/graphql';
import { type AnswerError, ask } from '../graphql/ask';
import { noteQuestion } from '../graphql/behind';
import { latestOnly } from '../graphql/latestOnly';
import { asAnswerError } from '../graphql/useAnswer';
import type { ParameterName } from './trainingRange';
import { decoded } from './useSpectrum';

export type Parameters = Readonly<Partial<Record<ParameterName, number>>>;

export interface Recast {
  readonly flux: Float32Array;
  readonly to: Parameters;
  readonly extrapolated: boolean;
  /** ms from the question to the numbers. */
  readonly took: number;
}

/**
 * The star's spectrum at other parameters, following them as they change: one question at a time, and of those that come meanwhile the latest.
 * @param to null: nothing is recast
 */
export function useRecast(id: string, to: Parameters | null): { recast: Recast | null; error: AnswerError | null } {
  const [state, setState] = useState<{ recast: Recast | null; error: AnswerError | null }>(nothing);
  const star = useRef(id);
  star.current = id;
  const request = useMemo(
    () =>
      latestOnly(async (wanted: { id: string; to: Parameters }) => {
        const begun = performance.now();
        try {
          const { star: found } = await ask(RecastDocument, variablesOf(wanted));
          if (!found?.recast || star.current !== wanted.id) return;
          const flux = decoded(found.recast.flux);
          const took = performance.now() - begun;
          setState({ recast: { flux, to: wanted.to, extrapolated: found.recast.extrapolated, took }, error: null });
        } catch (error) {
          setState(({ recast }) => ({ recast, error: asAnswerError(error) }));
        }
      }),
    [],
  );
  const key = JSON.stringify(to);
  useEffect(() => {
    const wanted = JSON.parse(key) as Parameters | null;
    if (!wanted) return setState(nothing);
    request({ id, to: wanted });
    return noteQuestion(RecastDocument, variablesOf({ id, to: wanted }));
  }, [id, key, request]);
  return state;
}

const nothing = { recast: null, error: null };

function variablesOf({ id, to }: { id: string; to: Parameters }) {
  const { teff = 0, logg = 0, feh } = to;
  return { id, to: { teff, logg, ...(feh !== undefined && { feh }) } };
}
