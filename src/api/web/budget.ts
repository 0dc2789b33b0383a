import type { ErrorRequestHandler, RequestHandler } from 'express';
import { AuthenticationError, RateLimitError } from '../../domain/errors.js';
import { anonymous, granted } from '../access.js';
import { payerOf } from '../limits/payer.js';
import { REQUEST_COST } from '../limits/plugin.js';
import type { Services } from '../services.js';

/** Cost of what is no GraphQL, by method (HEAD is as much work as GET) and first part of the path; REQUEST_COST for the others. */
const costs: Readonly<Record<string, number>> = {
  'GET spectra': 10,
  'POST spectra': 50,
  'POST export': 500,
  'GET scs': 20,
  'GET ssap': 20,
};
/** Of a token that cannot be used: one look into the database, and perhaps a guess. */
const REFUSED_TOKEN_COST = 50;

type Ledger = Pick<Services, 'budget' | 'metrics'>;

/** Charges every request as it arrives; GraphQL charges for its fields beside. @throws RateLimitError to Express */
export function charge({ budget, metrics }: Ledger): RequestHandler {
  return async (request, response, next) => {
    const payer = payerOf(request, granted(response));
    try {
      const method = request.method === 'HEAD' ? 'GET' : request.method;
      await budget.charge(payer, costs[`${method} ${request.path.split('/')[1]}`] ?? REQUEST_COST);
    } catch (error) {
      if (error instanceof RateLimitError) metrics.refused.inc({ payer: payer.split(':', 1)[0] });
      throw error;
    }
    next();
  };
}

/** Charges the address whose token was refused, which no token pays for. */
export function chargeRefused({ budget }: Ledger): ErrorRequestHandler {
  return async (error: unknown, request, _, next) => {
    if (error instanceof AuthenticationError) await budget.charge(payerOf(request, anonymous), REFUSED_TOKEN_COST);
    next(error);
  };
}
