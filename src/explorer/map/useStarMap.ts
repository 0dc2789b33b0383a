import { useEffect, useState } from 'react';
import { type ProjectionKind, StarMapDocument, type StarMapQuery } from '../generated/graphql';
import { type AnswerError, ask } from '../graphql/ask';
import { noteQuestion } from '../graphql/behind';
import { asAnswerError } from '../graphql/useAnswer';
import { decoded } from '../spectrum/useSpectrum';

export type ColumnName = 'x' | 'y' | 'teff' | 'logg' | 'feh' | 'snr';

const names: readonly ColumnName[] = ['x', 'y', 'teff', 'logg', 'feh', 'snr'];

/** Every star of the archive that was laid out, column by column. */
export interface StarMap {
  readonly kind: ProjectionKind;
  readonly model: string;
  readonly explainedVariance: readonly number[] | null;
  /** How many stars there are in all; ids holds those that have come. */
  readonly stars: number;
  readonly ids: readonly string[];
  readonly columns: Readonly<Record<ColumnName, Float32Array>>;
}

export interface StarMapAnswer {
  /** Null while unknown, and where there is no projection. */
  readonly map: StarMap | null;
  readonly loading: boolean;
  readonly error: AnswerError | null;
}

/** Loads a projection page by page; what has come is there to be drawn. */
export function useStarMap(kind: ProjectionKind, wanted: boolean): StarMapAnswer {
  const [state, setState] = useState<StarMapAnswer>(waiting);
  useEffect(() => {
    if (!wanted) return;
    const aborter = new AbortController();
    setState(waiting);
    const forget = noteQuestion(StarMapDocument, { kind, after: null });
    load(kind, aborter.signal, setState).catch(
      (error: unknown) =>
        aborter.signal.aborted || setState(({ map }) => ({ map, loading: false, error: asAnswerError(error) })),
    );
    return () => {
      aborter.abort();
      forget();
    };
  }, [kind, wanted]);
  return state;
}

const waiting: StarMapAnswer = { map: null, loading: true, error: null };

async function load(kind: ProjectionKind, signal: AbortSignal, show: (state: StarMapAnswer) => void): Promise<void> {
  let map: StarMap | null = null;
  let after: string | null = null;
  do {
    const { projection }: StarMapQuery = await ask(StarMapDocument, { kind, after }, signal);
    if (signal.aborted) return;
    if (!projection) break;
    map = joined(map, projection);
    after = projection.pageInfo.hasNextPage ? projection.pageInfo.endCursor : null;
    show({ map, loading: after !== null, error: null });
  } while (after !== null);
  if (!map) show({ map: null, loading: false, error: null });
}

function joined(map: StarMap | null, page: NonNullable<StarMapQuery['projection']>): StarMap {
  const { kind, model, explainedVariance, stars } = page;
  const columns = Object.fromEntries(
    names.map((name) => [name, appended(map?.columns[name] ?? new Float32Array(), decoded(page[name]))]),
  ) as Record<ColumnName, Float32Array>;
  return { kind, model, explainedVariance, stars, ids: [...(map?.ids ?? []), ...page.ids.map(String)], columns };
}

function appended(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
