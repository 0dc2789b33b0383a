import { InputError, NotReadyError } from '../src/domain/errors.js';
import type { ParameterName } from '../src/domain/parameters.js';
import { findMethod, methods, presetOf } from '../src/science/models/registry.js';
import type { SampleSettings } from '../src/science/representation/sampleSettings.js';
import type { Release } from '../src/storage/dataRelease.js';
import { findModel, type StoredModel } from '../src/storage/model.js';
import { releaseGrid } from '../src/storage/spectrum.js';
import { countSpectra } from '../src/storage/spectrumScan.js';
import { alikeGrids } from '../src/storage/wavelengthGrid.js';
import type { Workplace } from './tasks/task.js';

export interface TrainRequest {
  readonly release: string;
  /** null: that of the model in `from`. */
  readonly method: string | null;
  /** Absent: compact. */
  readonly preset?: string;
  /** null: teff and logg for a simulated release, with feh for a real one, where it goes with them along the giant branch. */
  readonly parameters: readonly ParameterName[] | null;
  readonly seed: number | null;
  /** Overrides of the preset, such as epochs. */
  readonly settings: Readonly<Record<string, number | string | boolean>>;
  /** Whether lambda is searched first; absent: no. */
  readonly tune?: boolean;
  readonly resume: boolean;
  /** A model whose weights it goes on from, with its method, preset and parameters; null or absent: none. */
  readonly from?: string | null;
  /** Whether the networks of that model stay as they are, and only what follows them is fitted; absent: no. */
  readonly keepNetworks?: boolean;
}

/** What a training is of, and what it begins with. */
export interface TrainingStart {
  readonly method: string;
  readonly preset: string;
  readonly parameters: readonly ParameterName[];
  /** Changes of the preset's settings, by name. */
  readonly settings: Readonly<Record<string, number | string | boolean | readonly number[]>>;
  /** The model whose weights it goes on from. */
  readonly former: StoredModel | null;
}

/**
 * A training from nothing, as the request and the configuration have it; or a warm one, which is of the kind of the model that it goes on from. A method without
 * weights is fitted anew, with that model's settings.
 * @throws NotFoundError, InputError, and NotReadyError where the model is on another grid than the release
 */
export async function trainingStart(place: Workplace, release: Release, request: TrainRequest): Promise<TrainingStart> {
  const { overrides } = place.settings.train;
  if (request.from) return warmStart(place, release, request, await findModel(place.db, request.from));
  const { method, preset = 'compact' } = request;
  if (!method) throw new InputError('--method', `one of ${methods.map(({ name }) => name).join(', ')}`, 'none');
  const parameters =
    request.parameters ?? (release.simulated ? (['teff', 'logg'] as const) : (['teff', 'logg', 'feh'] as const));
  return {
    method,
    preset,
    parameters,
    settings: withOrder(place, {
      ...expectedContinuum(place, release, { method, preset, parameters }),
      ...overrides[method],
      ...request.settings,
    }),
    former: null,
  };
}

async function warmStart(
  place: Workplace,
  release: Release,
  request: TrainRequest,
  model: StoredModel,
): Promise<TrainingStart> {
  const {
    db,
    settings: { train },
  } = place;
  const grid = await releaseGrid(db, release.id);
  if (grid && !(await alikeGrids(db, model.gridId)).has(grid.id))
    throw new NotReadyError(
      `${model.id} cannot be gone on from: release "${release.name}" is on another wavelength grid`,
      `npx starkin train --release ${release.name} --method ${model.method} --preset ${model.preset}`,
    );
  const { method, preset, parameters, config } = model;
  const kind = findMethod(method);
  const former = kind.schema.safeParse(config.settings);
  if (!former.success)
    throw new NotReadyError(
      `${model.id} cannot be gone on from: an older version trained it, with other settings`,
      `npx starkin train --release ${release.name} --method ${method} --preset ${preset}`,
    );
  const fresh = presetOf(kind, preset, ofMethod(train.overrides[method]), parameters);
  const rows = await countSpectra(db, release.id, { visits: false, parameters });
  const settings: SampleSettings = (!request.keepNetworks && kind.warm?.(former.data, fresh, rows)) || former.data;
  return {
    method,
    preset,
    parameters,
    settings: { ...settings, ...commonOf(config), ...withOrder(place, request.settings) },
    former: kind.warm ? model : null,
  };
}

/**
 * Of spectra whose continua were fitted. Of networks that learnt from 6,000 simulated spectra at SNR 100, each with a continuum off by 1 %, 1 % of the twins of other such spectra were found first
 * with none expected, 99 % with this.
 */
const SURVEY_CONTINUUM_ERROR = 0.01;

/** What the configuration says of continua, or what is known of surveys; nothing where a preset works on pixels. */
function expectedContinuum(
  { settings: { train } }: Workplace,
  release: Release,
  { method, preset, parameters }: Pick<TrainingStart, 'method' | 'preset' | 'parameters'>,
): TrainRequest['settings'] {
  const continuumError = train.continuumError ?? (release.simulated ? 0 : SURVEY_CONTINUUM_ERROR);
  if (continuumError === 0) return {};
  const { representation } = presetOf(findMethod(method), preset, ofMethod(train.overrides[method]), parameters);
  return representation === 'basis' ? { continuumError } : {};
}

/** What is asked of continua is of the order that the configuration says. Where nothing is, nothing is added: such a training stays what it was. */
function withOrder({ settings: { train } }: Workplace, settings: TrainRequest['settings']): TrainRequest['settings'] {
  return 'continuumError' in settings ? { continuumOrder: train.continuumOrder, ...settings } : settings;
}

/** What a model that was trained before states of continua: a new one of its kind states the same. */
export function continuumOf({ config }: Pick<StoredModel, 'config'>): TrainRequest['settings'] {
  const { scaling: _, ...continuum } = commonOf(config);
  return continuum;
}

function commonOf(config: StoredModel['config']): TrainRequest['settings'] {
  return Object.fromEntries(
    commonSettings.flatMap((name): [string, string | number][] => {
      const value = config[name];
      return typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [];
    }),
  );
}

/** How u is scaled and how wrong continua are belongs to no method, though it is overridden like a setting of one. */
const commonSettings = ['scaling', 'continuumError', 'continuumOrder'];

function ofMethod(overrides: TrainRequest['settings'] = {}): TrainRequest['settings'] {
  return Object.fromEntries(Object.entries(overrides).filter(([name]) => !commonSettings.includes(name)));
}
