import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import compression from 'compression';
import express, { type RequestHandler, type Response, Router } from 'express';
import { strictPolicy } from './securityHeaders.js';

/** The project's own build of the pages, found from this file: three folders below the root as source, four when compiled into dist/. */
export function builtPages(): string {
  const [source, compiled] = ['../../../dist-explorer', '../../../../dist-explorer'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return existsSync(source) ? source : compiled;
}

/** Scripts and styles of the built pages, compressed; their names carry a hash, so that they may be kept for a year. */
export function assets(folder: string): RequestHandler {
  const files = express.static(folder, {
    index: false,
    fallthrough: true,
    setHeaders: (response, path) => {
      const hashed = path.includes(join(folder, 'assets'));
      response.setHeader('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  return Router().use(compression(), files);
}

/** GET /: the explorer. */
export function explorer(folder: string): RequestHandler {
  return (_, response) => {
    response.set('Content-Security-Policy', strictPolicy);
    sendPage(response, folder, 'index.html');
  };
}

/** GET /graphql: GraphiQL for a browser, which prefers text/html; a client that prefers JSON goes on to GraphQL. */
export function graphiql(folder: string): RequestHandler {
  return (request, response, next) => {
    response.vary('Accept');
    // A link with ?query= is shown in the page too; only Accept decides, as in GraphQL over HTTP.
    if (request.accepts(['json', 'html']) !== 'html') return next();
    sendPage(response, folder, 'graphiql.html');
  };
}

/** A page names the hashed files of its build, so it is asked for anew each time. */
function sendPage(response: Response, folder: string, page: string): void {
  response.set('Cache-Control', 'no-cache');
  if (existsSync(join(folder, page))) response.sendFile(page, { root: folder });
  else response.status(503).type('html').send(missingPage);
}

const missingPage = `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <title>Starkin</title>
  <h1>Starkin</h1>
  <p>The GraphQL API answers at /graphql, but the page that belongs here has not been built: run <code>npm run setup</code> and start again.</p>
  <p>Meanwhile: <code>curl -H 'content-type: application/json' -d '{"query":"{ status { ready reason } }"}' …/graphql</code></p>
</html>
`;
