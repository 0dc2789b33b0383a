import { useEffect, useRef, useState } from 'react';
import { type ProjectionKind, StarMapDocument } from '../generated/graphql';
import { type AnswerError, ask } from '../graphql/ask';
import { noteQuestion } from '../graphql/behind';
import { asAnswerError } from '../graphql/useAnswer';
import { type Asked, beginning, furtherColumns, isNames, otherPlane, wholeQuestion } from './columnQuestion';
import { projectionOf } from './quantity';
import { joined, type Page, type StarTable, withColumns, withPlane } from './starTable';

export interface StarMapAnswer {
  /** Null while unknown, and where there is no projection. */
  readonly table: StarTable | null;
  readonly loading: boolean;
  readonly error: AnswerError | null;
}

/**
 * Loads the stars page by page, so that what has come can be drawn, then the columns that are wanted and not there yet.
 * @param wanted names of columns; species that there are none of are left out
 */
export function useStarMap(wanted: readonly string[], enabled: boolean): StarMapAnswer {
  const [state, setState] = useState<StarMapAnswer>(waiting);
  const whole = useRef<StarTable | null>(null);
  const key = wanted.join(' ');
  useEffect(() => {
    if (!enabled) return;
    const aborter = new AbortController();
    const get = async (kind: ProjectionKind, asked: Asked, after: string | null): Promise<Page | null> => {
      const { projection } = await ask(StarMapDocument, { ...asked, kind, after }, aborter.signal);
      aborter.signal.throwIfAborted();
      return projection ?? null;
    };
    const show = (table: StarTable | null, loading: boolean) => setState({ table, loading, error: null });
    load(key.split(' '), whole, get, show).catch(
      (error: unknown) =>
        aborter.signal.aborted || setState(({ table }) => ({ table, loading: false, error: asAnswerError(error) })),
    );
    return () => aborter.abort();
  }, [key, enabled]);
  const kind = state.table?.kind ?? null;
  useEffect(() => {
    if (kind === null) return;
    const names = key.split(' ');
    // What is loaded step by step, as one question.
    const forget = noteQuestion(StarMapDocument, { ...wholeQuestion(names), kind, after: null });
    const other = names.map(projectionOf).find((each) => each !== null && each !== kind);
    const forgetOther =
      other && noteQuestion(StarMapDocument, { ...otherPlane, kind: other, after: null }, `StarMap, ${other}`);
    return () => {
      forget();
      forgetOther?.();
    };
  }, [key, kind]);
  return state;
}

const waiting: StarMapAnswer = { table: null, loading: true, error: null };

type Get = (kind: ProjectionKind, asked: Asked, after: string | null) => Promise<Page | null>;
type Show = (table: StarTable | null, loading: boolean) => void;

/** @param kept the table once it is whole, with all columns that were ever wanted */
async function load(
  wanted: readonly string[],
  kept: { current: StarTable | null },
  get: Get,
  show: Show,
): Promise<void> {
  const needed = wanted.map(projectionOf).find((kind) => kind !== null) ?? 'PCA';
  kept.current ??=
    (await loadStars(needed, beginning, get, show)) ??
    (await loadStars(needed === 'PCA' ? 'UMAP' : 'PCA', beginning, get, show));
  if (!kept.current) return show(null, false);
  for (;;) {
    const table = kept.current;
    const missing = wanted.filter((name) => isMissing(table, name));
    if (missing.length === 0) return show(table, false);
    show(table, true);
    try {
      kept.current = await loadMissing(table, missing, get);
    } catch (error) {
      // Another computation of the projection, with other stars: all anew.
      if (!(error instanceof RangeError)) throw error;
      kept.current = null;
      return load(wanted, kept, get, show);
    }
  }
}

function isMissing({ columns, names, species }: StarTable, name: string): boolean {
  if (isNames(name)) return !names[name];
  return !columns[name] && (projectionOf(name) !== null || species.includes(name));
}

/** One step: another plane, a column of names, or all species that are missing. */
async function loadMissing(table: StarTable, missing: readonly string[], get: Get): Promise<StarTable> {
  const other = missing.map(projectionOf).find((kind) => kind !== null);
  if (other) return withPlane(table, (await loadStars(other, otherPlane, get, () => {})) ?? nowhere(table, other));
  const [named] = missing.filter(isNames);
  const columns = named === undefined ? missing : [named];
  const pages: Page[] = [];
  for (const [i, cursor] of table.cursors.entries()) {
    const page = await get(table.kind, furtherColumns(columns), i === 0 ? null : table.cursors[i - 1]);
    // Cursors tell one computation of a projection from another: the same row must be the same star.
    if (page?.pageInfo.endCursor !== cursor) throw new RangeError('the projection was computed anew');
    pages.push(page);
  }
  return columns.reduce((known, column) => withColumns(known, column, pages), table);
}

/** Where there is no such projection nobody has a place in it. */
function nowhere(table: StarTable, kind: ProjectionKind): StarTable {
  const prefix = kind.toLowerCase();
  const columns = { [`${prefix}1`]: new Float32Array(), [`${prefix}2`]: new Float32Array() };
  return { ...table, kind, ids: [], columns, explainedVariance: null };
}

async function loadStars(kind: ProjectionKind, asked: Asked, get: Get, show: Show): Promise<StarTable | null> {
  let table: StarTable | null = null;
  let after: string | null = null;
  do {
    const page: Page | null = await get(kind, asked, after);
    if (!page) return null;
    table = joined(table, page);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    if (after !== null) show(table, true);
  } while (after !== null);
  return table;
}
