import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { defaultSettings, projectRoot, readConfig } from '../src/config.js';
import { snippets } from './snippets.js';

const folder = mkdtempSync(join(tmpdir(), 'starkin-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the configuration', () => {
  test('has a default for everything', () => {
    const { environment, settings } = readConfig({});
    expect(environment).toMatchObject({
      data: join(projectRoot, 'data'),
      port: 4000,
      host: '127.0.0.1',
      demoStars: 6000,
      backend: 'auto',
      databaseUrl: null,
    });
    expect(settings).toEqual(defaultSettings());
  });

  test('takes an empty variable as one that is not set', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '' }).environment.port).toBe(4000);
  });

  test.each([
    [{ PORT: 'http' }, /^PORT: expected number, found "http"$/],
    [{ PORT: '70000' }, /PORT/],
    [{ STARKIN_TOKENS_REQUIRED: 'yes' }, /STARKIN_TOKENS_REQUIRED: .*"1"/],
    [{ STARKIN_PUBLIC_URL: 'archive.example' }, /STARKIN_PUBLIC_URL: expected a URL, https:\/\/HOST or/],
    [{ DATABASE_READ_URL: 'postgres://reader@replica/starkin' }, /DATABASE_READ_URL: expected DATABASE_URL beside it/],
    [{ STARKIN_BACKEND: 'cuda' }, /STARKIN_BACKEND: .*"tensorflow"/],
    [{ STARKIN_CONFIG: '/nowhere.json' }, /STARKIN_CONFIG: expected an existing file, found "\/nowhere.json"/],
  ])('refuses %j, naming the variable', (env, message) => {
    expect(() => readConfig(env)).toThrow(message);
  });

  test('keeps a password out of the message about a database URL', () => {
    expect(() => readConfig({ DATABASE_URL: 'mysql://user:secret@host/db' })).toThrow(
      /^DATABASE_URL: expected a URL, postgresql:\/\/USER:PASSWORD@HOST\/DATABASE, found "mysql:…"$/,
    );
    expect(() => readConfig({ DATABASE_URL: 'secret' })).toThrow(/^DATABASE_URL(?!.*secret)/);
  });

  test('reads settings from a file and leaves the others at their defaults', () => {
    const file = join(folder, 'starkin.json');
    writeFileSync(file, '{"ingest": {"minimumGoodPixels": 500}}');
    const { settings } = readConfig({ STARKIN_CONFIG: file });
    expect(settings.ingest).toEqual({ ...defaultSettings().ingest, minimumGoodPixels: 500 });
  });

  test.each([
    ['{"ingest": {"minimumGoodPixel": 500}}', /starkin.json: ingest: .*minimumGoodPixel/],
    ['{"continuum": {"order": -1}}', /continuum.order.*found "-1"/],
    ['{', /expected JSON/],
  ])('refuses a file with %s, naming the setting', (content, message) => {
    const file = join(folder, 'starkin.json');
    writeFileSync(file, content);
    expect(() => readConfig({ STARKIN_CONFIG: file })).toThrow(message);
  });

  test('tells all that is wrong at once, a line each', () => {
    const file = join(folder, 'starkin.json');
    writeFileSync(file, '{"ingest": {"batch": 0}, "encode": {"batch": "many"}}');
    expect(() => readConfig({ STARKIN_CONFIG: file })).toThrow(
      /starkin.json: ingest.batch: expected .*, found "0"\n.*starkin.json: encode.batch: expected number, found "many"$/,
    );
    expect(() => readConfig({ PORT: 'http', STARKIN_BACKEND: 'cuda' })).toThrow(/^PORT: .*\nSTARKIN_BACKEND: /);
  });

  test('takes the schedule that the documents show', () => {
    const [{ text }] = snippets('docs/living-archive.md').filter(({ language }) => language === 'json');
    const file = join(folder, 'documented.json');
    writeFileSync(file, text);
    expect(readConfig({ STARKIN_CONFIG: file }).settings.schedule).toMatchObject({ release: 'live', visits: false });
  });

  test('takes the limits that the documents show, which are the defaults where they say so', () => {
    const [{ text }] = snippets('docs/tutorial-operator.md').filter(({ language }) => language === 'json');
    const file = join(folder, 'limits.json');
    writeFileSync(file, text);
    const { api } = readConfig({ STARKIN_CONFIG: file }).settings;
    expect(api).toEqual({ ...defaultSettings().api, introspection: false, suggestions: false });
  });

  test.each([
    ['', false],
    ['0', false],
    ['1', 1],
    ['true', 1],
    ['2', 2],
    ['loopback, 10.0.0.0/8', ['loopback', '10.0.0.0/8']],
  ])('trusts as many proxies as STARKIN_TRUST_PROXY=%s says', (given, expected) => {
    expect(readConfig({ STARKIN_TRUST_PROXY: given }).environment.trustProxy).toEqual(expected);
  });

  test('refuses a proxy that is no address', () => {
    expect(() => readConfig({ STARKIN_TRUST_PROXY: 'nginx' })).toThrow(
      /STARKIN_TRUST_PROXY: expected .* found "nginx"/,
    );
  });

  test.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, 'starkin'],
    [{ OTEL_TRACES_EXPORTER: 'console', OTEL_SERVICE_NAME: 'kin' }, 'kin'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_SDK_DISABLED: 'true' }, null],
    [{ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, null],
    [{}, null],
  ])('makes spans where the standard variables say so: %j', (env, expected) => {
    expect(readConfig(env).environment.telemetry).toBe(expected);
  });
});
