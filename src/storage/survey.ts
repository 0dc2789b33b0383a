import { ConflictError, InputError } from '../domain/errors.js';
import type { Database } from './database.js';

const NAME = /^[a-z0-9][a-z0-9._-]*$/;

/**
 * Makes a survey known; nothing happens when it is already.
 * @param name lower case, without a colon: it is the part of a star id before the colon
 * @throws InputError on another name; ConflictError when the survey is known, but as the other of simulated and observed
 */
export async function ensureSurvey(db: Database, name: string, options: { simulated: boolean }): Promise<void> {
  if (!NAME.test(name)) throw new InputError('survey', `a name that matches ${NAME.source}`, name);
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
