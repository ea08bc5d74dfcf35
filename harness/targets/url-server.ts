import { ConformError } from '../model/errors.js';
import { DEFAULT_NODES, type Statement } from '../model/statement.js';
import { type Answered, notOffered, type ServerTarget } from './target.js';

/** A DM Server that runs already and is reached by its URL; nobody steers it. */
export class UrlServer implements ServerTarget {
  readonly statement: Statement;
  readonly endpoint: string;

  /** @throws ConformError USAGE when the URL is none that the suite can speak to. */
  constructor(url: string) {
    if (!URL.canParse(url) || new URL(url).protocol !== 'http:') {
      throw new ConformError('USAGE', 'the server address is no http URL', {
        subject: '--server-url',
        found: url,
        expected: 'for example http://127.0.0.1:8080/dm',
        remedy: 'HTTPS comes with the security chapter',
      });
    }
    this.endpoint = url;
    this.statement = {
      name: url,
      role: 'server',
      start: { kind: 'url', detail: url },
      operations: [],
      nodes: DEFAULT_NODES,
    };
  }

  reset(): Promise<Answered> {
    return Promise.resolve(notOffered('reset'));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
