import { ArchiveContentsDocument } from '../generated/graphql';
import { useAnswer } from '../graphql/useAnswer';
import { Failure } from '../states/Failure';
import { Loading } from '../states/Loading';
import { Evaluations } from './Evaluations';
import { Models } from './Models';
import { Releases } from './Releases';
import { Runs } from './Runs';

/** What the archive holds, by which models it answers, and what is being done to it. */
export function ArchivePage() {
  const { data, error, loading, again } = useAnswer(ArchiveContentsDocument, noVariables);
  return (
    <>
      <h1 className="spoken">The archive</h1>
      {error && <Failure error={error} again={again} />}
      {!data && loading && <Loading what="the archive" lines={8} />}
      {data && <Releases releases={data.releases} />}
      {data && <Models models={data.models} />}
      {data && data.models.length > 0 && <Evaluations />}
      <Runs />
    </>
  );
}

const noVariables = {};
