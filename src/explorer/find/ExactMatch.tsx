import { FindStarDocument } from '../generated/graphql';
import { useAnswer } from '../graphql/useAnswer';
import { href } from '../router/route';

/** The star whose identifier was typed whole, in any catalogue; of one that means several, all of them. */
export function ExactMatch({ id }: { id: string }) {
  const { data, error, loading } = useAnswer(FindStarDocument, { id });
  if (loading) return null;
  if (error?.code === 'AMBIGUOUS_ID')
    return (
      <p role="status">
        {id} is the identifier of several stars:{' '}
        {error.candidates.map((candidate) => (
          <a key={candidate} href={href(['star', candidate])}>
            {candidate}{' '}
          </a>
        ))}
      </p>
    );
  if (error || !data?.star) return null;
  const { survey, name } = data.star;
  return (
    <p role="status">
      Identifier found: <a href={href(['star', `${survey}:${name}`])}>{name}</a>{' '}
      <span className="muted">of survey {survey}</span>
    </p>
  );
}
