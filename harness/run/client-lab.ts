import type { Socket } from 'node:net';
import { FIELD } from '../protocol/headers.js';
import { MEDIA, mediaTypeOf } from '../protocol/media-types.js';
import { readPackageTwo } from '../protocol/read-packages.js';
import { RepositoryCore } from '../reference/repository-core.js';
import { ReferenceServer } from '../reference/server-core.js';
import { type Delivery, headerValue, type PeerHandler, type PeerReply, type PeerRequest } from '../stimuli/peer.js';
import type { SessionPlan } from '../stimuli/plan.js';
import { type ServerTap, WireServer, type WireServerOptions } from '../stimuli/wire-server.js';
import type { ClientTarget } from '../targets/target.js';
import type { Party } from '../trace/event.js';
import { CertificateAuthority } from './certificates.js';
import { act, type RunContext, sleep } from './context.js';
import { CredentialCheck, type CredentialsFound } from './credential-check.js';
import { newCredentials, type RunCredentials, secretsIn } from './run-credentials.js';
import { SecureServers } from './secure-servers.js';
import { WebServer } from './web-server.js';

/** Requests that one scenario may cause; a client beyond it floods, and is cut off. */
const MOST_REQUESTS = 20_000;

/** Ended connections remembered; one is asked for within a moment of its end. */
const MOST_ENDS = 1024;

/** What the lab asks of the scenario that is under way. */
export interface LabScenario {
  readonly token: string;
  /** The plan of the next session; `target` is where its #1 went. */
  nextPlan(target: string): SessionPlan;
  /**
   * An answer in the server's stead; undefined = the server answers.
   * @param found what is known of the credentials in it, where it has some.
   */
  intercept(request: PeerRequest, found: CredentialsFound | undefined): PeerReply | undefined;
  /** A package of the client has come in. */
  onRequest(request: PeerRequest): void;
  /** A transfer has come in at a repository. */
  onTransfer(target: string): void;
  /** A page was asked for. */
  onPage(target: string): void;
  /** A reply is about to go out in that way on that connection; `last` when the session is over with it. */
  onReply(last: boolean, delivery: Delivery, connection: string): void;
  /** A connection to the lab has come to its end. */
  onConnectionEnd(): void;
}

export interface ClientLabOptions {
  readonly context: RunContext;
  readonly record: boolean;
  /** Port of the DM endpoint; 0 = any. */
  readonly port?: number;
  /** Address of this machine at which the client reaches it, and the name by which it does; default 127.0.0.1. */
  readonly listen?: string;
  /** The user and the password that the client has, where they are not the run's to choose. */
  readonly http?: { readonly user: string; readonly password: string };
  readonly advertise?: string;
  /** Nothing is known of the client, so that its servers over TLS need certificates of every kind. */
  readonly anyClient?: boolean;
}

type Place = 'dm' | 'otherDm' | 'repository' | 'otherRepository' | 'secureRepository' | 'pages';
/** Places that this machine need not have: another host, and a web server that no one here wrote. */
type SpecialPlace = 'distantRepository' | 'webServer';
type Servers = Readonly<Record<Place, WireServer>>;
type Cores = Readonly<Record<'repository' | 'otherRepository' | 'pages', RepositoryCore>>;

/**
 * The server side of the suite, for a DM Client under test: a DM Server, a second origin of it, two data repositories and a web server for pages,
 * all over byte-scriptable sockets that the recorder taps.
 */
