import type { Clock } from './clock.js';
import type { AbortableTransport } from './undici-transport.js';

/** The Web Browser Component of interface 4 (CR 6.1.4). */
export interface Browser {
  /** Resolves as soon as the browser has started, without waiting for the page; rejects when it cannot start (D-01, D-02). */
  launch(url: string): Promise<void>;
}

/** The least of browsers: loads the page by HTTP and shows it to nobody. */
export class PageLoader implements Browser {
  readonly #transport: AbortableTransport;
  readonly #clock: Clock;

  constructor(transport: AbortableTransport, clock: Clock) {
    this.#transport = transport;
    this.#clock = clock;
  }

  async launch(url: string): Promise<void> {
    if (!/^https?:/.test(url) || !URL.canParse(url)) throw new Error(`cannot show ${url}`);
    const accept: readonly [string, string] = ['Accept', 'text/html, */*;q=0.5'];
    // The page is the browser's own affair: its failure is nobody's status.
    this.#clock.track(this.#transport.send({ method: 'GET', url, headers: [accept] })).catch(() => undefined);
  }
}
