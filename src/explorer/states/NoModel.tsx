import { Empty } from './Empty';

/** What the archive cannot do before a model is served. */
export function NoModel({ wants }: { wants: string }) {
  return (
    <Empty title="No model is served yet">
      <p>{wants} need a model that was trained on this archive&rsquo;s spectra and promoted.</p>
      <p>
        The operator runs <code>npx starkin train --release NAME</code>, then{' '}
        <code>npx starkin release publish NAME</code>.
      </p>
    </Empty>
  );
}
