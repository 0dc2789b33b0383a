import { spawnSync } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../src/config.js';
import type { Evaluation } from '../workers/evaluation/results.js';
import type { SystematicsSummary } from '../workers/tasks/systematics.js';
import { pythonEnvironment, pythonTest } from './python/python.js';
import { type Snippet, shape, snippets } from './snippets.js';
import { killServerAfter, type RunningServer, starkin, startServer, temporaryFolder } from './starkin.js';

const apogee = join(projectRoot, 'tests', 'fixtures', 'apogee');
const giant = 'apStar-dr17-2M17335483-2753043.fits';

/** Stars of the simulated survey, of its one cluster, and real ones. */
const demonstrated = 600 + 15 + 2;

let folder: string;
let env: NodeJS.ProcessEnv;
let server: RunningServer;

/** A demonstration small enough for a test; training is short, so its figures are far from those of the README. */
beforeAll(async () => {
  folder = await temporaryFolder('server');
  const config = join(folder, 'starkin.json');
  await writeFile(config, '{"train": {"overrides": {"faderdis": {"epochs": 60}}}}');
  env = { STARKIN_DATA: join(folder, 'archive'), STARKIN_CONFIG: config, STARKIN_DEMO_STARS: '600', DATABASE_URL: '' };
  await killServerAfter(env, /ingest: 600 of 600/, 2000);
  server = await startServer(env);
}, 240_000);

afterAll(async () => {
  await server.end('SIGTERM');
  await rm(folder, { recursive: true });
});

async function ask<T>(query: string): Promise<T> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data: T; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

describe('the demonstration', () => {
  test('went on after a kill in the middle, and simulated and ingested nothing twice', () => {
    expect(server.stderr()).not.toMatch(/simulate: /);
    expect(server.stderr()).toMatch(/train: /);
  });

  test('answers which stars are the kin of a real one, and says that this is extrapolated', async () => {
    type Answer = {
      star: {
        parameters: { teff: number };
        twins: { extrapolated: boolean; edges: { logBayesFactor: number; node: { id: string } }[] };
      };
    };
    const { star } = await ask<Answer>(
      '{ star(id: "2M17335483-2753043") { parameters { teff } twins(first: 5) { extrapolated edges { logBayesFactor node { id } } } } }',
    );
    expect(star.parameters.teff).toBeCloseTo(3676.88, 2);
    expect(star.twins.edges).toHaveLength(5);
    expect(star.twins.extrapolated).toBe(true);
    const factors = star.twins.edges.map(({ logBayesFactor }) => logBayesFactor);
    expect(factors).toEqual([...factors].sort((a, b) => b - a));
  });

  test('finds true twins far above chance under every model', async () => {
    const { code, stdout } = await starkin(['evaluate', '--parts', 'recovery', '--json'], env);
    expect(code).toBe(0);
    const { sets } = JSON.parse(stdout) as Evaluation;
    expect(sets.map(({ set }) => set)).toEqual(['demonstration']);
    expect(sets[0].models.map(({ method }) => method).sort()).toEqual(['faderdis', 'polydis']);
    for (const { recovery } of sets[0].models) {
      const [{ queries, candidates, reranked, chance }] = recovery;
      expect({ queries, candidates }).toEqual({ queries: 600, candidates: 599 });
      expect(reranked.recovered.value).toBeGreaterThan(50 * chance);
    }
  });

  test('tells what its latents follow, and that nothing but chemistry made its twins as far as it knows', async () => {
    const { code, stdout } = await starkin(['systematics', '--json'], env);
    expect(code).toBe(0);
    const { stars, trends } = JSON.parse(stdout) as SystematicsSummary;
    expect(stars).toBe(demonstrated);
    for (const stage of ['before', 'after'])
      expect(trends.filter((each) => each.stage === stage).map(({ property }) => property)).toEqual(
        expect.arrayContaining(['teff', 'logg', 'feh']),
      );
    type Answer = { star: { twins: { edges: { sharedSystematics: string[] | null }[] } } };
    const { star } = await ask<Answer>(
      '{ star(id: "2M17335483-2753043") { twins(first: 2) { edges { sharedSystematics } } } }',
    );
    expect(star.twins.edges).toEqual([{ sharedSystematics: [] }, { sharedSystematics: [] }]);
  });

  test('serves what the second start finds, without building again', async () => {
    expect(await server.end('SIGTERM')).toBe(0);
    server = await startServer(env);
    expect(server.stderr()).not.toMatch(/building/);
    expect(await ask('{ stars(first: 1) { totalCount } }')).toEqual({ stars: { totalCount: demonstrated } });
  });
});

