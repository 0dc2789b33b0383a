import { ConflictError, InputError } from '../domain/errors.js';
import type { Database } from './database.js';

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/**
 * A survey's name: lower case, without a colon, since it is the part of a star id before the colon.
 * @throws InputError on another name
 */
export function checkSurveyName(name: string, place = 'survey'): string {
  if (!NAME.test(name))
    throw new InputError(place, 'a name of lower-case letters, digits, ".", "_" and "-", at most 63 of them', name);
  return name;
}

/**
 * Makes a survey known; nothing happens when it is already.
 * @throws InputError on a name that `checkSurveyName` refuses; ConflictError when the survey is known, but as the other of simulated and observed
 */
export async function ensureSurvey(db: Database, name: string, options: { simulated: boolean }): Promise<void> {
  checkSurveyName(name);
  await db.query('insert into survey (name, simulated) values ($1, $2) on conflict (name) do nothing', [
    name,
    options.simulated,
  ]);
  const [stored] = await db.query<{ simulated: boolean }>('select simulated from survey where name = $1', [name]);
  if (stored.simulated !== options.simulated)
    throw new ConflictError(
      `survey "${name}" is ${stored.simulated ? 'simulated' : 'observed'}, and these spectra are not`,
      'name another survey',
    );
}
