import { InputError, SpectrumError } from '../../domain/errors.js';
import { checkObserved, type ObservedSpectrum } from '../../domain/observedSpectrum.js';
import { goodPixels, type Spectrum } from '../../domain/spectrum.js';
import type { WavelengthGrid } from '../../domain/wavelengthGrid.js';
import { normalise, passThrough } from '../continuum/continuum.js';
import type { ContinuumSettings } from '../continuum/continuumSettings.js';
import { type Resampled, resample } from './resample.js';
import { restWavelength } from './restWavelength.js';

/** Resolving powers that differ by less than this fraction are the same: surveys state theirs no better. */
const SAME_RESOLUTION = 0.02;
/** A continuum that stays within this of 1 was taken off already: fitted to normalised spectra of 100 simulated giants at SNR 100 it strays by 1.4 % (median) to 4 % at most. */
const FLAT = 0.08;
/** A line spread needs about two samples to be held; below this many the lines cannot be told. */
const FEWEST_PER_FWHM = 1.5;

/** How the survey's own spectra were made. */
export interface SurveyStandard {
  /** λ / FWHM */
  readonly resolvingPower: number;
  readonly continuum: ContinuumSettings;
  /** Whether its spectra came divided by their continuum; then one that looks so, and does not say, is taken so. */
  readonly cameNormalised: boolean;
  /** A spectrum with fewer good pixels, or on less than half of a small grid, is refused. */
  readonly minimumGoodPixels: number;
}

/**
 * An observed spectrum as the archive would have stored it: in vacuum and at rest, at the survey's resolution, on its grid, divided by its
 * continuum. The mask is empty: the survey's bits mean nothing in another's spectrum.
 * @param place names the spectrum in errors; its fields follow after a dot
 * @throws InputError naming the field that is not a spectrum's, is of too low a resolution or lies elsewhere; SpectrumError for too few good pixels
 */
export function standardise(
  observed: ObservedSpectrum,
  grid: WavelengthGrid,
  standard: SurveyStandard,
  place = 'spectrum',
): Spectrum {
  checkObserved(observed, place);
  const resolution = { from: resolvingPowerOf(observed, standard, place), to: standard.resolvingPower };
  const wavelength = restWavelength(observed);
  checkOverlap(wavelength, grid, place);
  checkSampling(wavelength, standard.resolvingPower, place);
  // Scaled for the 32-bit numbers that follow: in its own unit the square of an error may be beyond them (1e-17 erg/s/cm²/Å).
  const scale = observed.normalised ? 1 : typicalFlux(observed, place);
  const flux = observed.flux.map((f) => f / scale);
  const error = observed.error.map((e) => e / scale);
  const resampled = resample({ wavelength, flux, error }, grid.wavelength, resolution);
  const normalised = divideByContinuum(resampled, scale, observed.normalised, grid, standard, place);
  requireGoodPixels(normalised, standard, place);
  return normalised;
}

/** @param scale what the flux was divided by; told is whether it was normalised before, or null */
function divideByContinuum(
  { flux, ivar }: Resampled,
  scale: number,
  told: boolean | null,
  grid: WavelengthGrid,
  { continuum, cameNormalised }: SurveyStandard,
  place: string,
): Spectrum {
  const spectrum = (factor: number): Spectrum => ({
    flux: Float32Array.from(flux, (f) => f * factor),
    ivar: Float32Array.from(ivar, (weight) => weight / factor ** 2),
    mask: new Uint32Array(flux.length),
  });
  const asItCame = () => passThrough(spectrum(scale), grid, continuum, place).spectrum;
  if (told) return asItCame();
  const normalised = normalise(spectrum(1), grid, continuum, place).spectrum;
  const isFlat = () =>
    normalised.ivar.every((w, i) => w === 0 || Math.abs((flux[i] * scale) / normalised.flux[i] - 1) < FLAT);
  return told === null && cameNormalised && isFlat() ? asItCame() : normalised;
}

/** The survey's own where the two are the same, so that nothing is convolved. */
function resolvingPowerOf(
  { resolvingPower }: ObservedSpectrum,
  { resolvingPower: survey }: SurveyStandard,
  place: string,
): number {
  if (resolvingPower === null || Math.abs(resolvingPower / survey - 1) <= SAME_RESOLUTION) return survey;
  if (resolvingPower > survey) return resolvingPower;
  throw new InputError(
    `${place}.resolvingPower`,
    `at least the survey's ${survey}`,
    resolvingPower,
    'no spectrum can be sharpened: search for it in an archive of its own resolution',
  );
}

function checkOverlap(wavelength: Float64Array, { wavelength: onto }: WavelengthGrid, place: string): void {
  const [first, last] = [wavelength[0], wavelength[wavelength.length - 1]];
  if (last > onto[0] && first < onto[onto.length - 1]) return;
  throw new InputError(
    `${place}.wavelength`,
    `wavelengths that overlap the model's, ${onto[0].toFixed(1)} to ${onto[onto.length - 1].toFixed(1)} Å in vacuum at rest`,
    `${first.toFixed(1)} to ${last.toFixed(1)} Å`,
    'wavelengths are in Å: 1 nm is 10 Å, 1 µm is 10,000 Å',
  );
}

function checkSampling(wavelength: Float64Array, survey: number, place: string): void {
  const steps = Float64Array.from({ length: wavelength.length - 1 }, (_, i) =>
    Math.log(wavelength[i + 1] / wavelength[i]),
  ).sort();
  const perFwhm = 1 / survey / steps[steps.length >> 1];
  if (perFwhm >= FEWEST_PER_FWHM) return;
  throw new InputError(
    `${place}.wavelength`,
    `at least ${FEWEST_PER_FWHM} pixels per resolution element of the survey (R = ${survey})`,
    Number(perFwhm.toFixed(2)),
  );
}

/** Median size of the flux of the good pixels. */
function typicalFlux({ flux, error }: ObservedSpectrum, place: string): number {
  const sizes = flux
    .filter((f, i) => Number.isFinite(f) && error[i] > 0 && error[i] < Infinity)
    .map(Math.abs)
    .sort();
  const median = sizes[sizes.length >> 1] ?? 0;
  if (median > 0) return median;
  throw new SpectrumError(
    place,
    'pixels with a flux other than 0 and a positive error',
    sizes.length ? 'a median flux of 0' : 'no pixel with a finite flux and a finite, positive error',
  );
}

function requireGoodPixels(spectrum: Spectrum, { minimumGoodPixels }: SurveyStandard, place: string): void {
  const minimum = Math.min(minimumGoodPixels, spectrum.ivar.length / 2);
  const good = goodPixels(spectrum);
  if (good >= minimum) return;
  throw new SpectrumError(
    place,
    `at least ${minimum} good pixels on the model's grid (setting ingest.minimumGoodPixels)`,
    `${good}`,
    'give more of the wavelength range, and an error for every pixel that is to count',
  );
}
