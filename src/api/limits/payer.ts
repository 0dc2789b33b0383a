import { isIPv6 } from 'node:net';
import type { Request } from 'express';
import type { Access } from '../access.js';
import type { Payer } from './budget.js';

/** Who pays for a request. Of an IPv6 address the first 64 bits count: a client has all of the others. */
export function payerOf({ ip }: Pick<Request, 'ip'>, { token }: Access): Payer {
  return token === null ? `address:${network(ip ?? 'unknown')}` : `token:${token}`;
}

function network(address: string): string {
  const mapped = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!isIPv6(mapped)) return mapped;
  const [head, tail] = mapped.split('%')[0].split('::') as [string, string | undefined];
  const groups = head ? head.split(':') : [];
  const rest = tail ? tail.split(':') : [];
  const gap = tail === undefined ? [] : Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill('0');
  return `${[...groups, ...gap, ...rest].slice(0, 4).join(':')}::/64`;
}
