import { StarSpectraDocument, type StarSpectraQuery } from '../generated/graphql';
import { useAnswer } from '../graphql/useAnswer';
import { setParams } from '../router/useRoute';
import { fixed } from '../words/numbers';
import type { Chosen } from './useSpectrum';

type Listed = NonNullable<StarSpectraQuery['star']>['spectra'][number];

/** Chooses among the spectra of a star, by release and visit; nothing where there is one only. */
export function SpectrumChoice({ id, chosen }: { id: string; chosen: Chosen }) {
  const spectra = useAnswer(StarSpectraDocument, { id }).data?.star?.spectra ?? [];
  if (spectra.length < 2) return null;
  // Where no release is named, it is the newest with this visit.
  const shown = spectra.findIndex(
    ({ release, visit }) => visit === chosen.visit && (chosen.release === null || release === chosen.release),
  );
  const choose = (at: number) => {
    const { release, visit } = spectra[at];
    const isDefault = spectra.findIndex((each) => each.visit === 0) === at;
    setParams(isDefault ? { release: null, visit: null } : { release, visit: visit || null });
  };
  return (
    <p>
      <label className="row">
        Spectrum
        <select value={shown} onChange={(event) => choose(Number(event.target.value))}>
          {shown < 0 && <option value={-1}>choose one of {spectra.length}</option>}
          {spectra.map((each, i) => (
            <option key={`${each.release} ${each.visit}`} value={i}>
              {described(each)}
            </option>
          ))}
        </select>
      </label>
    </p>
  );
}

function described({ release, visit, combined, mjd, telescope, fibre, snr }: Listed): string {
  return [
    release,
    combined ? 'combined' : `visit ${visit}`,
    telescope,
    mjd !== null && `MJD ${fixed(mjd, 2)}`,
    fibre !== null && !combined && `fibre ${fixed(fibre, 0)}`,
    snr !== null && `SNR ${fixed(snr, 0)}`,
  ]
    .filter(Boolean)
    .join(', ');
}
