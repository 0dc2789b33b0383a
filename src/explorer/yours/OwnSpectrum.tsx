import { useMemo, useState } from 'react';
import type { LineFigure } from '../figure/lineFigure';
import { OwnKinDocument, type SpectrumInput } from '../generated/graphql';
import { useAnswer } from '../graphql/useAnswer';
import { FigureStack } from '../spectrum/FigureStack';
import { layoutOf } from '../spectrum/pixels';
import { type ParameterName, useTrainedParameters } from '../spectrum/trainingRange';
import { Failure } from '../states/Failure';
import { Loading } from '../states/Loading';
import { OwnAbundances } from './OwnAbundances';
import { OwnFacts } from './OwnFacts';
import { OwnTwins } from './OwnTwins';
import { asInput, numbersOf, type ParsedSpectrum, type Told } from './ownSpectrum';

const FIRST = 20;

interface OwnSpectrumProps {
  readonly name: string;
  readonly parsed: ParsedSpectrum;
  readonly params: URLSearchParams;
}

/** What was read of the file, what is still to be told, the spectrum, its twins and abundances. */
export function OwnSpectrum({ name, parsed, params }: OwnSpectrumProps) {
  const needed = useTrainedParameters()?.map((each) => each.name) ?? noNames;
  const [told, setTold] = useState<Told>(() => toldBy(parsed));
  const [asked, setAsked] = useState<SpectrumInput | null>(null);
  const input = asInput(parsed, told, needed);
  const { data, error, loading } = useAnswer(OwnKinDocument, asked && { spectrum: asked, first: FIRST });
  const figures = useMemo((): readonly [LineFigure, ...LineFigure[]] => {
    const { wavelength, flux, error: sigma } = numbersOf(parsed);
    const layout = layoutOf(wavelength, flux);
    return [
      {
        x: wavelength,
        lines: [{ label: name, colour: 'observed', values: flux }],
        band: { error: sigma, about: 'first' },
        shaded: layout.flagged,
        gaps: layout.gaps,
        marks: [],
        yLabel: 'Flux',
        vertical: 'first',
        height: 260,
      },
    ];
  }, [parsed, name]);
  const chips = useMemo(() => layoutOf(figures[0].x, figures[0].lines[0].values).chips, [figures]);
  return (
    <>
      <OwnFacts
        name={name}
        parsed={parsed}
        needed={needed}
        told={told}
        onTold={setTold}
        onAsk={input && (() => setAsked(input))}
      />
      {error && <Failure error={error} />}
      {loading && !data && <Loading what="the twins" lines={6} />}
      {data && !error && <OwnTwins name={name} twins={data.twinsOf} stale={loading} />}
      {data && !error && <OwnAbundances name={name} abundances={data.abundancesOf} stale={loading} />}
      <FigureStack
        title="Your spectrum"
        name={name}
        figures={figures}
        descriptions={[`Flux of ${name} against wavelength`]}
        chips={chips}
        params={params}
      />
    </>
  );
}

const noNames: readonly ParameterName[] = [];

function toldBy({ medium, teff, logg, feh }: ParsedSpectrum): Told {
  const text = (value: number | null | undefined) => (value == null ? '' : String(value));
  return { medium: medium ?? '', values: { teff: text(teff), logg: text(logg), feh: text(feh) } };
}
