import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { groupSettings, projectionSettings, systematicsSettings } from './config/analyses.js';
import { count, positive, share } from './config/numbers.js';
import { apiSettings, exportSettings } from './config/serving.js';
import { ConfigError, type ConfigFault } from './domain/errors.js';

/** Everything that is set from outside: the environment (one variable each) and the configuration file. */
export interface Config {
  readonly environment: Environment;
  readonly settings: Settings;
}

/** Settings of the configuration file; every one has a default, `starkin config` prints them all. */
const settingsSchema = z.strictObject({
  ingest: z
    .strictObject({
      minimumGoodPixels: count.default(3000).describe('a spectrum with fewer good pixels is refused'),
      badMaskBits: z
        .array(z.string())
        .optional()
        .describe('mask bits, by name, that make a pixel unusable (default: the format’s own)'),
      errorFloor: positive
        .default(0.005)
        .describe('smallest relative flux error believed, as a fraction of the continuum'),
      batch: count.default(250).describe('spectra per transaction'),
      threads: count.default(availableParallelism()).describe('threads that read, normalise and encode spectra'),
      labels: z
        .partialRecord(z.enum(['id', 'teff', 'logg', 'feh', 'teff_err', 'logg_err', 'feh_err']), z.string().min(1))
        .default({})
        .describe('names of columns in a table of labels (--labels), where they are not the usual ones'),
    })
    .prefault({}),
  continuum: z
    .strictObject({
      order: z.number().int().min(0).max(10).default(4).describe('Chebyshev order per chip'),
    })
    .prefault({}),
  survey: z
    .strictObject({
      resolvingPower: positive
        .default(22500)
        .describe(
          'λ / FWHM of the stored spectra (default: APOGEE): a spectrum that twins are asked for is taken to it',
        ),
    })
    .prefault({}),
  train: z
    .strictObject({
      seed: z.number().int().nonnegative().default(1),
      // One core is left to what else runs: on four idle ones a step takes 46 to 48 ms with three threads, 50 to 56 with four.
      threads: count
        .default(Math.max(1, availableParallelism() - 1))
        .describe('threads over which a step of compact FactorDis is spread; fewer where the machine has other work'),
      continuumError: z
        .number()
        .min(0)
        .max(0.2)
        .nullable()
        .default(null)
        .describe(
          'how wrong the continua of spectra are, root mean square as a fraction of the flux: models leave out of their latents what such errors can do; null: .01 for a survey, 0 for a simulated release and for presets on pixels',
        ),
      continuumOrder: z
        .number()
        .int()
        .min(0)
        .max(8)
        .default(2)
        .describe('order of the polynomials by which the continuum of each chip is taken to be wrong'),
      overrides: z
        .record(z.string(), z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])))
        .default({})
        .describe('settings of a method’s preset to change, by method: { "faderdis": { "epochs": 300 } }'),
    })
    .prefault({}),
  encode: z
    .strictObject({
      batch: count.default(256).describe('spectra per call of the encoder'),
      minimumGoodShare: z
        .number()
        .min(0)
        .max(1)
        .default(0.25)
        .describe('a spectrum with a smaller share of good pixels, of those that the model covers, gets no latent'),
    })
    .prefault({}),
  abundances: z
    .strictObject({
      columns: z
        .record(z.string(), z.string().min(1))
        .default({})
        .describe(
          'columns of a table of labels (abundances train --labels) by element, where they are not the usual ones: { "Mg": "MG_FE" }; [Fe/H] for Fe, [X/Fe] for the others, dex',
        ),
      minimumStars: count
        .default(200)
        .describe(
          'a species that fewer stars of the reference set know is left out: its errors could not be calibrated',
        ),
      maximumStars: count.default(30_000).describe('stars of the reference set; of more, so many picked at random'),
      views: z
        .int()
        .min(0)
        .max(10)
        .default(3)
        .describe(
          'noisier spectra that are made and encoded of each star that calibrates errors, so that these hold at lower signal to noise too; 0: none',
        ),
    })
    .prefault({}),
  worker: z
    .strictObject({
      jobSpectra: count.default(2000).describe('spectra that one job encodes'),
      threads: count
        .default(1)
        .describe('threads of a worker’s encoder: more workers use a machine better than more threads'),
      jobFiles: count.default(200).describe('files of one star each that one job reads'),
    })
    .prefault({}),
  index: z
    .strictObject({
      minimumRows: count
        .default(100_000)
        .describe('latents of a model below which its search is an exact scan and no index is made'),
    })
    .prefault({}),
  check: z
    .strictObject({
      withoutLatent: share
        .default(0.2)
        .describe('largest share of stars without a latent in a release to be published'),
      leakageBits: positive
        .default(2)
        .describe(
          'most that latents may tell of the parameters that the model removes: 2 bits halve the spread of two',
        ),
      latentDrift: share
        .default(0.5)
        .describe('largest change of the distances between stars, against the served model: 1 - their correlation'),
      twinOverlap: share
        .default(0.2)
        .describe('least share of the 10 nearest of a star that are among its 10 nearest under the served model'),
    })
    .prefault({}),
  groups: groupSettings,
  systematics: systematicsSettings,
  projections: projectionSettings,
  schedule: z
    .strictObject({
      cron: z.string().min(1).describe('when: a cron expression of five fields'),
      timezone: z.string().default('UTC').describe('of the cron expression'),
      folders: z.array(z.string().min(1)).min(1).describe('watched folders, absolute paths'),
      release: z.string().min(1).describe('the release to read into and to publish'),
      format: z.string().min(1).default('auto').describe('format of the files, as of `ingest`'),
      visits: z.boolean().default(false).describe('store the single visits too'),
      train: z
        .enum(['never', 'fresh', 'warm'])
        .default('never')
        .describe('whether a model is trained on what has come in: anew, or from the weights of the served one'),
      revise: z
        .boolean()
        .default(false)
        .describe('let other files of the same spectra stand in the place of those that are there'),
    })
    .nullable()
    .optional()
    .describe('what is done by itself: null ends a schedule that the workers of a server keep'),
  simulate: z
    .strictObject({
      processes: count.default(availableParallelism()).describe('threads that synthesise spectra'),
      snr: positive.default(100).describe('signal to noise per pixel of simulated spectra'),
    })
    .prefault({}),
  export: exportSettings,
  api: apiSettings((path) => resolve(projectRoot, path)),
});

