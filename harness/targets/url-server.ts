import { ConformError } from '../model/errors.js';
import { DEFAULT_NODES, type Statement } from '../model/statement.js';
import { type Answered, notOffered, type ServerTarget } from './target.js';

/** A DM Server that runs already and is reached by its URL; nobody steers it. */
export class UrlServer implements ServerTarget {
  readonly statement: Statement;
  readonly endpoint: string;
  readonly secureEndpoint?: string;

  /** @throws ConformError USAGE when the URL is none that the suite can speak to. */
  constructor(url: string) {
    const secure = URL.canParse(url) && new URL(url).protocol === 'https:';
    if (!secure && (!URL.canParse(url) || new URL(url).protocol !== 'http:')) {
      throw new ConformError('USAGE', 'the server address is no http or https URL', {
        subject: '--server-url',
        found: url,
        expected: 'for example https://127.0.0.1:8443/dm',
      });
    }
    this.endpoint = url;
    this.statement = {
      name: url,
      role: 'server',
      start: { kind: 'url', detail: url },
      operations: [],
      nodes: DEFAULT_NODES,
      ...(secure ? { secureEndpoint: url } : {}),
    };
    if (secure) this.secureEndpoint = url;
  }

  reset(): Promise<Answered> {
    return Promise.resolve(notOffered('reset'));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
