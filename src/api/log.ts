import { type DestinationStream, type Logger, pino } from 'pino';
import { withoutTokens } from '../domain/accessToken.js';

/** The log of the API. Whatever a line holds, it holds no token: an error may quote what a client sent, in the wrong place too. */
export function createLog(destination: DestinationStream = pino.destination({ fd: 2, sync: true })): Logger {
  return pino({ hooks: { streamWrite: withoutTokens } }, destination);
}
