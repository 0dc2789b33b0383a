import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sharing } from '../../src/domain/systematics.js';
import { storeAnalysis } from '../../src/storage/analysis.js';
import { readView } from '../../src/storage/view.js';
import { serveSmallArchive } from './served.js';

const REACH = 1.5;

let api: Awaited<ReturnType<typeof serveSmallArchive>>;
beforeAll(async () => {
  api = await serveSmallArchive();
  // By the last digit: S02 and S12 went through one fibre. All are of one field but S03.
  await api.db.query(
    `update spectrum set properties = jsonb_build_object('MEANFIB', 100.2 + right(star_id, 1)::int, 'FIELD', case when star_id like '%S03' then 'B' else 'A' end)
     where star_id like 'apogee:%'`,
  );
});
afterAll(() => api.close());

interface Twins {
  star: {
    twins: {
      edges: { distance: number; sharedSystematics: string[] | null; node: { survey: string; name: string } }[];
    };
  };
}
const twinsOf = async (id: string, first: number) =>
  (
    await api.ask<Twins>(
      `query ($id: ID!, $first: Int!) { star(id: $id) { twins(first: $first) { edges { distance sharedSystematics node { survey name } } } } }`,
      { id, first },
    )
  ).star.twins.edges;

const sharing = (condition: Sharing['condition'], explains: boolean): Sharing => ({
  condition,
  stars: 30,
  neighbours: 10,
  observed: 0.4,
  expected: 0.1,
  probability: 0.001,
  reach: REACH,
  explains,
});

async function keep(found: readonly Sharing[]): Promise<void> {
  const { releases } = await readView(api.db);
  const analysis = {
    modelId: api.archive.served.id,
    settings: {},
    checksum: JSON.stringify(found),
    stars: 30,
    releases,
  };
  await api.db.transaction(async (tx) => {
    await storeAnalysis(tx, { ...analysis, method: 'systematics', results: { sharing: found } });
  });
}

test('nothing is said of what twins share before it was looked for', async () => {
  const edges = await twinsOf('apogee:S02', 50);
  expect(edges.length).toBeGreaterThan(20);
  for (const { sharedSystematics } of edges) expect(sharedSystematics).toBeNull();
});

test('near twins are marked by what they share and what explains neighbours, and no others', async () => {
  await keep([sharing('fibre', true), sharing('field', false)]);
  const edges = await twinsOf('apogee:S02', 50);
  for (const { distance, sharedSystematics, node } of edges) {
    const shares = node.survey === 'apogee' && node.name.endsWith('2') && distance <= REACH;
    expect(sharedSystematics).toEqual(shares ? ['FIBRE'] : []);
  }
  expect(edges.filter(({ sharedSystematics }) => sharedSystematics?.length).length).toBeGreaterThan(0);
  await keep([sharing('field', true)]);
  for (const { distance, sharedSystematics, node } of await twinsOf('apogee:S02', 50))
    expect(sharedSystematics).toEqual(
      node.survey === 'apogee' && node.name !== 'S03' && distance <= REACH ? ['FIELD'] : [],
    );
});

test('two statements tell it of all twins of a page', async () => {
  const count = async (first: number) => {
    api.statements.length = 0;
    await twinsOf('apogee:S02', first);
    return api.statements.length;
  };
  expect(await count(20)).toBe(await count(2));
});
