import type { BrowserContext, Browser as Chromium, Page } from 'playwright-core';
import type { Browser } from './browser.js';
import type { Clock } from './clock.js';

/** A process for pages alone: no network of its own, no name but those of this machine. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];
/** Pages that stay open for their user; older ones that have loaded are closed. */
const MOST_PAGES = 3;

/** The Web Browser Component as a real browser (CR 6.1.4): one resident Chromium, started by the first SHOW, and a page for each SHOW. */
export class ChromiumBrowser implements Browser {
  readonly #path: string;
  readonly #clock: Clock;
  #started: Promise<{ readonly process: Chromium; readonly context: BrowserContext }> | undefined;
  /** Pages open one after another, so that SHOWs are launched in their order. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #loaded: Page[] = [];

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  async launch(url: string): Promise<void> {
    if (!/^https?:/i.test(url) || !URL.canParse(url)) throw new Error(`cannot show ${url}`);
    this.#started ??= this.#start();
    const { context } = await this.#clock.track(this.#started);
    const opened = this.#last.then(() => context.newPage());
    this.#last = opened.catch(() => undefined);
    // The page is the browser's own affair: its failure is nobody's status.
    this.#clock.track(opened.then((page) => this.#load(page, url))).catch(() => undefined);
  }

  /** Ends the browser; no process is left. */
  async close(): Promise<void> {
    const started = await this.#started?.catch(() => undefined);
    this.#started = undefined;
    await started?.process.close();
  }

  async #start() {
    const { chromium } = await import('playwright-core');
    const process = await chromium.launch({ executablePath: this.#path, args: FLAGS, chromiumSandbox: false });
    return { process, context: await process.newContext() };
  }

  async #load(page: Page, url: string): Promise<void> {
    // How long a page may take is its user's business.
    await page.goto(url, { timeout: 0 }).catch(() => undefined);
    this.#loaded.push(page);
    while (this.#loaded.length > MOST_PAGES) await this.#loaded.shift()?.close();
  }
}