export type Settings = z.output<typeof settingsSchema>;

const environmentSchema = z.object({
  STARKIN_DATA: z.string().min(1).default('data'),
  STARKIN_CONFIG: z.string().min(1).optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_READ_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  PORT: z.coerce.number().int().min(0).max(65535).default(4000),
  HOST: z.string().min(1).default('127.0.0.1'),
  STARKIN_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  STARKIN_CORS_ORIGINS: z.string().default(''),
  STARKIN_TOKENS_REQUIRED: z.enum(['0', '1']).default('0'),
  STARKIN_TRUST_PROXY: z.string().default(''),
  STARKIN_DEMO_STARS: z.coerce.number().int().min(400).default(6000),
  STARKIN_BACKEND: z.enum(['auto', 'tensorflow', 'wasm']).default('auto'),
});

export interface Environment {
  /** Absolute path of the archive's folder. */
  readonly data: string;
  readonly configFile: string;
  readonly databaseUrl: string | null;
  /** Where the API reads: a replica, or the same server under a role that may write nothing; null: where databaseUrl says. */
  readonly databaseReadUrl: string | null;
  /** Whether requests without an access token are refused. */
  readonly tokensRequired: boolean;
  readonly port: number;
  readonly host: string;
  /** Base of every address in an answer, without a slash at its end; null: where the server listens. */
  readonly publicUrl: string | null;
  readonly corsOrigins: readonly string[];
  /** Proxies before the API whose X-Forwarded-For is believed: how many, or their addresses; false: none. */
  readonly trustProxy: false | number | readonly string[];
  /** Stars (not pairs) of the demonstration. */
  readonly demoStars: number;
  readonly backend: 'auto' | 'tensorflow' | 'wasm';
  /** Name under which spans are sent to an OpenTelemetry collector, as the standard OTEL_ variables have it; null: none are made. */
  readonly telemetry: string | null;
}

/** The project's root: the folder of package.json, found from this file, whether it runs as source or as dist/src/config.js. */
export const projectRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

/** Starkin's version, as package.json has it. */
export const version: string = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')).version;

