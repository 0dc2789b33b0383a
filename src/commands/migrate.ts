import { migrate } from '../storage/migrations.js';
import { API_ROLE, grantRoles, TAP_ROLE } from '../storage/roles.js';
import type { Command } from './command.js';

export const migrateCommand: Command<{ readonly roles: boolean }> = {
  name: 'migrate',
  summary: 'bring the archive’s tables up to date (an embedded archive does this by itself)',
  archive: 'create',
  exclusive: true,
  declare(declaration) {
    declaration.option(
      '--roles',
      `on a database server, make the roles ${API_ROLE}, which may only read, and ${TAP_ROLE}, which may read what is published, or renew their grants`,
      false,
    );
  },
  request: (_, { roles }) => ({ roles: roles === true }),
  async run(context, { roles }) {
    const { db } = await context.workplace();
    const applied = [...(await context.migrated()), ...(await migrate(db))];
    if (roles) await grantRoles(db);
    const lines = [applied.length ? `applied ${applied.join(', ')}` : 'the tables are up to date'];
    if (roles)
      lines.push(`the role ${API_ROLE} may read, and write nothing; ${TAP_ROLE} may read what is published for all`);
    return { exitCode: 0, text: lines.join('\n'), data: { applied, roles: roles ? [API_ROLE, TAP_ROLE] : [] } };
  },
};
