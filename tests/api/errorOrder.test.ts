import { setTimeout } from 'node:timers/promises';
import { ApolloServer } from '@apollo/server';
import { expect, it } from 'vitest';
import { errorOrderPlugin } from '../../src/api/errorOrder.js';

it('tells the errors of an answer in the order of their paths, whichever came first', async () => {
  const late = async ({ after }: { after: number }) => {
    await setTimeout(after);
    throw new Error(`after ${after} ms`);
  };
  const apollo = new ApolloServer({
    typeDefs: 'type Query { stars: [Star] b: Int } type Star { after: Int twins: Int }',
    resolvers: {
      Query: { stars: () => [40, 20, 0].map((after) => ({ after })), b: () => late({ after: 30 }) },
      Star: { twins: late },
    },
    plugins: [errorOrderPlugin()],
  });
  const { body } = await apollo.executeOperation({ query: '{ stars { twins } b }' });
  const errors = body.kind === 'single' ? body.singleResult.errors : [];
  expect(errors?.map(({ path }) => path)).toEqual([
    ['b'],
    ['stars', 0, 'twins'],
    ['stars', 1, 'twins'],
    ['stars', 2, 'twins'],
  ]);
  await apollo.stop();
});
