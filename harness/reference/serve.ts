import { ReferenceClient } from './client-core.js';
import { controlHandler } from './control.js';
import { clientOperations } from './control-client.js';
import { serverOperations } from './control-server.js';
import { serveHttp } from './http-front.js';
import { RepositoryCore } from './repository-core.js';
import { ReferenceServer } from './server-core.js';
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
  if (peer === 'client') return await serveClient(options.serverUrl ?? 'http://127.0.0.1:8080/dm', at);
  return peer === 'server' ? await serveServer(at) : await serveRepository(at);
}

type At = Pick<ServeOptions, 'host' | 'port'>;

async function serveClient(serverUrl: string, at: At): Promise<Serving> {
  const client = new ReferenceClient({ serverUrl, transport: new UndiciTransport() });
  const control = await serveHttp(controlHandler(clientOperations(client)), at);
  return {
    lines: [`DM Client ${client.device().id}, server ${serverUrl}`, `control ${control.origin}`],
    controlUrl: control.origin,
    close: async () => {
      await Promise.all([client.close(), control.close()]);
    },
  };
}

async function serveServer(at: At): Promise<Serving> {
  const pages = new WebPages();
  const server = new ReferenceServer({ pages });
  const repository = new RepositoryCore();
  const front = await serveHttp(withPlaces(server, { repository: repository.handle, pages: pages.handle }), at);
  const host = at.host === undefined ? {} : { host: at.host };
  const control = await serveHttp(controlHandler(serverOperations(server, () => repository.reset())), host);
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
