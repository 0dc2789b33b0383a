import { type Patch } from '../router/route';
import { setParams } from '../router/useRoute';
import { useStatus } from '../shell/status';
import { RangeField } from './RangeField';
import { firstPage } from './SearchBar';
import { type RangeName, ranges } from './search';

/** Which stars the list takes. */
export function Filters({ params }: { params: URLSearchParams }) {
  const releases = useStatus()?.releases ?? [];
  const set = (patch: Patch) => setParams({ ...patch, ...firstPage });
  const filtered =
    params.get('release') !== null || ranges.some((name) => params.get(`${name}.min`) ?? params.get(`${name}.max`));
  return (
    <fieldset className="filters" aria-label="Filters">
      {ranges.map((name) => (
        <RangeField
          key={name}
          label={labels[name]}
          min={params.get(`${name}.min`) ?? ''}
          max={params.get(`${name}.max`) ?? ''}
          onChange={(end, value) => set({ [`${name}.${end}`]: value })}
        />
      ))}
      {releases.length > 1 && (
        <label>
          Release
          <br />
          <select value={params.get('release') ?? ''} onChange={(event) => set({ release: event.target.value })}>
            <option value="">any</option>
            {releases.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      {filtered && (
        <button type="button" className="quiet" onClick={() => set(nothing)}>
          Clear filters
        </button>
      )}
    </fieldset>
  );
}

const labels: Readonly<Record<RangeName, string>> = { teff: 'Teff, K', logg: 'log g', feh: '[Fe/H]', snr: 'S/N' };
const nothing: Patch = Object.fromEntries([
  ['release', null],
  ...ranges.flatMap((name) => [
    [`${name}.min`, null],
    [`${name}.max`, null],
  ]),
]);
