import { WireServer } from '../stimuli/wire-server.js';
import { ChromiumBrowser } from './chromium-browser.js';
import { ReferenceClient, type ReferenceClientOptions } from './client-core.js';
import { VirtualClock } from './clock.js';
import { clockOperation, controlHandler } from './control.js';
import { clientOperations } from './control-client.js';
import { serverOperations } from './control-server.js';
import { findBrowser } from './find-browser.js';
import type { ClientHooks, ServerHooks } from './hooks.js';
import { type HttpFront, serveHttp } from './http-front.js';
import { openNotificationPorts } from './notification-ports.js';
import { RepositoryCore } from './repository-core.js';
import { type ServerIdentity, serveSecurely } from './secure-front.js';
import { ReferenceServer, type ReferenceServerOptions } from './server-core.js';
import { DEFAULT_SENDER } from './server-notifications.js';
import { hookedPlaces, REPOSITORY, withPlaces } from './server-places.js';
import { UndiciTransport } from './undici-transport.js';
import { PAGES, WebPages } from './web-pages.js';

/** A peer that is talked to over loopback sockets alone, like any foreign target. */
export interface Embedded {
  /** Where its control protocol is served. */
  readonly controlUrl: string;
  /** Ends it; no port is left. */
  close(): Promise<void>;
}

export interface EmbeddedClient extends Embedded {
  /** Where it takes notifications besides the control protocol. */
  readonly notifications: { readonly udp: string; readonly http: string };
  /** Why a browser was wanted and there is none. */
  readonly noBrowser?: string;
}

export interface EmbeddedServer extends Embedded {
  /** Where #1 goes. */
  readonly endpoint: string;
  /** Where #1 goes over TLS. */
  readonly secureEndpoint?: string;
  /** Its data repository: takes PUT and POST below this address, and gives back what was put. */
  readonly repositoryUrl: string;
  /** Its web pages, for SHOW: `<pagesUrl>/choice?<anything>` asks the user for a choice. */
  readonly pagesUrl: string;
}

export interface EmbeddedClientOptions {
  /** Where its account says that sessions begin. */
  readonly serverUrl: string;
  /** Default: a clock of its own that stands still until `POST /clock`. */
  readonly clock?: VirtualClock;
  readonly hooks?: ClientHooks;
  /** An authority that it trusts instead of the usual ones, PEM. */
  readonly ca?: string;
  /** `auto`: a real web browser where there is one; default the page loader, which is no browser but needs none. */
  readonly browser?: 'auto' | 'loader';
  /** How the client differs from the usual one, where that is no matter for hooks. */
  readonly client?: Partial<Omit<ReferenceClientOptions, 'serverUrl' | 'clock' | 'hooks'>>;
}

/** Starts a reference client with its control server and its ports for notifications. @throws ConformError PORT_IN_USE */
export async function startEmbeddedClient(options: EmbeddedClientOptions): Promise<EmbeddedClient> {
  const clock = options.clock ?? new VirtualClock();
  const found = options.browser === 'auto' ? findBrowser() : undefined;
  const browser = found?.path === undefined ? undefined : new ChromiumBrowser(found.path, clock);
  const client = new ReferenceClient({
    transport: new UndiciTransport({
      ...(options.ca === undefined ? {} : { ca: options.ca }),
      secures: options.hooks?.secures,
      trusts: options.hooks?.trusts,
    }),
    ...(browser === undefined ? {} : { browser }),
    ...options.client,
    account: { notification: DEFAULT_SENDER.credentials, ...options.client?.account },
    serverUrl: options.serverUrl,
    clock,
    ...(options.hooks === undefined ? {} : { hooks: options.hooks }),
  });
  const operations = clientOperations(client, () => clock.clear());
  const control = await serveHttp(controlHandler({ ...operations, 'POST /clock': clockOperation(clock) }));
  const ports = await openNotificationPorts(
    (bytes, by) => void client.notify(bytes, undefined, by)?.done.catch(() => undefined),
  );
  const close = async () => {
    await Promise.all([client.close(), control.close(), ports.close(), browser?.close()]);
  };
  const noBrowser = found?.path === undefined ? found?.reason : undefined;
  return {
    controlUrl: control.origin,
    notifications: { udp: ports.udpUrl, http: ports.httpUrl },
    close,
    ...(noBrowser === undefined ? {} : { noBrowser }),
  };
}

export interface EmbeddedServerOptions {
  readonly clock?: VirtualClock;
  readonly hooks?: ServerHooks;
  /** How the server differs from the usual one, where that is no matter for hooks. */
  readonly server?: Omit<ReferenceServerOptions, 'clock' | 'hooks'>;
  /** Serves the same over TLS, too. */
  readonly secure?: () => Promise<ServerIdentity>;
  /** `wire` honours every delivery to the byte and keeps the connection; default `wire` with hooks, else `http`. */
  readonly front?: 'http' | 'wire';
}

/** Starts a reference server with its repository and its control server. @throws ConformError PORT_IN_USE */
export async function startEmbeddedServer(options: EmbeddedServerOptions = {}): Promise<EmbeddedServer> {
  const clock = options.clock ?? new VirtualClock();
  const pages = new WebPages();
  const server = new ReferenceServer({
    ...options.server,
    clock,
    pages,
    ...(options.hooks === undefined ? {} : { hooks: options.hooks }),
  });
  const repository = new RepositoryCore();
  const handler = withPlaces(
    server,
    hookedPlaces({ repository: repository.handle, pages: pages.handle }, options, clock),
  );
  const wire = (options.front ?? (options.hooks === undefined ? 'http' : 'wire')) === 'wire';
  const front: Pick<HttpFront, 'origin' | 'close'> = wire
    ? await WireServer.listen({ handler })
    : await serveHttp(handler);
  const secure = options.secure === undefined ? undefined : await serveSecurely(handler, options.secure, options.hooks);
  const operations = serverOperations(server, () => {
    clock.clear();
    repository.reset();
  });
  const control = await serveHttp(controlHandler({ ...operations, 'POST /clock': clockOperation(clock) }));
  const close = async () => {
    await Promise.all([front.close(), control.close(), secure?.close()]);
  };
  return {
    controlUrl: control.origin,
    endpoint: `${front.origin}/dm`,
    ...(secure === undefined ? {} : { secureEndpoint: `${secure.origin}/dm` }),
    repositoryUrl: `${front.origin}${REPOSITORY}`,
    pagesUrl: `${front.origin}${PAGES}`,
    close,
  };
}
