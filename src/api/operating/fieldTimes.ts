import { SpanStatusCode, trace } from '@opentelemetry/api';
import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLSchema,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import type { Context } from '../context.js';
import { ownCost } from '../limits/fieldCost.js';

type ContextField = GraphQLField<unknown, Context>;

/**
 * Has the fields of a schema count their cost on the request as they are answered, and those that look something up (the roots, and what takes arguments or tells its cost) their time. Other
 * fields stay as they are, so that a page of spectra is not measured number by number.
 */
export function measureFields(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    const isRoot = type === schema.getQueryType();
    for (const field of Object.values(type.getFields()) as ContextField[]) {
      const own = ownCost(field as GraphQLField<unknown, unknown>);
      if (isRoot || 'cost' in field.extensions || (field.args.length > 0 && own > 0))
        time(field, `${type.name}.${field.name}`);
      if (own > 0) count(field, own);
    }
  }
  return schema;
}

function count(field: ContextField, own: number): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (source, args, context, info) => {
    context.spent.cost += own;
    return resolve(source, args, context, info);
  };
}

function time(field: ContextField, name: string): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  const tracer = trace.getTracer('starkin');
  field.resolve = (source, args, context, info) => {
    const stop = context.metrics.fields.startTimer({ field: name });
    return tracer.startActiveSpan(name, (span) => {
      const ended = (error?: unknown) => {
        stop();
        if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      };
      try {
        const value = resolve(source, args, context, info);
        if (!isPromise(value)) ended();
        else value.then(() => ended(), ended);
        return value;
      } catch (error) {
        ended(error);
        throw error;
      }
    });
  };
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}
