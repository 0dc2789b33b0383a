import 'graphiql/setup-workers/vite';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { liveAddress } from './graphql/liveAddress';
import 'graphiql/style.css';

/** What a first visitor sees: the question that the archive is made for. */
const firstQuery = `# Which stars are the chemical kin of this one?
#
# Run: Ctrl-Enter. Complete: Ctrl-Space.
# Teff in K, log g and [Fe/H] in dex. The distance
# is measured between chemical latents, from which
# Teff and log g were removed: 0 is identical.
{
  stars(first: 3, filter: { teff: { min: 4400 } }) {
    edges {
      node {
        name
        parameters {
          teff
          logg
          feh
        }
        twins(first: 5) {
          edges {
            distance
            node {
              name
            }
          }
        }
      }
    }
  }
}
`;

const place = document.getElementById('graphiql');
if (!place) throw new Error('graphiql.html has no element #graphiql');
// A connection for each subscription: the headers that are typed beside it, a token among them, go with it.
const fetcher = createGraphiQLFetcher({ url: '/graphql', subscriptionUrl: liveAddress() });
createRoot(place).render(
  <GraphiQL fetcher={fetcher} defaultQuery={firstQuery}>
    <GraphiQL.Logo>Starkin</GraphiQL.Logo>
  </GraphiQL>,
);
