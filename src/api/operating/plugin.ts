import type { ApolloServerPlugin } from '@apollo/server';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import type { Context } from '../context.js';
import { noteRequest } from '../errors.js';

/** Measures operations, and ties the errors of a request to its id in the log. */
export function operationPlugin(): ApolloServerPlugin<Context> {
  return {
    async requestDidStart({ contextValue: { metrics, requestId } }) {
      const start = performance.now();
      const span = trace.getTracer('starkin').startSpan('graphql');
      return {
        async didResolveOperation({ operation }) {
          // Its name is the client's own word: a span may hold it, a metric must not.
          const kind = operation?.operation ?? 'none';
          span.updateName(operation?.name ? `${kind} ${operation.name.value}` : kind);
          span.setAttribute('graphql.operation.type', kind);
        },
        async didEncounterErrors({ errors }) {
          span.setStatus({ code: SpanStatusCode.ERROR });
          for (const error of errors) noteRequest(error, requestId);
        },
        async willSendResponse({ operation, errors, response }) {
          const seconds = (performance.now() - start) / 1000;
          const kind = operation?.operation ?? 'none';
          metrics.operations.observe({ kind, outcome: errors ? 'error' : 'ok' }, seconds);
          const told = response.body.kind === 'single' ? (response.body.singleResult.errors ?? []) : [];
          for (const { extensions } of told) metrics.errors.inc({ code: String(extensions?.code) });
          span.end();
        },
      };
    },
  };
}
