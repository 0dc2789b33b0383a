import { moment } from '../words/moments';
import { CoverageFigure } from './CoverageFigure';
import { FaultTable } from './FaultTable';
import type { MeasuredModel } from './measuredModel';
import { RecastingTable } from './RecastingTable';
import { RecoveryFigure } from './RecoveryFigure';
import { RecoveryTable } from './RecoveryTable';

/** All that was measured on one set of spectra with known twins. */
export function EvaluationSet({ set, models }: { set: string; models: readonly MeasuredModel[] }) {
  const [{ release, spectra, pairs, simulated, noiseless, date }] = models;
  const recovered = models.filter(({ recovery }) => recovery.length > 0);
  const recast = models.filter(({ recasting }) => recasting !== null);
  const covered = models.filter(({ coverage }) => coverage.length > 0);
  const faulty = models.filter(({ faults }) => faults.length > 0);
  const notes = [...new Set(models.flatMap((each) => each.notes))];
  return (
    <article className="card evaluation" aria-label={`Evaluation on ${set}`}>
      <h3 className="row">
        On {release ? `the release ${release}` : set}
        {simulated && <span className="badge">simulated</span>}
      </h3>
      <p className="muted small">
        {spectra.toLocaleString('en')} spectra, {pairs.toLocaleString('en')} pairs of true twins
        {noiseless && ', without noise of their own'}; {moment(date)}
        {models.some(({ trainedOn }) => trainedOn) &&
          '. A model was trained on these spectra, without knowing the twins'}
      </p>
      {recovered.length > 0 && (
        <>
          <h4>How often the true twin comes first</h4>
          <RecoveryFigure set={set} models={recovered} />
          <RecoveryTable models={recovered} />
        </>
      )}
      {recast.length > 0 && (
        <>
          <h4>Recast to the parameters of the twin, against the twin</h4>
          <RecastingTable models={recast} />
        </>
      )}
      {covered.map((measured) => (
        <CoverageFigure key={measured.model} set={set} measured={measured} />
      ))}
      {faulty.length > 0 && (
        <>
          <h4>Twins found where one of them has a fault of real spectra</h4>
          <FaultTable models={faulty} />
        </>
      )}
      {notes.map((note) => (
        <p className="muted small" key={note}>
          {note}
        </p>
      ))}
    </article>
  );
}
