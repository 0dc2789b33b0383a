import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Express, Request } from 'express';
import {
  type ExecutionArgs,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import {
  CloseCode,
  type Context as Connection,
  handleProtocols,
  type ServerOptions,
  type SubscribePayload,
} from 'graphql-ws';
import { type Extra, useServer as speakOver } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { CancelledError, LimitError, StarkinError } from '../../domain/errors.js';
import type { Requester } from '../context.js';
import { formatError, noteRequest } from '../errors.js';
import { payerOf } from '../limits/payer.js';
import { authenticate } from '../web/authentication.js';
import type { Site } from '../web/site.js';
import { createLiveContext } from './liveContext.js';
import { readSubscription } from './operation.js';
import { Pulse } from './pulse.js';
import { Doorkeeper } from './upgrade.js';

/** Bytes of a message: a subscription, with its variables. */
const LONGEST_MESSAGE = 256 * 1024;
/** ms between two looks at the token of a connection that hears no news. */
const RIGHTS_LOOKED_AT = 10_000;

type AnyResult = Parameters<NonNullable<ServerOptions['onNext']>>[4];
type Socket = Connection<Record<string, unknown> | undefined, Extra>;

/** What is known of a connection beside what graphql-ws knows. */
interface Kept {
  readonly id: string;
  readonly request: Request;
  readonly end: AbortController;
}

/**
 * GraphQL subscriptions over WebSockets (the protocol of graphql-ws) at /graphql. Who asks is told by `Authorization` in the payload of connection_init, since pages cannot send it as a
 * header, or else by the header as that of a query, and looked at again before everything that is told.
 */
export class LiveServer {
  readonly #kept = new WeakMap<IncomingMessage, Kept>();
  readonly #pulse: Pulse;
  readonly #door: Doorkeeper;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: LONGEST_MESSAGE, handleProtocols });
  readonly #protocol: { dispose(): void | Promise<void> };

  constructor(
    server: Server,
    app: Express,
    private readonly schema: GraphQLSchema,
    private readonly site: Site,
  ) {
    const { services, environment } = site;
    const { live } = services.settings.api;
    this.#pulse = new Pulse(services.db, live.interval, services.log);
    // The archive's own pages, where a proxy passes on another Host than they have.
    const own = environment.publicUrl === null ? [] : [new URL(environment.publicUrl).origin];
    this.#door = new Doorkeeper(app, live, [...environment.corsOrigins, ...own]);
    this.#protocol = speakOver(
      {
        onConnect: (socket) => this.#connect(socket as Socket),
        onSubscribe: (socket, id, payload) => this.#subscribe(socket as Socket, id, payload),
        onError: (_socket, _id, _payload, errors) => errors.map((error) => this.#told(error)),
        onNext: (_socket, _id, _payload, _args, result) => this.#answer(result),
      },
      this.#sockets,
    );
    server.on('upgrade', (incoming, stream, head) => {
      const admitted = this.#door.admit(incoming, stream);
      if (!admitted) return;
      const end = new AbortController();
      this.#kept.set(incoming, { id: randomUUID(), request: admitted.request, end });
      services.metrics.live.set(this.#door.open);
      stream.once('close', () => {
        admitted.leave();
        services.metrics.live.set(this.#door.open);
        end.abort(new CancelledError());
      });
      this.#sockets.handleUpgrade(incoming, stream, head, (socket) =>
        this.#sockets.emit('connection', socket, incoming),
      );
    });
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await this.#protocol.dispose();
    this.#sockets.close();
  }

  async #connect(socket: Socket): Promise<boolean> {
    const { signal } = this.#of(socket).end;
    try {
      await this.#requester(socket);
    } catch {
      return false;
    }
    const timer = setInterval(() => void this.#requester(socket).catch(() => {}), RIGHTS_LOOKED_AT).unref();
    signal.addEventListener('abort', () => clearInterval(timer));
    return true;
  }

  async #subscribe(
    socket: Socket,
    id: string,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const { services, safelist } = this.site;
    const { settings, budget } = services;
    try {
      const most = settings.api.live.subscriptions;
      const open = Object.keys(socket.subscriptions).filter((one) => one !== id).length + 1;
      if (open > most) throw new LimitError('subscriptions of a connection', most, open, 'end one of them');
      const { cost, ...operation } = readSubscription(this.schema, payload, settings.api, safelist);
      await budget.charge((await this.#requester(socket)).payer, cost);
      const { signal } = this.#of(socket).end;
      const listening = { pulse: this.#pulse, requester: () => this.#requester(socket), signal };
      return { ...operation, contextValue: await createLiveContext(services, listening) };
    } catch (error) {
      const faults = faultsOf(error);
      for (const fault of faults) noteRequest(fault, this.#of(socket).id);
      return faults;
    }
  }

  /** Who asks now. The connection ends where that cannot be told any more: its token was revoked, or has expired. */
  async #requester(socket: Socket): Promise<Requester> {
    const { tokens, environment, services } = this.site;
    const { id, request, end } = this.#of(socket);
    const { Authorization, authorization = request.headers.authorization } = socket.connectionParams ?? {};
    const header = Authorization ?? authorization;
    const authentication = { db: tokens, required: environment.tokensRequired, log: services.log };
    try {
      const access = await authenticate(header === undefined ? undefined : String(header), authentication);
      return { access, payer: payerOf(request, access), requestId: id, signal: end.signal };
    } catch (error) {
      // A reason has room for 123 bytes.
      if (error instanceof StarkinError) socket.extra.socket.close(CloseCode.Forbidden, error.message.slice(0, 100));
      throw error;
    }
  }

  #answer({ errors, ...result }: AnyResult): FormattedExecutionResult {
    return {
      ...result,
      ...(errors && { errors: errors.map((error) => this.#told(error)) }),
    } as FormattedExecutionResult;
  }

  #told(error: GraphQLError): GraphQLFormattedError {
    const formatted = formatError(error.toJSON(), error, this.site.services.log);
    this.site.services.metrics.errors.inc({ code: String(formatted.extensions?.code) });
    return formatted;
  }

  #of({ extra }: Socket): Kept {
    return this.#kept.get(extra.request) as Kept;
  }
}

/** What is told to the client instead of a subscription. */
function faultsOf(error: unknown): GraphQLError[] {
  if (error instanceof AggregateError) return error.errors as GraphQLError[];
  if (error instanceof GraphQLError) return [error];
  const cause = error instanceof Error ? error : new Error(String(error));
  return [new GraphQLError(cause.message, { originalError: cause })];
}
