import { resolve } from 'node:path';
import { type SimulateRequest, simulate } from '../../workers/tasks/simulate.js';
import { InputError } from '../domain/errors.js';
import { readInteger } from './argument.js';
import type { Command } from './command.js';

type Request = Omit<SimulateRequest, 'snr'> & { readonly snr: number | null | 'setting' };

export const simulateCommand: Command<Request> = {
  name: 'simulate',
  summary: 'write a simulated survey of chemical twins to an HDF5 file (for tests and demonstrations, not for science)',
  archive: 'none',
  exclusive: false,
  declare(declaration) {
    declaration
      .requiredOption('--pairs <n>', 'pairs of stars with equal abundances and different Teff and log g')
      .requiredOption('--seed <n>', 'the same seed gives the same spectra')
      .requiredOption('--out <file>', 'the HDF5 file to write')
      .option('--snr <n>', 'signal to noise per pixel, or "none" (default: setting simulate.snr)');
  },
  request(_, { pairs, seed, out, snr }) {
    return {
      pairs: readInteger('--pairs', pairs, 1, 10_000_000),
      seed: readInteger('--seed', seed, 0),
      out: resolve(String(out)),
      snr: readSnr(snr),
    };
  },
  async run({ config }, request, course) {
    const snr = request.snr === 'setting' ? config.settings.simulate.snr : request.snr;
    await simulate(config.settings, { ...request, snr }, course);
    const data = { file: request.out, spectra: 2 * request.pairs, seed: request.seed, snr };
    return {
      exitCode: 0,
      text: `${request.out}: ${data.spectra} spectra of ${request.pairs} pairs, SNR ${snr ?? 'none'}`,
      data,
    };
  },
};

function readSnr(value: unknown): number | null | 'setting' {
  if (value === undefined) return 'setting';
  if (value === 'none') return null;
  const snr = Number(value);
  if (!(snr > 0) || !Number.isFinite(snr)) throw new InputError('--snr', 'a positive number or "none"', value);
  return snr;
}