export class ClientLab {
  readonly repository: RepositoryCore;
  readonly otherRepository: RepositoryCore;
  readonly pages: RepositoryCore;
  /** Vouches for the lab's servers. */
  readonly authority: CertificateAuthority;
  /** What the client under test is given to prove its identity with. */
  readonly credentials: RunCredentials;
  /** DM Servers over TLS. */
  readonly secure: SecureServers;
  readonly check: CredentialCheck;
  readonly #core: ReferenceServer;
  readonly #context: RunContext;
  readonly #servers: Servers;
  readonly #sockets: ReadonlySet<unknown>;
  readonly #distant: WireServer | undefined;
  readonly #webServer: WebServer;
  readonly #closed: { readonly count: number };
  readonly #advertised: string | undefined;
  /** Connections whose end is in the record; the latest ones. */
  readonly #over = new Set<string>();
  #scenario: LabScenario | undefined;
  #requests = 0;
  /** OMADM-DevID of the latest #1. */
  #device: string | undefined;

  private constructor(
    context: RunContext,
    core: ReferenceServer,
    cores: Cores,
    servers: Servers,
    sockets: ReadonlySet<unknown>,
    special: {
      readonly distant: WireServer | undefined;
      readonly webServer: WebServer;
      readonly authority: CertificateAuthority;
      readonly credentials: RunCredentials;
      readonly secure: SecureServers;
      readonly closed: { readonly count: number };
      readonly advertised: string | undefined;
    },
  ) {
    this.#context = context;
    this.#core = core;
    this.repository = cores.repository;
    this.otherRepository = cores.otherRepository;
    this.pages = cores.pages;
    this.#servers = servers;
    this.#sockets = sockets;
    this.#distant = special.distant;
    this.#webServer = special.webServer;
    this.authority = special.authority;
    this.credentials = special.credentials;
    this.secure = special.secure;
    this.check = new CredentialCheck(special.credentials.http);
    this.#closed = special.closed;
    this.#advertised = special.advertised;
    context.bus.subscribe((event) => {
      if (event.kind !== 'connection' || (event.phase !== 'closed' && event.phase !== 'reset')) return;
      if (this.#over.size >= MOST_ENDS) this.#over.clear();
      this.#over.add(event.connection);
    });
  }

  static async open(options: ClientLabOptions): Promise<ClientLab> {
    const sockets = new Set<unknown>();
    const closed = { count: 0 };
    const holder: { lab?: ClientLab } = {};
    const core = new ReferenceServer({
      tolerance: 'lenient',
      cookies: false,
      planFor: ({ target }) => holder.lab?.nextPlan(target),
    });
    const onSocket = (socket: Socket): void => {
      sockets.add(socket);
      socket.once('close', () => {
        sockets.delete(socket);
        closed.count += 1;
        holder.lab?.connectionEnded();
      });
    };
    const tap = (local: Party): { readonly tap?: ServerTap } => {
      const claim = (target: string) => holder.lab?.claim(target);
      return options.record ? { tap: { bus: options.context.bus, local, remote: 'client', claim } } : {};
    };
    const listen = (
      to: Party,
      handler: PeerHandler,
      at: Partial<Pick<WireServerOptions, 'port' | 'host' | 'tls'>> = {},
    ): Promise<WireServer> =>
      WireServer.listen({
        handler,
        ...(options.listen === undefined ? {} : { host: options.listen }),
        ...at,
        onSocket,
        ...tap(to),
      });
    const dmHandler: PeerHandler = (request) => holder.lab?.handle(request) ?? refused();
    const cores: Cores = {
      repository: new RepositoryCore(),
      otherRepository: new RepositoryCore(),
      pages: new RepositoryCore(),
    };
    const transfers =
      (core: RepositoryCore): PeerHandler =>
      (request) => {
        holder.lab?.onTransfer(request);
        return core.handle(request);
      };
    const reachedAs = options.advertise ?? options.listen;
    const authority = await CertificateAuthority.ofProcess(reachedAs);
    const tls = { identities: [await authority.server()] };
    const made = await newCredentials(authority);
    const credentials = options.http === undefined ? made : { ...made, http: options.http };
    const secure = new SecureServers({
      authority,
      credentials,
      listen: (settings) => listen('server', dmHandler, { tls: settings }),
      rsa: options.anyClient === true,
    });
    const servers = {
      dm: await listen('server', dmHandler, { port: options.port ?? 0 }),
      otherDm: await listen('server', dmHandler),
      repository: await listen('repository', transfers(cores.repository)),
      otherRepository: await listen('repository', transfers(cores.otherRepository)),
      secureRepository: await listen('repository', transfers(cores.otherRepository), { tls }),
      pages: await listen(
        'pages',
        withoutIcon((request) => {
          holder.lab?.onPage(request.target);
          return cores.pages.handle(request);
        }),
      ),
    };
    const elsewhere = (host: string): Promise<WireServer | undefined> =>
      listen('repository', transfers(cores.otherRepository), { host }).catch(() => undefined);
    holder.lab = new ClientLab(options.context, core, cores, servers, sockets, {
      authority,
      credentials,
      secure,
      closed,
      advertised: reachedAs,
      distant: (await elsewhere('127.0.0.2')) ?? (await elsewhere('::1')),
      webServer: new WebServer({
        onSocket,
        ...tap('repository'),
      }),
    });
    return holder.lab;
  }

  /** Where the client's #1 goes: one address for good, or one for each scenario. */
  serverUrl(addressing: ClientTarget['addressing'], token: string): string {
    const origin = this.#at(this.#servers.dm);
    return addressing === 'fixed' ? `${origin}/dm` : `${origin}/t/${token}/dm`;
  }

  /** Origin of the data repository, or of the web server for pages. */
  origin(server: 'repository' | 'pages'): string {
    return this.#at(this.#servers[server]);
  }

  /** Address of a thing of this scenario at one of the lab's servers. */
  url(server: Place, token: string, name: string): string {
    return `${this.#at(this.#servers[server])}/x/${token}/${name}`;
  }

  /** The client is told another host than the loopback of this machine. */
  get isElsewhere(): boolean {
    return this.#advertised !== undefined;
  }

  /** The same at a place that need not be there; undefined where it is not. */
  specialUrl(place: SpecialPlace, token: string, name: string): string | undefined {
    // These two are on addresses that only this machine knows.
    if (this.isElsewhere) return undefined;
    const origin = place === 'webServer' ? this.#webServer.origin : this.#distant?.origin;
    return origin === undefined ? undefined : `${origin}/x/${token}/${name}`;
  }

  /** The origin of a server as the client knows it. */
  #at(server: WireServer): string {
    const host = this.#advertised;
    if (host === undefined) return server.origin;
    return `${new URL(server.origin).protocol}//${host.includes(':') ? `[${host}]` : host}:${server.port}`;
  }

