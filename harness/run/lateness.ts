import { sleep } from './context.js';

/** After so many waits in vain, with none that was not, a client is taken to do without what is waited for. */
const MOST_IN_VAIN = 2;
const PAUSE_MS = 2;

/** What a wait is for: transfers of an END package, which no #3 reports; or web pages, which load when the browser likes. */
export type Late = 'transfer' | 'page';

/** How the client under test keeps what comes after END, so that one that does without costs the run no patience again and again. */
export class Lateness {
  readonly #came = new Set<Late>();
  readonly #inVain = new Map<Late, number>();

  hopeless(what: Late): boolean {
    return !this.#came.has(what) && (this.#inVain.get(what) ?? 0) >= MOST_IN_VAIN;
  }

  note(what: Late, came: boolean): void {
    if (came) this.#came.add(what);
    else this.#inVain.set(what, (this.#inVain.get(what) ?? 0) + 1);
  }
}

/** Requests at the suite's own servers that the commands of a session still owe when its END is out: only real time has to wait for them. */
export class Owed {
  readonly #lateness: Lateness;
  readonly #open: { readonly what: Late; readonly path: string }[] = [];

  constructor(lateness: Lateness) {
    this.#lateness = lateness;
  }

  /** @param last the package has END; transfers of any other are reported by the #3 that answers it. */
  expect(commands: readonly (readonly string[])[], last: boolean, isOurs: (url: string) => boolean): void {
    for (const [name, url = ''] of commands) {
      const what = name === 'SHOW' ? 'page' : last && TRANSFERS.has(name ?? '') ? 'transfer' : undefined;
      if (what !== undefined && isOurs(url)) this.#open.push({ what, path: targetOf(url) });
    }
  }

  came(target: string): void {
    const index = this.#open.findIndex(({ path }) => path === target);
    if (index >= 0) this.#open.splice(index, 1);
  }

  /** Nothing will come for that URL. */
  waive(url: string): void {
    this.came(targetOf(url));
  }

  /** Resolves when nothing is owed any more, or after `ms` milliseconds; then the rest is forgotten. */
  async settled(ms: number, signal: AbortSignal): Promise<void> {
    const waited = new Set(this.#open.map(({ what }) => what).filter((what) => !this.#lateness.hopeless(what)));
    const until = performance.now() + ms;
    const owing = (): boolean => this.#open.some(({ what }) => waited.has(what));
    while (owing() && performance.now() < until && !signal.aborted) await sleep(PAUSE_MS);
    for (const what of waited) this.#lateness.note(what, !this.#open.some((one) => one.what === what));
    this.#open.length = 0;
  }
}

const TRANSFERS = new Set(['HGET', 'HPUT', 'HPOST']);

/** As it comes in on the wire. */
function targetOf(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/#.*$/, '');
}
