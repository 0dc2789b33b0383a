import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../../src/api/log.js';
import { Acquaintance } from '../../src/api/twin/acquaintance.js';
import { startCompute } from '../../src/compute/pool.js';
import { FehPopulation } from '../../src/science/latents/metric/fehPopulation.js';
import type { TwinMetric } from '../../src/science/latents/metric/twinMetric.js';
import { pack } from '../../src/science/linearAlgebra/triangle.js';
import type { Database } from '../../src/storage/database.js';
import { publish, type Release } from '../../src/storage/dataRelease.js';
import { ensurePartition, storeLatents } from '../../src/storage/latent.js';
import { storeModel } from '../../src/storage/model.js';
import { storeParameters } from '../../src/storage/starParameters.js';
import { serve } from '../../src/storage/view.js';
import { ViewReads } from '../../src/storage/viewReads.js';
import { describePopulation } from '../../workers/latentPopulation.js';
import { metricArtefact, syntheticMetric } from '../science/latents/metric/metricArtefact.js';
import { randomInformation, times } from '../science/latents/metric/randomEvidence.js';
import { gaussians } from '../science/latents/randomNumbers.js';
import { addStars, gridId, idOf, parameters } from '../storage/archiveContent.js';
import { testDatabases } from '../storage/testDatabases.js';
import { countStatements } from '../testArchive.js';
import { type Served, serveDatabase } from './served.js';

const N = 3;
const STARS = 380;
const names = Array.from({ length: STARS }, (_, i) => `s${String(i).padStart(3, '0')}`);

interface Star {
  readonly searched: Float32Array;
  readonly information: Float32Array;
  readonly informationVector: Float32Array;
}

/** Stars on a lattice with one of three informations: many distances are equal, and many Bayes factors. */
function starsOf(seed: number): Map<string, Star> {
  const normal = gaussians(seed);
  const informations = [3, 9, 27].map((size) => randomInformation(N, N, size, normal));
  return new Map(
    names.map((name, i) => {
      const r = [i % 4, Math.floor(i / 4) % 3, i % 5].map((x) => 0.3 * x);
      const information = informations[Math.floor(i / 60) % 3];
      return [
        name,
        {
          searched: Float32Array.from(r, (x) => Math.round(x / 0.3)),
          information: Float32Array.from(pack(information, N)),
          informationVector: Float32Array.from(times(information, r), (e, k) => e + r[k]),
        },
      ];
    }),
  );
}

const feh = (name: string) => ({ value: (Number(name.slice(1)) % 5) / 10, sigma: 0.1 });

const readsEvidence = (sql: string) => sql.includes('string_agg(stamp');

