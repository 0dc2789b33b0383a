import { useMemo } from 'react';
import { ReconstructionDocument, RefinedParametersDocument } from '../generated/graphql';
import { useAnswer } from '../graphql/useAnswer';
import type { Route } from '../router/route';
import { setParams } from '../router/useRoute';
import { useStatus } from '../shell/status';
import type { HeadedStar } from '../star/headedStar';
import { Empty } from '../states/Empty';
import { Failure } from '../states/Failure';
import { Loading } from '../states/Loading';
import { NoModel } from '../states/NoModel';
import { typed } from '../words/numbers';
import { RecastSliders } from './RecastSliders';
import { SpectrumChoice } from './SpectrumChoice';
import { SpectrumFigure } from './SpectrumFigure';
import { type ParameterName, useTrainedParameters } from './trainingRange';
import { type Parameters, useRecast } from './useRecast';
import { type Chosen, decoded, useSpectrum } from './useSpectrum';

/** The star's spectrum with what the model makes of it, and the same chemistry at other parameters. */
export function SpectrumTab({ star, route }: { star: HeadedStar; route: Route }) {
  const chosen = readChoice(route.params);
  const { spectrum, error, loading, again } = useSpectrum(star.id, chosen);
  const status = useStatus();
  const trained = useTrainedParameters();
  const refined = useAnswer(RefinedParametersDocument, status?.model ? { id: star.id } : null).data?.star?.parameters
    ?.refined;
  const own = parametersOf(refined ?? star.parameters);
  const canRecast = !star.latentReason && status?.model != null && trained !== null;
  const complete = canRecast && trained.every(({ name }) => own[name] !== undefined);
  const model = useAnswer(ReconstructionDocument, complete ? { id: star.id, to: { teff: 0, logg: 0, ...own } } : null)
    .data?.star?.recast;
  const reconstruction = useMemo(() => (model ? decoded(model.flux) : null), [model]);
  const to = canRecast ? readRecast(route.params) : null;
  const { recast, error: refusal } = useRecast(star.id, to && { ...own, ...to });

  if (error) return <Failure error={error} again={again} />;
  if (!spectrum && loading) return <Loading what="the spectrum" lines={8} />;
  if (!spectrum)
    return (
      <>
        <SpectrumChoice id={star.id} chosen={chosen} />
        <Empty title="There is no such spectrum of the star">
          Other visits of it, or other releases with it, may be published.
        </Empty>
      </>
    );
  return (
    <>
      <SpectrumChoice id={star.id} chosen={chosen} />
      {canRecast && (
        <RecastSliders trained={trained} own={own} to={to} recast={recast} error={refusal} onChange={writeRecast} />
      )}
      <SpectrumFigure
        name={star.name}
        spectrum={spectrum}
        reconstruction={reconstruction}
        recast={to && recast ? recast.flux : null}
        params={route.params}
      />
      {status && !status.model && <NoModel wants="Reconstruction, recasts and twins" />}
      {status?.model && star.latentReason && (
        <Empty title="The model could not encode this star">
          <p>{star.latentReason}.</p>
        </Empty>
      )}
    </>
  );
}

type Known = { readonly teff: number | null; readonly logg: number | null; readonly feh: number | null };

function parametersOf(known: Known | null | undefined): Parameters {
  const { teff, logg, feh } = known ?? { teff: null, logg: null, feh: null };
  return { ...(teff !== null && { teff }), ...(logg !== null && { logg }), ...(feh !== null && { feh }) };
}

function readChoice(params: URLSearchParams): Chosen {
  const visit = Number(params.get('visit'));
  return { release: params.get('release'), visit: Number.isInteger(visit) && visit > 0 ? visit : 0 };
}

const names: readonly ParameterName[] = ['teff', 'logg', 'feh'];

function readRecast(params: URLSearchParams): Parameters | null {
  const to = names.flatMap((name) => {
    const value = typed(params.get(name));
    return value === null ? [] : [[name, value]];
  });
  return to.length > 0 ? Object.fromEntries(to) : null;
}

function writeRecast(to: Parameters | null): void {
  setParams(Object.fromEntries(names.map((name) => [name, to?.[name] ?? null])));
}
