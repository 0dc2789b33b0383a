import { InputError } from '../domain/errors.js';
import type { Database } from './database.js';

/** What may read an archive and do nothing else: for the API's own logins to be members of. */
export const API_ROLE = 'starkin_api';

/** What may read the views of what is published, and nothing else: for services that query the database themselves. */
export const TAP_ROLE = 'starkin_tap';
const publishedViews = ['published_star', 'published_alias', 'published_latent', 'published_abundance'];

/**
 * Makes both roles, or renews their grants after a migration. That of the API reads every table and may have the use of a token and what clients spend noted; it writes
 * nothing and makes nothing. Roles without a login: who deploys makes logins that are members of them.
 * @throws InputError for an embedded archive, which has one user
 */
export async function grantRoles(db: Database): Promise<void> {
  if (db.kind === 'embedded')
    throw new InputError('--roles', 'a database server (DATABASE_URL)', 'an embedded archive', 'leave --roles out');
  await db.transaction(async (tx) => {
    const [{ made, schema, database }] = await tx.query<{ made: string[]; schema: string; database: string }>(
      `select array(select rolname::text from pg_roles where rolname = any($1::text[])) as made, quote_ident(current_schema()) as schema,
         quote_ident(current_database()) as database`,
      [[API_ROLE, TAP_ROLE]],
    );
    for (const role of [API_ROLE, TAP_ROLE]) if (!made.includes(role)) await tx.query(`create role ${role} nologin`);
    for (const statement of grants(schema, database)) await tx.query(statement);
  });
}

function grants(schema: string, database: string): string[] {
  return [
    // Everybody's by default; a temporary table is a write too.
    `revoke temporary on database ${database} from public`,
    `grant usage on schema ${schema} to ${API_ROLE}`,
    `grant select on all tables in schema ${schema} to ${API_ROLE}`,
    // The latents of a model are a table that is made when it is first encoded with.
    `alter default privileges in schema ${schema} grant select on tables to ${API_ROLE}`,
    `grant execute on function ${schema}.note_token_use(integer) to ${API_ROLE}`,
    `grant execute on function ${schema}.settle_request_budget(text[], bigint[]) to ${API_ROLE}`,
    `grant usage on schema ${schema} to ${TAP_ROLE}`,
    `grant select on ${publishedViews.map((name) => `${schema}.${name}`).join(', ')} to ${TAP_ROLE}`,
  ];
}
