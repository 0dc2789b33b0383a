import { z } from 'zod';
import { count, positive } from './numbers.js';

/** Of tables that clients ask for as files. */
export const exportSettings = z
  .strictObject({
    concurrent: count.default(1).describe('exports that are written at once; others wait'),
    maximum: count.default(50).describe('exports that are kept or waited for at once'),
    maximumBytes: count.default(20_000_000_000).describe('bytes that all exports may take together'),
    hours: positive.default(24).describe('hours that a finished export is kept'),
  })
  .prefault({});

/** Of GraphQL and HTTP: what may be asked, by how many, and for how long. @param absolute makes a path of the configuration file absolute */
export const apiSettings = (absolute: (path: string) => string) =>
  z
    .strictObject({
      maximumPage: count.default(1000).describe('largest `first` of a connection'),
      statementTimeout: positive
        .default(30)
        .describe('seconds after which a database server ends a statement of the API'),
      requestTimeout: positive.default(60).describe('seconds after which a query is given up, with all that it runs'),
      introspection: z.boolean().default(true).describe('whether clients may ask for the schema'),
      suggestions: z.boolean().default(true).describe('whether a misspelt name is answered with similar ones'),
      safelist: z
        .array(z.string().min(1).transform(absolute))
        .default([])
        .describe(
          'the only operations that are answered, where any is named: folders of .graphql files, JSON files of SHA-256 -> document; absolute paths, or relative to the project',
        ),
      limits: z
        .strictObject({
          body: count.default(4_000_000).describe('bytes of a request'),
          tokens: count.default(5000).describe('words and signs of a query; values given as variables are none'),
          depth: count.default(20).describe('fields within fields'),
          aliases: count.default(200).describe('fields under another name, fragments counted where they are used'),
          cost: count.default(50_000).describe('cost of a query, as extensions.cost.requested tells it'),
        })
        .prefault({}),
      budget: z
        .strictObject({
          address: count
            .nullable()
            .default(600_000)
            .describe('cost that an address may spend in a minute without a token; null: any'),
          token: count
            .nullable()
            .default(3_000_000)
            .describe('cost that may be spent with a token in a minute; null: any'),
        })
        .prefault({}),
      live: z
        .strictObject({
          interval: positive.default(1).describe('seconds between two looks for changes, while anybody is subscribed'),
          connections: count.default(500).describe('WebSocket connections at a time'),
          connectionsPerAddress: count.default(20).describe('WebSocket connections of one address'),
          subscriptions: count.default(10).describe('subscriptions of one connection'),
        })
        .prefault({}),
      requestLog: z
        .enum(['all', 'failed', 'none'])
        .default('all')
        .describe('requests that are logged: all, those with a status of 400 and more, or none'),
    })
    .prefault({});
