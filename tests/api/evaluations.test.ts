import { afterAll, beforeAll, expect, test } from 'vitest';
import { createToken } from '../../src/storage/apiToken.js';
import { findRelease } from '../../src/storage/dataRelease.js';
import { storeEvaluations } from '../../src/storage/evaluation.js';
import { measured } from './measuredEvaluation.js';
import { serveSmallArchive } from './served.js';

let api: Awaited<ReturnType<typeof serveSmallArchive>>;
let token: string;

beforeAll(async () => {
  api = await serveSmallArchive();
  const [dr1, dr2, dr3] = await Promise.all(['dr1', 'dr2', 'dr3'].map((name) => findRelease(api.db, name)));
  const modelId = api.archive.served.id;
  const of = (set: string, release: { id: number; revision: number }) =>
    measured({ modelId, set, setKey: set, release });
  await storeEvaluations(api.db, [
    measured({ modelId, set: 'pairs.h5', setKey: 'p' }),
    of('dr1', { id: dr1.id, revision: dr1.revision }),
    of('dr2', { id: dr2.id, revision: dr2.revision + 1 }),
    of('dr3', { id: dr3.id, revision: 1 }),
    measured({ modelId: api.archive.unseen.id, set: 'unseen.h5', setKey: 'u' }),
  ]);
  ({ token } = await createToken(api.db, { name: 'dr3', scopes: ['read:dr3'], expiresAt: null }));
});
afterAll(() => api.close());

interface Answer {
  models: { name: string; evaluations: { set: string; release: string | null }[] }[];
}
const sets = ({ models }: Answer) => models.flatMap(({ evaluations }) => evaluations.map(({ set }) => set)).sort();

test('figures of an evaluation are told as they were measured', async () => {
  const query = `{ model(id: "${api.archive.served.id}") { evaluations {
    set release spectra pairs simulated noiseless trainedOn parts seed notes
    recovery { noise snr queries chance reranked { recovered { value error } falseTwins share } bound { recovered { value } } overBound { value error } ownMetric { medianBefore } }
    recasting { meanResidual } recastingFar { spectra } coverage { element method noise snr within68 rmse } faults { name loss } } } }`;
  const { model } = await api.ask<{ model: { evaluations: { set: string }[] } }>(query);
  expect(model.evaluations.find(({ set }) => set === 'pairs.h5')).toEqual({
    set: 'pairs.h5',
    release: null,
    spectra: 40,
    pairs: 20,
    simulated: true,
    noiseless: true,
    trainedOn: false,
    parts: ['recovery', 'bound', 'abundances', 'recasting', 'faults'],
    seed: 1,
    notes: ['a note'],
    recovery: [
      {
        noise: 'none',
        snr: null,
        queries: 40,
        chance: 1 / 39,
        reranked: { recovered: { value: 0.95, error: 0.02 }, falseTwins: [0, 1], share: [0.95, 1] },
        bound: null,
        overBound: null,
        ownMetric: null,
      },
      {
        noise: '50',
        snr: 50,
        queries: 40,
        chance: 1 / 39,
        reranked: { recovered: { value: 0.75, error: 0.02 }, falseTwins: [0, 1], share: [0.75, 1] },
        bound: { recovered: { value: 0.8 } },
        overBound: { value: 0.9375, error: null },
        ownMetric: { medianBefore: 0 },
      },
    ],
    recasting: { meanResidual: 0.002 },
    recastingFar: null,
    coverage: [
      { element: 'Fe', method: 'nonlinear', noise: '50', snr: 50, within68: 0.68, rmse: 0.02 },
      { element: 'Mg', method: 'nonlinear', noise: '50', snr: 50, within68: 0.7, rmse: 0.03 },
    ],
    faults: [{ name: 'continuum', loss: 0.5 }],
  });
});

test('evaluations on hidden releases, staged revisions and of hidden models are told to nobody else, in one statement for all models', async () => {
  api.statements.length = 0;
  const answer = await api.ask<Answer>('{ models { name evaluations { set release } } }');
  expect(sets(answer)).toEqual(['dr1', 'pairs.h5']);
  expect(api.statements.filter((sql) => sql.includes('from evaluation'))).toHaveLength(1);
  const { data } = await api.post<Answer>('{ models { name evaluations { set release } } }', {}, token);
  expect(sets(data)).toContain('dr3');
  expect(sets(data)).not.toContain('dr2');
});

test('the same again, or more of it, takes the place of an earlier one', async () => {
  const modelId = api.archive.served.id;
  const again = measured({ modelId, set: 'renamed.h5', setKey: 'p' });
  await storeEvaluations(api.db, [again]);
  await storeEvaluations(api.db, [{ ...again, set: 'fewer.h5', parts: ['recovery'], queries: 10 }]);
  expect(sets(await api.ask<Answer>('{ models { name evaluations { set release } } }'))).toEqual([
    'dr1',
    'fewer.h5',
    'renamed.h5',
  ]);
});
