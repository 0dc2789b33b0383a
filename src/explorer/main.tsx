import 'graphiql/setup-workers/vite';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { apiAddress, liveAddress } from './graphql/address';
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
const fetcher = createGraphiQLFetcher({ url: apiAddress('graphql'), subscriptionUrl: liveAddress() });
// A link to a query, as GraphQL over HTTP has it, shows that query.
const asked = new URLSearchParams(location.search);
const [query, variables] = [asked.get('query'), asked.get('variables')];
createRoot(place).render(
  <GraphiQL
    fetcher={fetcher}
    defaultQuery={firstQuery}
    {...(query !== null && { initialQuery: query })}
    {...(variables !== null && { initialVariables: variables })}
  >
    <GraphiQL.Logo>Starkin</GraphiQL.Logo>
  </GraphiQL>,
);