describe('beside a running server', () => {
  test('status is answered by the owner of the archive', async () => {
    const { code, stdout } = await starkin(['status', '--json'], env);
    expect(code).toBe(0);
    const status = JSON.parse(stdout) as {
      releases: { name: string; state: string; spectra: number; encoded: number }[];
    };
    expect(status.releases).toContainEqual(
      expect.objectContaining({ name: 'demonstration', state: 'published', spectra: 600, encoded: 600 }),
    );
  });

  test('ingest stores what it can, names what it cannot, and ends with 1; publishing makes it visible', async () => {
    const input = join(folder, 'input');
    await mkdir(input);
    await cp(join(apogee, giant), join(input, giant));
    await writeFile(join(input, 'cut.fits'), (await readFile(join(apogee, giant))).subarray(0, 100_000));
    await writeFile(join(input, 'notes.txt'), 'not a spectrum');
    const ingest = await starkin(['ingest', '--release', 'more', '--format', 'apogee', input], env);
    expect(ingest.code).toBe(1);
    expect(ingest.stdout).toMatch(/release more: 1 spectra stored, 0 there already, 2 failed, from 3 files/);
    expect(ingest.stdout).toMatch(/BAD_FILE \S+cut\.fits: .*expected .*found/);
    expect(ingest.stdout).toMatch(/BAD_FILE \S+notes\.txt: .*expected .*found/);
    const names = async () =>
      (await ask<{ releases: { name: string }[] }>('{ releases { name } }')).releases.map(({ name }) => name);
    expect(await names()).not.toContain('more');
    const publish = await starkin(['release', 'publish', 'more'], env);
    expect(publish).toMatchObject({ code: 0 });
    expect(await names()).toContain('more');
  });

  test('the same files again are skipped as done', async () => {
    const again = await starkin(['ingest', '--release', 'more', '--format', 'apogee', join(apogee, giant)], env);
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toMatch(/0 spectra stored, 1 there already/);
  });

  test('a token that is made while the server runs shows a draft until it is revoked, and is not logged', async () => {
    await starkin(['ingest', '--release', 'next', '--format', 'apogee', join(apogee, giant)], env);
    const created = await starkin(['token', 'create', '--name', 'portal', '--read', 'next', '--expires', '12h'], env);
    expect(created.code).toBe(0);
    const token = created.stdout.split('\n')[0];
    const asked = () =>
      fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: '{"query": "{ star(id: \\"2M17335483-2753043\\") { release } }"}',
      });
    expect(await (await asked()).json()).toMatchObject({ data: { star: { release: 'next' } } });
    expect(await ask('{ star(id: "2M17335483-2753043") { release } }')).toEqual({ star: { release: 'more' } });
    expect(await starkin(['token', 'revoke', 'portal'], env)).toMatchObject({ code: 0 });
    expect((await asked()).status).toBe(401);
    expect(server.stderr()).not.toContain(token);
    expect((await starkin(['token', 'list'], env)).stdout).toMatch(/portal +revoked +read:next/);
  });

  test('a second server is refused, with the process that owns the archive', async () => {
    const { code, stderr } = await starkin(['serve'], { ...env, PORT: '0' });
    expect(code).toBe(2);
    expect(stderr).toMatch(/starkin serve: .*process \d+/);
  });

  test('the demonstration is not built into an archive that holds releases', async () => {
    const { code, stderr } = await starkin(['demo'], env);
    expect(code).toBe(2);
    expect(stderr).toMatch(/the archive holds releases already: .*demonstration/);
  });

  test('an error comes back with its remedy and code 2', async () => {
    const { code, stderr, stdout } = await starkin(['release', 'publish', 'nothing', '--json'], env);
    expect(code).toBe(2);
    expect(stderr).toMatch(/starkin release publish: no release "nothing"\n {2}remedy: /);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });
});

