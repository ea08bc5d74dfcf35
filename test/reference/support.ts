import { readPackageThree } from '../../harness/protocol/read-packages.js';
import { ReferenceClient, type ReferenceClientOptions } from '../../harness/reference/client-core.js';
import type { ClientHooks } from '../../harness/reference/hooks.js';
import { RepositoryCore } from '../../harness/reference/repository-core.js';
import { ReferenceServer, type ReferenceServerOptions } from '../../harness/reference/server-core.js';
import type { AbortableTransport } from '../../harness/reference/undici-transport.js';
import {
  headerValue,
  type PeerHandler,
  type PeerRequest,
  type PeerResponse,
  type PeerSend,
} from '../../harness/stimuli/peer.js';
import type { CommandList } from '../../harness/stimuli/plan.js';

export const DM = 'http://dm.test/dm';
export const REPO = 'http://repo.test';
export const DEVICE = 'IMEI:004402990020434';

/** A transport without any socket: each host is a handler; an unknown host cannot be reached. */
export class Switchboard implements AbortableTransport {
  readonly sent: PeerSend[] = [];
  /** `> url` when a request goes out, `< url` when its answer comes. */
  readonly log: string[] = [];
  readonly #hosts: Readonly<Record<string, PeerHandler>>;

  constructor(hosts: Readonly<Record<string, PeerHandler>>) {
    this.#hosts = hosts;
  }

  async send(request: PeerSend): Promise<PeerResponse> {
    this.sent.push(request);
    this.log.push(`> ${request.url}`);
    await new Promise((resolve) => setImmediate(resolve));
    const url = new URL(request.url);
    const handler = this.#hosts[url.host];
    if (handler === undefined) throw new Error('refused');
    const { method, headers, body = Buffer.alloc(0) } = request;
    const reply = await handler({ method, target: url.pathname + url.search, headers, body, connection: 'c1' });
    this.log.push(`< ${request.url}`);
    if (reply.delivery?.cut !== undefined) throw new Error('cut');
    return { status: reply.status, headers: reply.headers, body: reply.body };
  }

  async close(): Promise<void> {}

  /** Requests to the DM endpoint. */
  get packages(): readonly PeerSend[] {
    return this.sent.filter(({ headers }) => headerValue(headers, 'OMADM-DevID') !== undefined);
  }

  /** `METHOD url` of what went to repositories and pages. */
  get transfers(): readonly string[] {
    return this.sent.filter((each) => !this.packages.includes(each)).map(({ method, url }) => `${method} ${url}`);
  }

  /** Status codes of each #3. */
  get codes(): readonly (readonly (number | undefined)[])[] {
    return this.packages
      .filter(({ headers }) => headerValue(headers, 'Content-Type')?.includes('response') === true)
      .map(({ body }) => readPackageThree(body ?? Buffer.alloc(0)).view?.statuses.map(({ sc }) => sc) ?? []);
  }
}

/** A client, a server and a repository on a switchboard. */
export function peers(
  options: {
    readonly hooks?: ClientHooks;
    readonly server?: ReferenceServerOptions;
    readonly client?: Partial<ReferenceClientOptions>;
    readonly dm?: PeerHandler;
  } = {},
) {
  const server = new ReferenceServer(options.server);
  const repository = new RepositoryCore();
  const net = new Switchboard({ 'dm.test': options.dm ?? server.handle, 'repo.test': repository.handle });
  const client = new ReferenceClient({
    serverUrl: DM,
    transport: net,
    ...options.client,
    ...(options.hooks === undefined ? {} : { hooks: options.hooks }),
  });
  const run = (...packages: readonly CommandList[]) => {
    server.queue(DEVICE, packages);
    return client.startSession().done;
  };
  return { server, repository, net, client, run, tree: client.device().tree };
}

export function request(
  over: Partial<PeerRequest> & { readonly fields?: Readonly<Record<string, string>> },
): PeerRequest {
  const { fields = {}, ...rest } = over;
  return {
    method: 'POST',
    target: '/dm',
    headers: Object.entries(fields),
    body: Buffer.from('{}'),
    connection: 'c1',
    ...rest,
  };
}
