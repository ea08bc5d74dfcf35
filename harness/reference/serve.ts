import { rootCertificates } from 'node:tls';
import { ChromiumBrowser } from './chromium-browser.js';
import { ReferenceClient } from './client-core.js';
import { realClock } from './clock.js';
import { controlHandler } from './control.js';
import { clientOperations } from './control-client.js';
import { serverOperations } from './control-server.js';
import { findBrowser } from './find-browser.js';
import { serveHttp } from './http-front.js';
import { openNotificationPorts } from './notification-ports.js';
import { RepositoryCore } from './repository-core.js';
import { ReferenceServer } from './server-core.js';
import { DEFAULT_SENDER } from './server-notifications.js';
import { REPOSITORY, withPlaces } from './server-places.js';
import { UndiciTransport } from './undici-transport.js';
import { PAGES, WebPages } from './web-pages.js';

export interface ServeOptions {
  readonly peer: 'client' | 'server' | 'repository';
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Of the peer itself; of the control protocol for a client. Default: any free one. */
  readonly port?: number;
  /** Client: where its account says that sessions begin. */
  readonly serverUrl?: string;
  /** Server: port of its control protocol. Default: any free one. */
  readonly controlPort?: number;
  /** Client: port at which it takes notifications by UDP and by HTTP. Default: any free one. */
  readonly notificationPort?: number;
  /** What the digest of notifications is made of (TS 6.1); default for a client: it has no such credentials. */
  readonly notification?: { readonly secret: string; readonly data: string };
  /** SERVER-ID of the account, or of the server itself. */
  readonly serverId?: string;
  /** Client: after how many milliseconds without an answer it gives an exchange up. */
  readonly timeoutMs?: number;
  /** Client: an authority to trust besides the usual ones, PEM; and what it has for HTTP authentication. */
  readonly ca?: string;
  readonly http?: { readonly user: string; readonly password: string };
}

export interface Serving {
  /** What a person has to know: addresses. */
  readonly lines: readonly string[];
  /** Address of the control protocol; a repository has none. */
  readonly controlUrl?: string;
  /** Where the peer itself is reached; a client has no such place. */
  readonly url?: string;
  close(): Promise<void>;
}

/** Runs one reference peer in real time, for a person or for another program. @throws ConformError PORT_IN_USE */
export async function serveReference(options: ServeOptions): Promise<Serving> {
  const { peer, host, port } = options;
  const at = { ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) };
  if (peer === 'client') return await serveClient(options, at);
  return peer === 'server' ? await serveServer(options, at) : await serveRepository(at);
}

type At = Pick<ServeOptions, 'host' | 'port'>;

async function serveClient(options: ServeOptions, at: At): Promise<Serving> {
  const { serverUrl = 'http://127.0.0.1:8080/dm', serverId, notification, timeoutMs, notificationPort } = options;
  const found = findBrowser();
  const browser = found.path === undefined ? undefined : new ChromiumBrowser(found.path, realClock);
  const client = new ReferenceClient({
    serverUrl,
    transport: new UndiciTransport(
      options.ca === undefined ? {} : { ca: [...rootCertificates, options.ca].join('\n') },
    ),
    account: {
      ...(serverId === undefined ? {} : { serverId }),
      ...(notification === undefined ? {} : { notification }),
      ...(options.http === undefined ? {} : { http: options.http }),
    },
    ...(browser === undefined ? {} : { browser }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  const control = await serveHttp(controlHandler(clientOperations(client)), at);
  const take = (bytes: Buffer) => void client.notify(bytes)?.done.catch(() => undefined);
  const ports = await openNotificationPorts(take, notificationPort);
  return {
    lines: [
      `DM Client ${client.device().id}, server ${serverUrl}`,
      `notifications ${ports.udpUrl} ${ports.httpUrl}`,
      `control ${control.origin}`,
    ],
    controlUrl: control.origin,
    close: async () => {
      await Promise.all([client.close(), control.close(), ports.close(), browser?.close()]);
    },
  };
}

async function serveServer(options: ServeOptions, at: At): Promise<Serving> {
  const { serverId = DEFAULT_SENDER.serverId, notification = DEFAULT_SENDER.credentials, controlPort = 0 } = options;
  const pages = new WebPages();
  const server = new ReferenceServer({ pages, sender: { serverId, credentials: notification } });
  const repository = new RepositoryCore();
  const front = await serveHttp(withPlaces(server, { repository: repository.handle, pages: pages.handle }), at);
  const host = at.host === undefined ? {} : { host: at.host };
  const operations = serverOperations(server, () => repository.reset());
  const control = await serveHttp(controlHandler(operations), { ...host, port: controlPort });
  return {
    lines: [
      `DM Server ${front.origin}/dm`,
      `data repository ${front.origin}${REPOSITORY}/`,
      `web page ${front.origin}${PAGES}/choice`,
      `control ${control.origin}`,
    ],
    url: `${front.origin}/dm`,
    controlUrl: control.origin,
    close: async () => {
      await Promise.all([front.close(), control.close()]);
    },
  };
}

async function serveRepository(at: At): Promise<Serving> {
  const repository = new RepositoryCore();
  const front = await serveHttp(repository.handle, at);
  return { lines: [`data repository ${front.origin}/`], url: front.origin, close: () => front.close() };
}