interface Edge {
  readonly cursor: string;
  readonly distance: number;
  readonly logBayesFactor: number;
  readonly chi2: number;
  readonly degreesOfFreedom: number;
  readonly node: { readonly name: string };
}
interface Twins {
  star: {
    twins: { search: { ranked: number }; edges: Edge[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
  };
}
const query = `query ($id: ID!, $first: Int!, $after: String, $filter: StarFilter, $model: ID) {
  star(id: $id) { twins(first: $first, after: $after, filter: $filter, model: $model) {
    search { ranked } edges { cursor distance logBayesFactor chi2 degreesOfFreedom node { name } } pageInfo { hasNextPage endCursor } } } }`;

describe.each(testDatabases)('the order of twins in $name', ({ open }) => {
  let db: Database;
  let api: Served;
  let release: Release;
  let modelId: string;
  let otherId: string;
  const stars = starsOf(5);
  const metric = syntheticMetric(N).with({ population: FehPopulation.fit(names.map((name) => feh(name).value)) });

  beforeAll(async () => {
    db = await open();
    release = await addStars(db, 'order', names);
    await storeParameters(
      db,
      release.id,
      names.map((name) => ({
        starId: idOf(name),
        parameters: {
          ...parameters(4500, 2, feh(name).value),
          errors: { teff: null, logg: null, feh: feh(name).sigma },
        },
      })),
    );
    modelId = await encode(metric);
    otherId = await encode(syntheticMetric(N, 2));
    await publish(db, release.id);
    await serve(db, modelId);
    api = await serveDatabase(db);
  });
  afterAll(async () => {
    await api.close();
    await db.close();
  });

  async function encode(of: TwinMetric): Promise<string> {
    const description = {
      method: 'polydis',
      preset: 'compact',
      parameters: ['teff', 'logg', 'feh'] as const,
      gridId: await gridId(db),
      trainedOn: 'order',
      trainedOnId: release.id,
      simulated: true,
      config: {},
      metrics: {},
      history: [],
    };
    const { id } = await storeModel(db, description, metricArtefact(of));
    await ensurePartition(db, id);
    const rows = [...stars].map(([name, { searched, information, informationVector }]) => ({
      starId: idOf(name),
      releaseId: release.id,
      visit: 0,
      z: searched,
      searched,
      estimate: {
        residual: searched,
        information,
        informationVector,
        refined: new Float32Array(3),
        refinedCovariance: new Float32Array(6),
      },
      extrapolated: false,
      reason: null,
    }));
    await storeLatents(db, id, rows);
    return id;
  }

  /** By brute force: the nearest 300 by (distance, id), sorted by (log Bayes factor descending, id), then all others. */
  function truth(from: string, accept: (name: string) => boolean = () => true) {
    const own = stars.get(from) as Star;
    const weigh = (name: string) => metric.weigh({ ...(stars.get(name) as Star), feh: feh(name) });
    const found = [...stars]
      .filter(([name]) => name !== from && accept(name))
      .map(([name, { searched }]) => ({
        name,
        distance: Math.sqrt(searched.reduce((sum, x, k) => sum + (x - own.searched[k]) ** 2, 0)),
        logBayesFactor: metric.logBayesFactor(weigh(from), weigh(name)),
      }))
      .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
    const ranked = found
      .slice(0, 300)
      .sort((a, b) => b.logBayesFactor - a.logBayesFactor || (a.name < b.name ? -1 : 1));
    return [...ranked, ...found.slice(300)];
  }

  async function allPages(id: string, first: number, filter?: object): Promise<Edge[]> {
    const edges: Edge[] = [];
    for (let after: string | null = null; ; ) {
      const { star }: Twins = await api.ask<Twins>(query, { id, first, after, filter });
      edges.push(...star.twins.edges);
      if (!star.twins.pageInfo.hasNextPage) return edges;
      after = star.twins.pageInfo.endCursor;
    }
  }

  it('is that of brute force: the nearest 300 by Bayes factor, the others by distance', async () => {
    const { star } = await api.ask<Twins>(query, { id: 's000', first: 1000 });
    const expected = truth('s000');
    expect(star.twins.search.ranked).toBe(300);
    expect(star.twins.edges.map(({ node }) => node.name)).toEqual(expected.map(({ name }) => name));
    star.twins.edges.forEach(({ logBayesFactor, distance }, i) => {
      expect(logBayesFactor).toBe(expected[i].logBayesFactor);
      expect(distance).toBeCloseTo(expected[i].distance, 6);
    });
    expect(expected.slice(0, 300).some(({ distance }, i) => i > 0 && distance < expected[i - 1].distance)).toBe(true);
  });

  it.each([7, 90, 299, 300, 301])('has pages of %i that neither repeat nor skip a star among ties', async (first) => {
    const expected = truth('s017');
    expect(new Set(expected.slice(0, 300).map(({ logBayesFactor }) => logBayesFactor)).size).toBeLessThan(250);
    const pages = await allPages('s017', first);
    expect(pages.map(({ node }) => node.name)).toEqual(expected.map(({ name }) => name));
    expect(pages.map(({ logBayesFactor }) => logBayesFactor)).toEqual(
      expected.map(({ logBayesFactor }) => logBayesFactor),
    );
  });

  it('is that of the stars that pass the filter', async () => {
    const names = await allPages('s017', 11, { namePrefix: 's3' });
    expect(names.map(({ node }) => node.name)).toEqual(
      truth('s017', (name) => name.startsWith('s3')).map(({ name }) => name),
    );
  });

  it('comes with chi square and its degrees of freedom', async () => {
    const { star } = await api.ask<Twins>(query, { id: 's000', first: 20 });
    for (const { node, chi2, degreesOfFreedom } of star.twins.edges)
      expect({ chi2, degreesOfFreedom }).toEqual(
        metric.chiSquare(stars.get('s000') as Star, stars.get(node.name) as Star),
      );
    expect(star.twins.edges[0].degreesOfFreedom).toBe(N);
  });

  it('tells how many false twins to expect once the population is described, the same on every page', async () => {
    const rates = `query ($id: ID!, $first: Int!, $after: String) { star(id: $id) { twins(first: $first, after: $after) {
      edges { distance falseTwinRate } pageInfo { hasNextPage endCursor } } } }`;
    interface Rates {
      star: {
        twins: {
          edges: { distance: number; falseTwinRate: number | null }[];
          pageInfo: { hasNextPage: boolean; endCursor: string };
        };
      };
    }
    const whole = async () => (await api.ask<Rates>(rates, { id: 's000', first: 400 })).star.twins.edges;
    expect((await whole()).every(({ falseTwinRate }) => falseTwinRate === null)).toBe(true);
    await describePopulation(db, modelId, release.id);
    const edges = await whole();
    const byDistance = edges.toSorted((a, b) => a.distance - b.distance).map((edge) => edge.falseTwinRate as number);
    expect(byDistance).toEqual(byDistance.toSorted((a, b) => a - b));
    expect(byDistance[0]).toBe(0);
    expect(byDistance[299]).toBeCloseTo(300, 6);
    const paged: Rates['star']['twins']['edges'][number][] = [];
    for (let after: string | null = null; ; ) {
      const { twins }: Rates['star'] = (await api.ask<Rates>(rates, { id: 's000', first: 150, after })).star;
      paged.push(...twins.edges);
      if (!twins.pageInfo.hasNextPage) break;
      after = twins.pageInfo.endCursor;
    }
    expect(paged).toEqual(edges);
  });

  it('goes on without a star whose latent is damaged, and puts it last of those that are ranked', async () => {
    const broken = idOf('s004');
    const damaged = Uint8Array.from(new Uint8Array(Float32Array.from({ length: 6 }, () => -1e6).buffer));
    const [{ information }] = await db.query<{ information: Uint8Array }>(
      'select information from latent where model_id = $1 and star_id = $2',
      [modelId, broken],
    );
    const write = (bytes: Uint8Array) =>
      db.query('update latent set information = $3 where model_id = $1 and star_id = $2', [modelId, broken, bytes]);
    await write(damaged);
    try {
      const { star } = await api.ask<Twins>(query, { id: 's000', first: 1000 });
      const expected = truth('s000').map(({ name }) => name);
      const last = star.twins.edges[299];
      expect(last).toMatchObject({ node: { name: 's004' }, logBayesFactor: null, chi2: null, degreesOfFreedom: null });
      expect(star.twins.edges.map(({ node }) => node.name).toSpliced(299, 1)).toEqual(
        expected.filter((name) => name !== 's004'),
      );
      expect((await allPages('s000', 90)).map(({ node }) => node.name)).toEqual(
        star.twins.edges.map(({ node }) => node.name),
      );
      const own = await api.ask<Twins>(query, { id: 's004', first: 5 });
      expect(own.star.twins.edges.map(({ logBayesFactor }) => logBayesFactor)).toEqual([null, null, null, null, null]);
    } finally {
      await write(information);
    }
  });

  it('refuses a cursor of either part that belongs to another star, filter or model', async () => {
    const { star } = await api.ask<Twins>(query, { id: 's000', first: 310 });
    for (const edge of [4, 305]) {
      const after = star.twins.edges[edge].cursor;
      for (const misuse of [{ id: 's001' }, { filter: { namePrefix: 's' } }, { model: otherId }]) {
        const { errors } = await api.post(query, { id: 's000', first: 5, after, ...misuse });
        expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
      }
      const page = await api.ask<Twins>(query, { id: 's000', first: 3, after });
      expect(page.star.twins.edges[0].node.name).toBe(truth('s000')[edge + 1].name);
    }
  });

  it('costs one statement for the search, and one more where chi2 is asked', async () => {
    await api.ask(query, { id: 's000', first: 3 });
    api.statements.length = 0;
    await api.ask(query, { id: 's000', first: 3 });
    // The view, the star; the search, the twins; what the twins that are shown are compared by.
    // Budgets are settled by the clock, whatever is asked.
    expect(api.statements.filter((sql) => !sql.includes('settle_request_budget'))).toHaveLength(5);
  });

  it('is that of brute force for each star of a list, what is read of their neighbours by one statement', async () => {
    const compute = startCompute({ backend: 'auto' });
    const served = await serveDatabase(db, { compute });
    try {
      const listed = `query ($first: Int!) { stars(first: $first) { edges { node { name twins(first: 4) { edges { logBayesFactor node { name } } } } } } }`;
      interface Listed {
        stars: { edges: { node: { name: string; twins: { edges: Pick<Edge, 'logBayesFactor' | 'node'>[] } } }[] };
      }
      for (const statements of [1, 0]) {
        served.statements.length = 0;
        const { stars: list } = await served.ask<Listed>(listed, { first: 40 });
        expect(list.edges).toHaveLength(40);
        for (const { node } of list.edges)
          expect(node.twins.edges.map((edge) => [edge.node.name, edge.logBayesFactor])).toEqual(
            truth(node.name)
              .slice(0, 4)
              .map(({ name, logBayesFactor }) => [name, logBayesFactor]),
          );
        expect(served.statements.filter(readsEvidence)).toHaveLength(statements);
      }
    } finally {
      await served.close();
      await compute.close();
    }
  });

  it('is told of stars that were met beforehand without reading their evidence', async () => {
    const compute = startCompute({ backend: 'auto' });
    const logged: string[] = [];
    const log = createLog({ write: (line: string) => void logged.push(line) });
    const counted = countStatements(db);
    const acquaintance = new Acquaintance({ db: counted, compute, views: new ViewReads(db), log });
    const served = await serveDatabase(db, { compute });
    try {
      for (let times = 0; times < 2; times++) acquaintance.begin(modelId);
      await acquaintance.done();
      // 380 stars, a hundred at a time.
      expect(counted.statements.filter(readsEvidence)).toHaveLength(4);
      const ranked = `query ($id: ID!) { star(id: $id) { twins(first: 20) { edges { logBayesFactor node { name } } } } }`;
      const { star } = await served.ask<Twins>(ranked, { id: 's000' });
      expect(star.twins.edges.map(({ node }) => node.name)).toEqual(
        truth('s000')
          .slice(0, 20)
          .map(({ name }) => name),
      );
      expect(served.statements.filter(readsEvidence)).toEqual([]);
      expect(logged).toEqual([]);
    } finally {
      await served.close();
      await acquaintance.close();
      await compute.close();
    }
  });
});
