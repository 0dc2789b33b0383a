import type { StarId } from '../../domain/star.js';
import type { Filled } from '../table/column.js';

interface Identity {
  readonly id: StarId;
  readonly name: string;
  readonly survey: string;
}

/** The most bytes of each in a table. */
interface IdentityShape {
  readonly idBytes: number;
  readonly nameBytes: number;
  readonly surveyBytes: number;
}

/** What a star is called, in tables that have a row for each. */
export function identityColumns({ idBytes, nameBytes, surveyBytes }: IdentityShape): Filled<Identity>[] {
  return [
    starKey(idBytes),
    {
      name: 'name',
      type: 'text',
      size: nameBytes,
      ucd: 'meta.id',
      description: 'Identifier of the survey, as it gives it',
      value: ({ name }) => name,
    },
    {
      name: 'survey',
      type: 'text',
      size: surveyBytes,
      ucd: 'meta.bib',
      description: 'Survey of the star',
      value: ({ survey }) => survey,
    },
  ];
}

/** By which rows of all tables are joined. */
export function starKey(size: number): Filled<Pick<Identity, 'id'>> {
  return {
    name: 'star_id',
    type: 'text',
    size,
    ucd: 'meta.id;meta.main',
    description: 'Key in the archive: survey:name',
    value: ({ id }) => id,
  };
}