describe('the documents', () => {
  const documents = [
    'README.md',
    'docs/operator.md',
    'docs/portal-developer.md',
    'docs/archive-scientist.md',
    'docs/living-archive.md',
    'docs/tutorial-portal.md',
    'docs/tutorial-python.md',
    'docs/tutorial-operator.md',
  ];
  const all = documents.flatMap(snippets);
  /** By document and place in it. */
  const written = (language: string): [string, Snippet][] =>
    documents.flatMap((file) =>
      all
        .filter((snippet) => snippet.file === file && snippet.language === language)
        .map((snippet, i): [string, Snippet] => [`${file} ${i + 1}`, snippet]),
    );
  /** Run by continuous integration itself, on a fresh clone. */
  const elsewhere = /^npm (start|test)$/;

  test.each(written('graphql'))('ask what the archive answers: %s', async (_, { text }) => {
    expect(await ask(text)).not.toHaveProperty('star', null);
  });

  test('show an answer of the shape that the archive gives', async () => {
    const [query, answer] = snippets('README.md').filter(
      ({ language }) => language === 'graphql' || language === 'json',
    );
    expect(shape({ data: await ask(query.text) })).toEqual(shape(JSON.parse(answer.text)));
  });

  test.each(written('sh'))(
    'show commands that work beside the server: %s',
    async (_, { text }) => {
      for (const line of text.trim().split('\n')) {
        if (elsewhere.test(line)) continue;
        const [npx, program, ...args] = line.split(' ');
        expect([npx, program]).toEqual(['npx', 'starkin']);
        const inFolder = args.map((arg) =>
          /\.(h5|parquet)$/.test(arg) ? join(folder, arg) : arg === '2000' ? '100' : arg,
        );
        expect(await starkin(inFolder, env)).toMatchObject({ code: 0 });
      }
    },
    120_000,
  );

  /** What each program of a document prints, in order. */
  const printed: Readonly<Record<string, RegExp>> = {
    'docs/archive-scientist.md 1': /^(.* K .*\n){10}8575 8575 8575\s*$/,
    'docs/archive-scientist.md 2': /^(\[.*\] +[-+]\d\.\d{3} \+- \d\.\d{3} {2}95 % in .*\n){18}(None|\{.*\}) 18\n$/,
    'docs/archive-scientist.md 3':
      /^\[\]\n([A-Z][a-z]? +[-+]\d+\.\d\d \+- \d+\.\d\d .*\n){18}2M17335483-2753043 +[\d.]+ +[\d.]+\n(.*\n){4}$/,
    'docs/portal-developer.md 1': /^2M17335483-2753043 [\d.]+\n(.*\n){2}$/,
    'docs/tutorial-operator.md 1':
      /^(starkin_http_request_seconds_count\{.*\} \d+\n)+nodejs_eventloop_lag_seconds .*\n(starkin_compute_calls.*\n){2}$/,
    'docs/tutorial-portal.md 1': /^2M17335483-2753043 3677 K\n(.* [\d.]+\n){3}$/,
    'docs/tutorial-portal.md 2': /^cost 102 at most, \d+ in fact; more is left\neach star once\n$/,
    'docs/tutorial-portal.md 3': /^8575 pixels, recast: 8575\n$/,
    'docs/tutorial-portal.md 4': /^the demonstration is there\n$/,
    'docs/tutorial-python.md 1': /^(\S+ {2}[\d.]+ {2}\d+ K {2}[\d.]+\n){3}\d+ twins, each once: True\n$/,
    'docs/tutorial-python.md 2': /^\d+ star within 0.1 degrees\n(True application\/fits\n)+$/,
  };
  const programs = [
    ...written('python').map(([name, { text }]) => [name, 'python3', ['-c', text]] as const),
    ...written('js').map(
      ([name, { text }]) => [name, process.execPath, ['--input-type=module', '--eval', text]] as const,
    ),
  ];

  /** Uses packages from PyPI. */
  const withPackages = ([name]: (typeof programs)[number]) => name.startsWith('docs/tutorial-python.md');
  const expectPrinted = (name: string, program: string, args: readonly string[], environment: NodeJS.ProcessEnv) => {
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd: projectRoot,
      env: { ...environment, STARKIN_URL: server.url },
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(printed[name]);
  };

  test.each(programs.filter((one) => !withPackages(one)))('show programs that run as they stand: %s', (...program) =>
    expectPrinted(...program, process.env),
  );

  pythonTest.each(programs.filter(withPackages))('show programs that run with their packages: %s', (...program) =>
    expectPrinted(...program, pythonEnvironment),
  );
});