  /** A web server that no one here wrote, started when it is first wanted. */
  get webServer(): WebServer {
    return this.#webServer;
  }

  /** From now on unaddressed traffic belongs to this scenario; undefined: to nobody. */
  arm(scenario: LabScenario | undefined): void {
    this.#scenario = scenario;
    this.#requests = 0;
  }

  nextPlan(target: string): SessionPlan {
    return this.#scenario?.nextPlan(target) ?? { turns: [] };
  }

  /**
   * One client is under test at a time, so a #3 without OMADM-DevID, or with another one, is still known: the record has the mistake (PKG-09), and
   * the session goes on so that one mistake does not hide the rest.
   */
  #named(request: PeerRequest): PeerRequest {
    const given = headerValue(request.headers, FIELD.deviceId);
    if (mediaTypeOf(headerValue(request.headers, FIELD.contentType)) === MEDIA.initiation)
      this.#device = given ?? 'unnamed';
    if (this.#device === undefined || given === this.#device) return request;
    const others = request.headers.filter(([name]) => name.toLowerCase() !== FIELD.deviceId.toLowerCase());
    return { ...request, headers: [...others, [FIELD.deviceId, this.#device]] };
  }

  onTransfer(request: PeerRequest): void {
    this.#found(request);
    this.#scenario?.onTransfer(request.target);
  }

  onPage(target: string): void {
    this.#scenario?.onPage(target);
  }

  /** Whether a URL leads to one of the lab's own repositories or pages over plain HTTP, where whoever follows it arrives. */
  isOurs(url: string): boolean {
    const { repository, otherRepository, pages } = this.#servers;
    return [repository, otherRepository, pages].some((server) => url.startsWith(`${this.#at(server)}/`));
  }

  /** Resolves when a connection has come to its end after this many had, or after `ms` milliseconds. */
  async connectionEnds(before: number, ms: number): Promise<void> {
    await seen(() => this.connectionsEnded !== before, ms);
  }

  /** Resolves when the end of this connection is in the record, or after `ms` milliseconds. */
  async recordedEnd(connection: string, ms: number): Promise<void> {
    await seen(() => this.#over.has(connection), ms);
  }

  connectionEnded(): void {
    this.#scenario?.onConnectionEnd();
  }

  /** What the client must not find written down anywhere. */
  get secrets(): readonly string[] {
    return secretsIn(this.credentials);
  }

  /** What the credentials of a request are worth, recorded; undefined where it has none. */
  #found(request: PeerRequest): CredentialsFound | undefined {
    const { exchange, target } = request;
    const found = this.check.look(request);
    const scenario = this.claim(target);
    if (found !== undefined && exchange !== undefined && scenario !== undefined)
      act(this.#context, scenario, { name: 'credentials', exchange, ...found });
    return found;
  }

  /** The scenario that a request target belongs to. */
  claim(target: string): string | undefined {
    const named = /^\/[tx]\/([^/]+)\//.exec(target)?.[1];
    return named ?? this.#scenario?.token;
  }

  /** Resolves when no connection to the lab is open, or after `ms` milliseconds. */
  async drained(ms: number): Promise<void> {
    const until = performance.now() + ms;
    while (this.#sockets.size > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  /** Connections to the lab that have come to their end so far. */
  get connectionsEnded(): number {
    return this.#closed.count;
  }

  /** What broke in the lab's own peers. */
  get faults(): readonly string[] {
    return Object.values(this.#servers).flatMap((server) =>
      server.faults.map((fault) => (fault instanceof Error ? fault.message : String(fault))),
    );
  }

  async close(): Promise<void> {
    await Promise.all(
      [...Object.values(this.#servers), this.#distant, this.#webServer, this.secure].map((server) => server?.close()),
    );
  }

  async handle(request: PeerRequest): Promise<PeerReply> {
    const scenario = this.#scenario;
    this.#requests += 1;
    if (this.#requests > MOST_REQUESTS || this.#context.signal.aborted) return cutOff();
    const found = this.#found(request);
    scenario?.onRequest(request);
    const instead = scenario?.intercept(request, found);
    if (instead !== undefined) return instead;
    const reply = await this.#core.handle(this.#named(request));
    const reading = reply.status === 200 ? readPackageTwo(reply.body) : undefined;
    const whole =
      reading?.problems.length === 0 && reply.delivery?.cut === undefined && reply.delivery?.raw === undefined;
    scenario?.onReply(!whole || reading.view?.hasEnd !== false, reply.delivery ?? {}, request.connection);
    return reply;
  }
}

/** A browser may ask for an icon of its own accord; there is none. */
function withoutIcon(pages: PeerHandler): PeerHandler {
  return (request) =>
    request.target === '/favicon.ico' ? { status: 204, headers: [], body: Buffer.alloc(0) } : pages(request);
}

function refused(): PeerReply {
  return { status: 503, headers: [], body: Buffer.alloc(0) };
}

/** A flood is answered by closed connections. */
function cutOff(): PeerReply {
  return { status: 503, headers: [], body: Buffer.alloc(0), delivery: { cut: { afterBytes: 0, how: 'reset' } } };
}

async function seen(done: () => boolean, ms: number): Promise<void> {
  const until = performance.now() + ms;
  while (!done() && performance.now() < until) await sleep(1);
}
