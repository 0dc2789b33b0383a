import { useMemo } from 'react';
import { CompareStarsDocument } from '../generated/graphql';
import { useAnswer } from '../graphql/useAnswer';
import { FigureStack } from '../spectrum/FigureStack';
import type { HeadedStar } from '../star/headedStar';
import { Failure } from '../states/Failure';
import { Loading } from '../states/Loading';
import { fixed, signed } from '../words/numbers';
import { comparedFigures } from './comparedFigures';
import { Differences } from './Differences';

interface ComparedWithProps {
  readonly star: HeadedStar;
  /** The twin, as survey:name. */
  readonly other: string;
  readonly params: URLSearchParams;
}

/** The star and a twin: as observed, recast to the same parameters, and what is then left. */
export function ComparedWith({ star, other, params }: ComparedWithProps) {
  const { data, error, again } = useAnswer(CompareStarsDocument, { a: star.id, b: other });
  const compared = data?.compare ?? null;
  const drawn = useMemo(() => compared && comparedFigures(compared), [compared]);
  if (error) return <Failure error={error} again={again} />;
  if (!compared || !drawn) return <Loading what={`the comparison with ${other}`} lines={10} />;
  const { at, a, b } = compared;
  const parameters = [
    at.teff === null ? null : `${fixed(at.teff, 0)} K`,
    at.logg === null ? null : `log g ${fixed(at.logg, 2)}`,
    at.feh === null ? null : `[Fe/H] ${signed(at.feh, 2)}`,
  ].filter((each) => each !== null);
  return (
    <section aria-label={`${a.name} and ${b.name}`}>
      <h2>
        {a.name} and {b.name}
      </h2>
      <p className="muted">
        Both recast to {parameters.join(', ')}. Distance {fixed(compared.distance, 2)}, χ² {fixed(compared.chi2, 1)}{' '}
        over {fixed(compared.degreesOfFreedom, 0)}, ln Bayes factor {signed(compared.logBayesFactor, 1)}.
        {compared.extrapolated && ' Some parameters lie outside the model’s training range: a guess.'}
      </p>
      <FigureStack
        title="Spectra compared"
        name={`${a.name}-${b.name}`}
        figures={drawn.figures}
        descriptions={drawn.figures.map(({ yLabel }) => `${yLabel}: ${a.name} and ${b.name} against wavelength`)}
        chips={drawn.chips}
        params={params}
      />
      <Differences names={[a.name, b.name]} differences={compared.abundances} />
    </section>
  );
}
