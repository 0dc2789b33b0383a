import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { RequestHandler } from 'express';
import type { Metrics } from '../operating/metrics.js';
import { requestIdOf } from './requestLog.js';

/** The routes that are told apart; all others are one, or a stranger could make any number of them. */
const routes = [
  'graphql',
  'spectra',
  'export',
  'scs',
  'ssap',
  'vosi',
  'explorer-assets',
  'healthz',
  'readyz',
  'metrics',
];

/** Measures requests by route, and makes a span of each, within that of the client where it names one (W3C Trace Context). */
export function measured(metrics: Metrics): RequestHandler {
  const tracer = trace.getTracer('starkin');
  return (request, response, next) => {
    const first = request.path.split('/')[1];
    const route = first === '' ? '/' : routes.includes(first) ? `/${first}` : 'other';
    const stop = metrics.requests.startTimer({ route, method: request.method });
    const parent = propagation.extract(context.active(), request.headers);
    const attributes = {
      'http.request.method': request.method,
      'http.route': route,
      'starkin.request_id': requestIdOf(request),
    };
    const span = tracer.startSpan(`${request.method} ${route}`, { kind: SpanKind.SERVER, attributes }, parent);
    response.once('close', () => {
      stop({ status: response.statusCode });
      span.setAttribute('http.response.status_code', response.statusCode);
      if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    context.with(trace.setSpan(parent, span), next);
  };
}
