import { resolve } from 'node:path';
import { type SimulateRequest, simulate } from '../../workers/tasks/simulate.js';
import { InputError } from '../domain/errors.js';
import { countStars } from '../science/simulator/simulate.js';
import { readInteger } from './argument.js';
import type { Command } from './command.js';

const MOST = 10_000_000;

type Request = Omit<SimulateRequest, 'snr'> & { readonly snr: number | null | 'setting' };

export const simulateCommand: Command<Request> = {
  name: 'simulate',
  summary:
    'write a simulated survey of chemical twins, or of clusters, to an HDF5 file (for tests and demonstrations, not for science)',
  archive: 'none',
  exclusive: false,
  declare(declaration) {
    declaration
      .option('--pairs <n>', 'pairs of stars with equal abundances and different Teff and log g')
      .option('--clusters <n>', 'instead of pairs: clusters of stars with equal abundances')
      .option('--members <range>', 'members of a cluster, from the least to the most', '8-40')
      .option('--field <n>', 'stars beside the clusters, each with abundances of its own', '0')
      .requiredOption('--seed <n>', 'the same seed gives the same spectra')
      .requiredOption('--out <file>', 'the HDF5 file to write')
      .option('--snr <n>', 'signal to noise per pixel, or "none" (default: setting simulate.snr)')
      .option('--teff-error <K>', 'give the catalogue’s Teff a Gaussian error of so many K (default: it is exact)')
      .option('--logg-error <dex>', 'the same for its log g')
      .option('--continuum', 'put blaze, slope and brightness on the flux, to be normalised at ingest', false);
  },
  request(_, { pairs, clusters, members, field, seed, out, snr, teffError, loggError, continuum }) {
    return {
      stars: readStars(pairs, clusters, members, field),
      seed: readInteger('--seed', seed, 0),
      out: resolve(String(out)),
      snr: readSnr(snr),
      continuum: continuum === true,
      catalogueErrors: readErrors(teffError, loggError),
    };
  },
  async run({ config }, request, course) {
    const snr = request.snr === 'setting' ? config.settings.simulate.snr : request.snr;
    await simulate(config.settings, { ...request, snr }, course);
    const { stars, seed, continuum = false, catalogueErrors } = request;
    const [spectra, made] =
      'pairs' in stars
        ? [2 * stars.pairs, `${stars.pairs} pairs`]
        : [countStars(seed, stars), `${stars.clusters} clusters and ${stars.field} field stars`];
    const data = {
      file: request.out,
      spectra,
      seed,
      snr,
      continuum,
      catalogueErrors: catalogueErrors ?? null,
    };
    return {
      exitCode: 0,
      text: [
        `${request.out}: ${spectra} spectra of ${made}, SNR ${snr ?? 'none'}`,
        ...(continuum ? ['with continuum, not normalised'] : []),
        ...(catalogueErrors ? [`Teff ± ${catalogueErrors.teff} K, log g ± ${catalogueErrors.logg} dex`] : []),
      ].join(', '),
      data,
    };
  },
};

function readStars(pairs: unknown, clusters: unknown, members: unknown, field: unknown): Request['stars'] {
  if ((pairs === undefined) === (clusters === undefined))
    throw new InputError('--pairs', 'either --pairs or --clusters', pairs === undefined ? 'neither' : 'both');
  if (pairs !== undefined) return { pairs: readInteger('--pairs', pairs, 1, MOST) };
  const range = /^(\d+)-(\d+)$/.exec(String(members));
  if (!range) throw new InputError('--members', 'two numbers, as in 8-40', members);
  const least = readInteger('--members', range[1], 1, MOST);
  return {
    clusters: readInteger('--clusters', clusters, 1, 10_000),
    members: [least, readInteger('--members', range[2], least, 10_000)],
    field: readInteger('--field', field, 0, MOST),
  };
}

function readSnr(value: unknown): number | null | 'setting' {
  if (value === undefined) return 'setting';
  if (value === 'none') return null;
  const snr = Number(value);
  if (!(snr > 0) || !Number.isFinite(snr)) throw new InputError('--snr', 'a positive number or "none"', value);
  return snr;
}

/** Absent where neither is given: then no errors are written, and the values are taken as exact. */
function readErrors(teff: unknown, logg: unknown): Request['catalogueErrors'] {
  if (teff === undefined && logg === undefined) return undefined;
  const read = (argument: string, unit: string, value: unknown) => {
    const error = Number(value ?? 0);
    if (!(error >= 0) || !Number.isFinite(error) || String(value).trim() === '')
      throw new InputError(argument, `a number of ${unit}, not negative`, value);
    return error;
  };
  return { teff: read('--teff-error', 'K', teff), logg: read('--logg-error', 'dex', logg) };
}
