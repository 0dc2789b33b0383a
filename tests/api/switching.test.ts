import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/storage/database.js';
import { publish, type Release, showRevision, stagedRevisions, withdraw } from '../../src/storage/dataRelease.js';
import { storeSpectra } from '../../src/storage/spectrum.js';
import { changeStaged } from '../../src/storage/storedVersion.js';
import { serve } from '../../src/storage/view.js';
import { addLatents, addModel, addStars, idOf, newSpectrum, setTeff } from '../storage/archiveContent.js';
import { openTestDatabase } from '../testArchive.js';
import { type Served, serveDatabase } from './served.js';

/** Requests in flight, and how many in all while the archive changes beneath them. */
const AT_ONCE = 6;
const REQUESTS = 90;

/** Fields whose statements are sent one after the other: what is read first and what last must be of one state. */
const query = `{
  models { name served }
  stars(first: 50) { totalCount edges { node { name parameters { teff } latent { model release searched } } } }
  star(id: "c") { twins(first: 5) { model search { candidates } edges { distance node { name spectrum { release } } } } }
  releases { name revision }
  status { model { name } stars releases { name } }
  again: stars(first: 50) { edges { node { name spectrum { snr } } } }
}`;

interface State {
  readonly stars: { readonly totalCount: number; readonly edges: readonly unknown[] };
  readonly star: { readonly twins: { readonly search: { readonly candidates: number } } };
  readonly releases: readonly { readonly name: string; readonly revision: number }[];
}

let db: Database;
let served: Served;
let first: Release;
let second: Release;
let models: string[];

const vectors = (names: readonly string[], scale: number) =>
  Object.fromEntries(names.map((name, i) => [name, [scale * i, (scale * i) % 3, 1]]));

async function addRelease(name: string, stars: readonly string[], teff: number): Promise<Release> {
  const release = await addStars(db, name, stars);
  await setTeff(db, release, Object.fromEntries(stars.map((star, i) => [star, teff + i])));
  for (const [i, model] of models.entries()) await addLatents(db, model, release, vectors(stars, i + 1));
  return release;
}

beforeAll(async () => {
  db = await openTestDatabase();
  models = [await addModel(db, 'one'), await addModel(db, 'two')];
  first = await addRelease('dr1', ['a', 'b', 'c', 'd', 'e'], 4000);
  second = await addRelease('dr2', ['c', 'd', 'e', 'f', 'g', 'h'], 5000);
  for (const model of [...models, models[0]]) await serve(db, model);
  await publish(db, first.id);
  served = await serveDatabase(db);
});
afterAll(async () => {
  await served.close();
  await db.close();
});

/** Asks again and again, several at a time, while `change` goes on. @returns the answers */
async function askWhile(change: (step: number) => Promise<void>): Promise<State[]> {
  const answers: State[] = [];
  let changing = true;
  const changes = (async () => {
    for (let step = 0; changing; step++) {
      await change(step);
      // Out of step with the requests, which an embedded database answers in turns.
      await delay((step * 7) % 23);
    }
  })();
  const asker = async () => {
    while (answers.length < REQUESTS) answers.push(await served.ask<State>(query));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, asker));
  changing = false;
  await changes;
  return answers;
}

/** Without revisions, which rise with every publication. */
const plain = ({ releases, ...rest }: State) => JSON.stringify({ ...rest, releases: releases.map(({ name }) => name) });

describe('requests while a model is promoted and a release published and withdrawn', () => {
  const over = () =>
    db.transaction(async (tx) => {
      await serve(tx, models[1]);
      await publish(tx, second.id);
    });
  const back = () =>
    db.transaction(async (tx) => {
      await serve(tx, models[0]);
      await withdraw(tx, second.id);
    });

  test('are answered from the one state or the other, whole', async () => {
    const before = plain(await served.ask<State>(query));
    await over();
    const after = plain(await served.ask<State>(query));
    await back();
    expect(before).not.toBe(after);
    const answers = await askWhile((step) => (step % 2 ? back() : over()));
    const seen = new Set(answers.map(plain));
    expect(seen).toEqual(new Set([before, after]));
  });
});

