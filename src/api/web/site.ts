import type { ApolloServer } from '@apollo/server';
import type { RequestHandler } from 'express';
import type { Environment } from '../../config.js';
import type { Intake } from '../../intake/intake.js';
import type { Database } from '../../storage/database.js';
import type { Context } from '../context.js';
import type { Safelist } from '../limits/safelist.js';
import type { Services } from '../services.js';

/** What the parts of the HTTP interface are made of. */
export interface Site {
  readonly services: Services;
  readonly apollo: ApolloServer<Context>;
  /** Where tokens are looked up and their use is noted. */
  readonly tokens: Database;
  readonly intake: Intake;
  readonly environment: Environment;
  /** The operations that alone are answered; null: all. */
  readonly safelist: Safelist | null;
  /** Folder of the built web pages. */
  readonly pages: string;
  /** Routes of others, such as file downloads: they come after the token and before the 404. */
  readonly routes: readonly RequestHandler[];
}
