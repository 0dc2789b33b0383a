import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler } from 'express';

const PAGE = 'graphiql.html';

/** The project's own build of the pages, found from this file: three folders below the root as source, four when compiled into dist/. */
export function builtPages(): string {
  const [source, compiled] = ['../../../dist-explorer', '../../../../dist-explorer'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return existsSync(source) ? source : compiled;
}

/** Scripts and styles of the built pages; their names carry a hash, so that they may be kept for a year. */
export function assets(folder: string): RequestHandler {
  return express.static(folder, {
    index: false,
    fallthrough: true,
    setHeaders: (response, path) => {
      const hashed = path.includes(join(folder, 'assets'));
      response.setHeader('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}

/** GET /graphql: GraphiQL for a browser, which prefers text/html; a client that prefers JSON goes on to GraphQL. */
export function graphiql(folder: string): RequestHandler {
  return (request, response, next) => {
    response.vary('Accept');
    // A link with ?query= is shown in the page too; only Accept decides, as in GraphQL over HTTP.
    if (request.accepts(['json', 'html']) !== 'html') return next();
    response.set('Cache-Control', 'no-cache');
    if (existsSync(join(folder, PAGE))) response.sendFile(PAGE, { root: folder });
    else response.status(503).type('html').send(missingPage);
  };
}

const missingPage = `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <title>Starkin</title>
  <h1>Starkin</h1>
  <p>The GraphQL API answers at this address, but its page has not been built: run <code>npm run setup</code> and start again.</p>
  <p>Meanwhile: <code>curl -H 'content-type: application/json' -d '{"query":"{ status { ready reason } }"}' …/graphql</code></p>
</html>
`;