describe('requests while revisions of a release are published one after the other', () => {
  test('see of each revision all of it, and nothing of the next', async () => {
    const { revision } = (await served.ask<State>(query)).releases.find(({ name }) => name === 'dr1') ?? {
      revision: 0,
    };
    const stars = (await served.ask<State>(query)).stars.totalCount;
    const answers = await askWhile(async (step) => {
      if (step >= 30) return;
      await addRelease('dr1', [`new-${step}`], 4500);
      await publish(db, first.id);
    });
    for (const answer of answers) {
      const seen = answer.releases.find(({ name }) => name === 'dr1')?.revision ?? 0;
      expect(answer.stars.totalCount - stars).toBe(seen - revision);
      expect(answer.stars.edges).toHaveLength(answer.stars.totalCount);
      expect(answer.star.twins.search.candidates).toBe(answer.stars.totalCount - 1);
    }
    expect(new Set(answers.map(({ stars: { totalCount } }) => totalCount)).size).toBeGreaterThan(2);
  });
});

interface Told {
  readonly releases: readonly { readonly name: string; readonly revision: number }[];
  readonly stars: { readonly edges: readonly { readonly node: Star }[] };
  readonly again: {
    readonly edges: readonly {
      readonly node: { readonly spectrum: { readonly snr: number } };
    }[];
  };
}

interface Star {
  readonly parameters: { readonly teff: number };
  readonly latent: { readonly searched: readonly number[] };
}

describe('requests while the spectra of a release are replaced, published and taken back', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];

  /** New spectra, parameters and latents of all its stars, in which a number stands wherever something is told. */
  async function replaceAll(told: number): Promise<void> {
    await db.transaction(async (tx) => {
      await stagedRevisions(tx, [first.id]);
      const changes = [{ kind: 'retire' as const, visit: 0 }];
      await changeStaged(
        tx,
        first.id,
        names.map((name) => ({ id: idOf(name), changes })),
      );
      await setTeff(tx, first, Object.fromEntries(names.map((name) => [name, told])));
      const spectra = names.map((name) => newSpectrum(tx, first, name, { snr: told, checksum: `${told}` }));
      await storeSpectra(tx, await Promise.all(spectra));
    });
    for (const model of models)
      await addLatents(db, model, first, Object.fromEntries(names.map((name, i) => [name, [told, i, 0]])));
  }

  test('see in all fields what one revision tells', async () => {
    // The newer release would tell of three of the stars.
    await withdraw(db, second.id);
    const toldIn = new Map<number, number>();
    let revision = 0;
    await replaceAll(4000);
    const start = await publish(db, first.id);
    toldIn.set(start.revision, 4000);
    const answers = await askWhile(async (step) => {
      if (step % 5 === 4) return void (await showRevision(db, first.id, revision - 1));
      await replaceAll(4001 + step);
      // What is published is known before anybody can see it.
      toldIn.set(Math.max(...toldIn.keys()) + 1, 4001 + step);
      ({ revision } = await publish(db, first.id));
    });
    const seen = new Set<number>();
    for (const answer of answers as unknown as Told[]) {
      const told = toldIn.get(answer.releases.find(({ name }) => name === 'dr1')?.revision ?? 0);
      seen.add(told ?? 0);
      const stars = answer.stars.edges.slice(0, names.length);
      expect(stars.map(({ node }) => [node.parameters.teff, node.latent.searched[0]])).toEqual(
        names.map(() => [told, told]),
      );
      expect(answer.again.edges.slice(0, names.length).map(({ node }) => node.spectrum.snr)).toEqual(
        names.map(() => told),
      );
    }
    expect(seen.size).toBeGreaterThan(2);
  });
});
