import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import { Agent, type Dispatcher } from 'undici';
import { type HeaderList, headerValue, type PeerResponse, type PeerSend, type PeerTransport } from '../stimuli/peer.js';
import { type AccountTls, connectionOptions } from './account-tls.js';
import { connector } from './tls-connector.js';

/** A request with what its connection is secured by, where that is not as usual. */
export interface SecuredSend extends PeerSend {
  readonly tls?: AccountTls;
}

/** A transport that can give up an exchange. A plain `PeerTransport` serves too: it then finishes unheard. */
export interface AbortableTransport extends PeerTransport {
  send(request: SecuredSend, signal?: AbortSignal): Promise<PeerResponse>;
}

export interface UndiciOptions {
  /** Connections to one origin at once. Default 64. */
  readonly connections?: number;
  /** Authorities to trust instead of the usual ones, PEM, one after the other. */
  readonly ca?: string;
  /** Largest wait for a connection in milliseconds. Default 10 s. */
  readonly connectTimeoutMs?: number;
  /** Secures connections otherwise than usual. */
  readonly secures?: ((options: ConnectionOptions, account: AccountTls | undefined) => ConnectionOptions) | undefined;
  /** Goes on with servers whose certificate has this problem. */
  readonly trusts?: ((problem: string) => boolean) | undefined;
}

function flatten(headers: HeaderList): string[] {
  const flat: string[] = [];
  for (const [name, value] of headers) if (name.toLowerCase() !== 'transfer-encoding') flat.push(name, value);
  return flat;
}

/** Collects one response; the promise rejects when the connection fails or the body is cut. */
class Collector implements Dispatcher.DispatchHandler {
  readonly #resolve: (response: PeerResponse) => void;
  readonly #reject: (error: Error) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #chunks: Buffer[] = [];
  #status = 0;
  #headers: [string, string][] = [];
  #stop: (() => void) | undefined;

  constructor(resolve: (response: PeerResponse) => void, reject: (error: Error) => void, signal?: AbortSignal) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#signal = signal;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const signal = this.#signal;
    if (signal === undefined) return;
    const abort = () => controller.abort(new Error('given up'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    this.#stop = () => signal.removeEventListener('abort', abort);
  }

  onResponseStart(_: Dispatcher.DispatchController, statusCode: number, headers: IncomingHttpHeaders): void {
    this.#status = statusCode;
    this.#headers = pairs(headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#stop?.();
    const [only] = this.#chunks;
    const body = only !== undefined && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks);
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#stop?.();
    this.#reject(error);
  }
}

function pairs(fields: IncomingHttpHeaders): [string, string][] {
  const list: [string, string][] = [];
  for (const [name, value] of Object.entries(fields)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) list.push([name, one]);
  }
  return list;
}

/** The body as undici wants it: a stream makes it send chunks, which is how a `Transfer-Encoding: chunked` is asked for. */
function bodyOf(request: PeerSend, chunked: boolean): Buffer | Readable | null {
  if (request.body === undefined) return null;
  return chunked ? Readable.from([request.body]) : request.body;
}

/** HTTP over undici: a pool for each origin, and another one for each account's means of TLS; no redirect followed, nothing sent twice (CR 6.1.3; D-16, D-17). */
export class UndiciTransport implements AbortableTransport {
  readonly #options: UndiciOptions;
  readonly #agent: Agent;
  readonly #secured = new Map<AccountTls, Agent>();

  constructor(options: UndiciOptions = {}) {
    this.#options = options;
    this.#agent = this.#newAgent();
  }

  send(request: SecuredSend, signal?: AbortSignal): Promise<PeerResponse> {
    return new Promise((resolve, reject) => {
      const url = new URL(request.url);
      const chunked = /chunked/i.test(headerValue(request.headers, 'transfer-encoding') ?? '');
      const [, path = '/'] = /^[a-z]+:\/\/[^/?#]*([^#]*)/i.exec(request.url) ?? [];
      this.#agentFor(request.tls).dispatch(
        {
          origin: url.origin,
          // As it was given, since a parsed URL would normalise the escapes of a ServerURI.
          path: path.startsWith('/') ? path : `/${path}`,
          method: request.method as Dispatcher.HttpMethod,
          headers: flatten(request.headers),
          body: bodyOf(request, chunked),
          idempotent: false,
          reset: false,
        },
        new Collector(resolve, reject, signal),
      );
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#agent, ...this.#secured.values()].map((agent) => agent.destroy()));
  }

  #agentFor(tls: AccountTls | undefined): Agent {
    if (tls === undefined) return this.#agent;
    const agent = this.#secured.get(tls) ?? this.#newAgent(tls);
    this.#secured.set(tls, agent);
    return agent;
  }

  #newAgent(tls?: AccountTls): Agent {
    const { ca, connections = 64, connectTimeoutMs = 10_000, secures, trusts } = this.#options;
    const usual = connectionOptions(tls, ca);
    return new Agent({
      connections,
      pipelining: 1,
      // How long an answer may take is the protocol's business (D-27), so the HTTP layer does not time out.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: connector({ ...(secures?.(usual, tls) ?? usual), timeout: connectTimeoutMs }, trusts),
    });
  }
}
