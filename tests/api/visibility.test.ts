import { afterAll, beforeAll, expect, test } from 'vitest';
import { findRelease, publish, withdraw } from '../../src/storage/dataRelease.js';
import { serveSmallArchive } from './served.js';

let api: Awaited<ReturnType<typeof serveSmallArchive>>;
beforeAll(async () => {
  api = await serveSmallArchive();
});
afterAll(() => api.close());

const everything = `fragment Everything on Star {
  name release snr parameters { teff release } spectrum { release snr flux } latent { release searched }
  twins(first: 1000) { release search { candidates } edges { node { name } distance } } }`;

test('nothing of a draft or of a staged revision shows in any field', async () => {
  for (const id of ['D0', 'apogee:D1', 'S40'])
    expect(await api.ask(`{ star(id: "${id}") { name } }`)).toEqual({ star: null });
  const whole = await api.ask<object>(
    `{ releases { name } models { trainedOn config } status { stars releases { name } } stars(first: 1000) { totalCount edges { node { name } } }
       S12: star(id: "S12") { ...Everything } S24: star(id: "S24") { ...Everything } } ${everything}`,
  );
  const text = JSON.stringify(whole);
  for (const hidden of ['dr3', 'D0', 'D1', 'D2', 'D3', 'S40']) expect(text).not.toContain(`"${hidden}"`);
  expect(whole).toMatchObject({
    stars: { totalCount: api.archive.visible.size },
    S12: {
      release: 'dr2',
      snr: 69,
      parameters: { release: 'dr2' },
      spectrum: { release: 'dr2' },
      latent: { release: 'dr2', searched: [1, 1, 0] },
    },
  });
});

test('publishing makes the draft and the staged revision visible, and withdrawing hides them again', async () => {
  const dr2 = await findRelease(api.db, 'dr2');
  const dr3 = await findRelease(api.db, 'dr3');
  const query =
    '{ D0: star(id: "D0") { name } S40: star(id: "S40") { name } S12: star(id: "S12") { release latent { release } } }';
  await expect(withdraw(api.db, dr3.id)).rejects.toThrow('release "dr3" is a draft: it is not visible');
  await publish(api.db, dr2.id);
  expect(await api.ask(query)).toMatchObject({ D0: null, S40: { name: 'S40' }, S12: { release: 'dr2' } });
  await publish(api.db, dr3.id);
  expect(await api.ask(query)).toMatchObject({
    D0: { name: 'D0' },
    S12: { release: 'dr3', latent: { release: 'dr3' } },
  });
  await withdraw(api.db, dr3.id);
  expect(await api.ask(query)).toMatchObject({ D0: null, S12: { release: 'dr2', latent: { release: 'dr2' } } });
});
