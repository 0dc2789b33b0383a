import { fixed, signed, withError } from '../words/numbers';
import type { HeadedStar } from './headedStar';

/** Name, place and parameters of a star. */
export function StarFacts({ star }: { star: HeadedStar }) {
  const { name, survey, ra, dec, parameters, snr, release, aliases } = star;
  const errors = parameters?.errors;
  const facts: readonly (readonly [string, string])[] = [
    ['Teff', `${withError(parameters?.teff, errors?.teff, 0)} K`],
    ['log g', withError(parameters?.logg, errors?.logg, 2)],
    [
      '[Fe/H]',
      errors?.feh == null ? signed(parameters?.feh, 2) : `${signed(parameters?.feh, 2)} ± ${fixed(errors.feh, 2)}`,
    ],
    ['S/N', fixed(snr, 0)],
    ...(ra === null || dec === null ? [] : [['RA, Dec', `${fixed(ra, 5)}° ${fixed(dec, 5)}°`] as const]),
    ['Release', release ?? '–'],
    ['Survey', survey],
    ...(parameters ? [['Parameters', parameters.source] as const] : []),
  ];
  return (
    <header className="star">
      <h1>{name}</h1>
      {star.simulated && <span className="badge">simulated</span>}
      {star.extrapolated && (
        <span
          className="badge"
          title="Its parameters lie outside the model’s training range: latent, twins and recasts are guesses"
        >
          extrapolated
        </span>
      )}
      {aliases.length > 0 && (
        <p className="muted small">{aliases.map(({ catalogue, id }) => `${catalogue} ${id}`).join(' · ')}</p>
      )}
      <dl>
        {facts.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </header>
  );
}