/**
 * Reads the environment and the configuration file.
 * @throws ConfigError naming the variable or setting, what was expected and what was found
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) throw asConfigError(parsed.error, given, '');
  const e = parsed.data;
  if (e.DATABASE_READ_URL && !e.DATABASE_URL)
    throw new ConfigError('DATABASE_READ_URL', 'DATABASE_URL beside it, the server that it is a copy of', 'none');
  const data = resolve(projectRoot, e.STARKIN_DATA);
  const configFile = resolve(projectRoot, e.STARKIN_CONFIG ?? join(data, 'starkin.json'));
  if (e.STARKIN_CONFIG && !existsSync(configFile))
    throw new ConfigError('STARKIN_CONFIG', 'an existing file', configFile);
  return {
    environment: {
      data,
      configFile,
      databaseUrl: e.DATABASE_URL ?? null,
      databaseReadUrl: e.DATABASE_READ_URL ?? null,
      tokensRequired: e.STARKIN_TOKENS_REQUIRED === '1',
      port: e.PORT,
      host: e.HOST,
      publicUrl: e.STARKIN_PUBLIC_URL?.replace(/[?#].*$/, '').replace(/\/+$/, '') ?? null,
      corsOrigins: e.STARKIN_CORS_ORIGINS.split(',')
        .map((origin) => origin.trim())
        .filter(Boolean),
      trustProxy: trustedProxies(e.STARKIN_TRUST_PROXY),
      demoStars: e.STARKIN_DEMO_STARS,
      backend: e.STARKIN_BACKEND,
      telemetry: telemetryName(given),
    },
    settings: readSettings(configFile),
  };
}

/** Spans are sent where the standard variables say where to, or how; OTEL_SDK_DISABLED keeps them from it. */
function telemetryName(given: Readonly<Record<string, string | undefined>>): string | null {
  const { OTEL_SDK_DISABLED, OTEL_TRACES_EXPORTER, OTEL_SERVICE_NAME } = given;
  const endpoint = given.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? given.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (OTEL_SDK_DISABLED?.toLowerCase() === 'true' || OTEL_TRACES_EXPORTER === 'none') return null;
  return endpoint || OTEL_TRACES_EXPORTER ? (OTEL_SERVICE_NAME ?? 'starkin') : null;
}

/**
 * A number is that of proxies in a row. With `true` Express would believe the first address of X-Forwarded-For, which the client writes itself: with it goes every limit by
 * address.
 */
function trustedProxies(text: string): Environment['trustProxy'] {
  if (/^(|0|false|no|off)$/i.test(text)) return false;
  if (/^(true|yes|on)$/i.test(text)) return 1;
  if (/^\d+$/.test(text)) return Number(text);
  const addresses = text.split(',').map((address) => address.trim());
  const wrong = addresses.find(
    (address) => !/^(loopback|linklocal|uniquelocal)$/.test(address) && !isIP(address.replace(/\/\d{1,3}$/, '')),
  );
  if (wrong !== undefined)
    throw new ConfigError(
      'STARKIN_TRUST_PROXY',
      'a number of proxies, or their addresses (10.0.0.0/8, loopback)',
      wrong,
    );
  return addresses;
}

/** The settings with their defaults, as if the configuration file were empty. */
export function defaultSettings(): Settings {
  return settingsSchema.parse({});
}

function readSettings(file: string): Settings {
  if (!existsSync(file)) return defaultSettings();
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ConfigError(file, 'JSON', error instanceof Error ? error.message : error);
  }
  const parsed = settingsSchema.safeParse(content);
  if (!parsed.success) throw asConfigError(parsed.error, content, `${file}: `);
  return parsed.data;
}

/** All that is wrong, a line each: who mends a configuration wants to start it once. */
function asConfigError(error: z.ZodError, input: unknown, prefix: string): ConfigError {
  return ConfigError.of(error.issues.map((issue) => faultOf(issue, input, prefix)));
}

function faultOf(issue: z.core.$ZodIssue, input: unknown, prefix: string): ConfigFault {
  let found: unknown = input;
  for (const key of issue.path) found = (found as Record<PropertyKey, unknown> | undefined)?.[key];
  const shown = typeof found === 'string' ? found : JSON.stringify(found);
  return {
    setting: prefix + (issue.path.join('.') || 'the whole file'),
    expected: expectation(issue),
    // A database URL may hold a password.
    found: String(issue.path[0]).startsWith('DATABASE_') ? withoutPassword(String(found)) : (shown ?? 'nothing'),
  };
}

/** A URL, or what should be one, up to what may be secret in it. */
function withoutPassword(url: string): string {
  const [, scheme] = /^([a-z][a-z0-9+.-]*:)/i.exec(url) ?? [];
  return scheme ? `${scheme}…` : 'no URL';
}

/** What was expected, out of zod's sentence: "Invalid input: expected number, received NaN" -> "number". */
function expectation({ code, message, path }: z.core.$ZodIssue): string {
  if (code === 'unrecognized_keys')
    return `only known settings (npx starkin config prints them), not ${message.replace(/^.*: /, '')}`;
  if (message === 'Invalid URL')
    return String(path[0]).startsWith('DATABASE_')
      ? 'a URL, postgresql://USER:PASSWORD@HOST/DATABASE'
      : 'a URL, https://HOST or https://HOST/PATH';
  if (code === 'custom') return message;
  return message.replace(/^.*?expected /, '').replace(/, received .*$/, '');
}

function findRoot(from: string): string {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder))
    if (existsSync(join(folder, 'package.json'))) return folder;
  throw new ConfigError('package.json', 'a package.json above', from);
}
