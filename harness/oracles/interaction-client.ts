import type { Observed } from '../model/finding.js';
import { MEDIA, mediaTypeOf } from '../protocol/media-types.js';
import { BoundedMap, BoundedSet, pushBounded } from '../session/bounded.js';
import { field } from '../session/classify.js';
import type { CommandRun, Observation, PackageRun, ReportedRun, Session } from '../session/observation.js';
import type { HttpRequestEvent, TraceEvent } from '../trace/event.js';
import {
  type AnsweredCommand,
  answeredInFull,
  codeOf,
  endPackageOf,
  failed,
  isUpload,
  label,
  line,
  reportOf,
  served,
  shownBy,
  succeeded,
} from './common.js';
import { addressOf, elsewhere, resembles, targetOf } from './content-common.js';
import { NOTHING, type Oracle, type OracleContext, oracle } from './oracle.js';
import { absent, held, unclear, violated } from './say.js';

/** SHOWs remembered for each session until its fence has passed. */
const MOST_SHOWS = 16;
const MOST_SCENARIOS = 64;
/** What browsers ask a site for of their own accord. */
const AUXILIARY = /^\/(?:favicon|apple-touch-icon|robots\.txt|browserconfig\.xml|\.well-known\/)/;

interface Shown {
  readonly run: PackageRun;
  readonly command: CommandRun;
}

export function isShow({ command }: CommandRun): boolean {
  return command.name === 'SHOW' && command.standing === 'well-formed';
}

/** What only a real browser can show is not shown by a stand-in. */
function shown(context: OracleContext, observed: Observed): Observed {
  const { noBrowser } = context.header.statement;
  return noBrowser === undefined ? observed : { ...observed, outcome: 'unclear', message: noBrowser };
}

/** The SHOWs of sessions that are not settled; those of a client without SHOW are told apart. */
class Shows {
  readonly #of = new WeakMap<Session, Shown[]>();

  see(seen: Observation): void {
    if (seen.kind !== 'two') return;
    const all = this.#of.get(seen.run.session) ?? [];
    for (const command of seen.run.commands.filter(isShow)) pushBounded(all, { run: seen.run, command }, MOST_SHOWS);
    this.#of.set(seen.run.session, all);
  }

  take(session: Session): readonly Shown[] {
    const all = this.#of.get(session) ?? [];
    this.#of.delete(session);
    return all;
  }
}

/** What is said of these requirements where a client answers that it has no SHOW. */
function withoutShow(seen: Observation, ...requirements: readonly string[]): readonly Observed[] | undefined {
  const run = answeredInFull(seen);
  if (run?.commands.some((command) => isShow(command) && command.status.sc === 501) !== true) return undefined;
  const events = [run.three.request, run.response];
  return requirements.map((id) => absent(id, 'The client has no SHOW (501).', run.session, events));
}

/** A SHOW that was said to be done, or that needs no status. Where statuses are missing or too many, nobody knows which is its own (STA-01). */
function launched({ run, command }: Shown): boolean {
  const statuses = run.three?.reading.view?.statuses;
  if (statuses === undefined) return run.hasEnd;
  return statuses.length === run.commands.length && succeeded(command);
}

/** Nothing of a client on a virtual clock is still under way; of any other, a page may come later (D-34). */
function isFinal(witness: TraceEvent): boolean {
  return witness.kind === 'action' && witness.action.name === 'quiet-closed' && witness.action.mode === 'virtual';
}

type BrowserTaken = { readonly available: boolean; readonly event: TraceEvent };

/** The last action of the harness on a device's browser, by scenario. */
class Browsers {
  readonly #of = new BoundedMap<string | undefined, BrowserTaken>(MOST_SCENARIOS);

  see(seen: Observation): void {
    if (seen.kind !== 'event' || seen.event.kind !== 'action' || seen.event.action.name !== 'browser') return;
    const { available, accepted } = seen.event.action;
    if (accepted) this.#of.set(seen.event.scenario, { available, event: seen.event });
  }

  /** The action that took it away. */
  takenBy(scenario: string | undefined): TraceEvent | undefined {
    const last = this.#of.get(scenario);
    return last?.available === false ? last.event : undefined;
  }
}

/** Requests for pages that no SHOW names, by scenario. */
class PageStrays {
  readonly #of = new BoundedMap<string | undefined, HttpRequestEvent[]>(MOST_SCENARIOS);

  see(seen: Observation): void {
    if (seen.kind !== 'side' || seen.command !== undefined || seen.exchange.request.to !== 'pages') return;
    const { request } = seen.exchange;
    const all = this.#of.get(request.scenario) ?? [];
    pushBounded(all, request, MOST_SHOWS);
    this.#of.set(request.scenario, all);
  }

  like(target: string, scenario: string | undefined): HttpRequestEvent | undefined {
    return this.#of.get(scenario)?.find((request) => resembles(targetOf(request), target));
  }
}

/** UIX-01: SHOW starts a browser that loads exactly the URI given; UIX-07: several SHOWs load each page once (CR 6.1.4, 6.2-4a). */
export const loadsPages = oracle({
  name: 'interaction/loads-pages',
  on: 'client',
  requirements: ['UIX-01', 'UIX-07'],
  sees: ['event', 'two', 'side', 'three', 'settled'],
  create: (context) => {
    const shows = new Shows();
    const browsers = new Browsers();
    const strays = new PageStrays();
    return (seen) => {
      browsers.see(seen);
      // Without a browser no page can be loaded: what is said of that is UIX-03's.
      if (seen.kind === 'two' && browsers.takenBy(seen.run.session.scenario) !== undefined) return NOTHING;
      shows.see(seen);
      strays.see(seen);
      if (seen.kind !== 'settled') return withoutShow(seen, 'UIX-01', 'UIX-07') ?? NOTHING;
      const all = shows.take(seen.session).filter(launched);
      const found = all.flatMap((one) => loaded(one, strays, seen.witness));
      return [...found, ...eachOnce(all, seen.witness)].map((observed) => shown(context, observed));
    };
  },
});

function loaded({ run, command }: Shown, strays: PageStrays, witness: TraceEvent): Observed[] {
  const address = addressOf(command.command.serverUri);
  if (address === undefined) return [];
  const [first] = command.exchanges;
  const text = label(command.command);
  if (first !== undefined) {
    const { request } = first;
    const exact = request.method === 'GET' && targetOf(request) === address.target && !elsewhere(request, address);
    const details = { expected: `GET ${address.target}`, actual: line(request) };
    const message = exact ? 'The browser loaded the URI of the SHOW.' : `${text} did not lead to that page.`;
    return [(exact ? held : violated)('UIX-01', message, run.session, [request, run.response], details)];
  }
  const stray = strays.like(address.target, run.session.scenario);
  const expected = `GET ${address.target}`;
  if (stray !== undefined) {
    const message = `${text} loaded another URI.`;
    return [violated('UIX-01', message, run.session, [stray, run.response], { expected, actual: line(stray) })];
  }
  if (!isFinal(witness))
    return [unclear('UIX-01', `No page was loaded for ${text} yet.`, run.session, [run.response, witness])];
  const events = [run.response, reportOf(run), witness];
  return [violated('UIX-01', `No page was loaded for ${text}.`, run.session, events, { expected, actual: 'nothing' })];
}

function eachOnce(all: readonly Shown[], witness: TraceEvent): Observed[] {
  const found: Observed[] = [];
  for (const run of new Set(all.map((one) => one.run))) {
    const own = all.filter((one) => one.run === run).map(({ command }) => command);
    const events = [...own.flatMap(({ exchanges }) => exchanges.map(({ request }) => request)), run.response];
    const twice = own.find((command) => loadsOf(command) > 1);
    if (twice !== undefined) {
      const details = { expected: 'one load for each SHOW', actual: `${loadsOf(twice)}` };
      found.push(
        violated('UIX-07', `${label(twice.command)} loaded its page more than once.`, run.session, events, details),
      );
    }
    if (own.length < 2 || twice !== undefined) continue;
    const missing = own.filter(({ exchanges }) => exchanges.length === 0).length;
    if (missing === 0) found.push(held('UIX-07', `${own.length} SHOWs loaded each page once.`, run.session, events));
    else if (isFinal(witness) && missing < own.length) {
      const details = { expected: `${own.length} pages`, actual: `${own.length - missing}` };
      found.push(
        violated(
          'UIX-07',
          'Not every SHOW of the package loaded its page.',
          run.session,
          [...events, witness],
          details,
        ),
      );
    }
  }
  return found;
}

/** A request that was refused, as by a challenge, or whose answer was cut is no load: browsers send it again. */
function loadsOf({ exchanges }: CommandRun): number {
  return exchanges.filter((exchange) => exchange.request.method === 'GET' && served(exchange) !== undefined).length;
}

/** UIX-02: neither the next command nor, after the last one, the #3 waits for the page or its user (CR 6.2-4a, D-01, D-02). A command that did is charged to ORD-07 alone. */
export const nobodyWaits = oracle({
  name: 'interaction/nobody-waits',
  on: 'client',
  requirements: ['UIX-02'],
  sees: ['two', 'three', 'settled'],
  create: (context) => {
    const shows = new Shows();
    return (seen) => {
      shows.see(seen);
      // A browser may be slower than the session, so its request is waited for.
      if (seen.kind !== 'settled') return withoutShow(seen, 'UIX-02') ?? NOTHING;
      const all = shows.take(seen.session).filter(launched);
      return all
        .flatMap(({ run: of, command }) => judgeWait(of, command, context))
        .map((observed) => shown(context, observed));
    };
  },
});

function judgeWait(run: PackageRun, show: CommandRun, { book, header }: OracleContext): Observed[] {
  const hold = book.hold(show.command.serverUri);
  const page = show.exchanges[0]?.request;
  const next = nextAfter(run, show);
  if (next === undefined || hold === undefined || page === undefined) return [];
  const released = hold.until ?? Number.POSITIVE_INFINITY;
  const isReport = next === reportOf(run);
  if (next.began < released)
    return [
      held('UIX-02', `${isReport ? 'The #3' : 'The next command'} did not wait for the page.`, run.session, [
        next,
        page,
        run.response,
      ]),
    ];
  if (page.began > released || !isReport) return [];
  const events = [next, page, run.response];
  const shows = shownBy(hold, header);
  if (shows === 'nothing')
    return [unclear('UIX-02', 'The page was released before it could be told who waits for it.', run.session, events)];
  const open = shows === 'waits' ? {} : { decision: 'D-27', atMost: 'warn' as const };
  const details = { expected: 'at once', actual: 'only after the page was released', ...open };
  return [violated('UIX-02', 'The #3 waited for the page.', run.session, events, details)];
}

/** What can be seen first after the SHOW: the transfer of the next command, or the #3 when there is none. */
function nextAfter(run: PackageRun, show: CommandRun): HttpRequestEvent | undefined {
  const [next] = run.commands.slice(show.index + 1);
  if (next === undefined) return reportOf(run);
  return isUpload(next.command) ? next.exchanges[0]?.request : undefined;
}

/** UIX-03: a browser that cannot start makes an error status, and the next command runs (TS 5.3). */
export const noBrowserNoMatter = oracle({
  name: 'interaction/no-browser-no-matter',
  on: 'client',
  requirements: ['UIX-03'],
  sees: ['event', 'three'],
  create: () => {
    const browsers = new Browsers();
    return (seen) => {
      browsers.see(seen);
      const run = answeredInFull(seen);
      if (run === undefined) return NOTHING;
      const show = run.commands.find(isShow);
      const taken = browsers.takenBy(run.session.scenario);
      if (show?.status.sc === undefined || taken === undefined) return NOTHING;
      return judgeWithout(run, show, taken);
    };
  },
});

function judgeWithout(run: ReportedRun, show: AnsweredCommand, taken: TraceEvent): readonly Observed[] {
  const { sc } = show.status;
  const next = run.commands.slice(show.index + 1).find(({ command }) => isUpload(command));
  const request = next?.exchanges[0]?.request;
  const events = [run.three.request, request, run.response, taken];
  if (sc === 501) return [absent('UIX-03', 'The client has no SHOW (501).', run.session, events)];
  if (!failed(show)) {
    const details = { expected: 'an error status', actual: `${sc}` };
    return [
      violated('UIX-03', 'There was no browser to start, and SHOW is said to be done.', run.session, events, details),
    ];
  }
  if (next === undefined) return NOTHING;
  if (request !== undefined)
    return [
      held('UIX-03', `Without a browser SHOW was answered ${sc}, and the next command ran.`, run.session, events),
    ];
  const details = { expected: 'the next command runs', actual: `not run, status ${codeOf(next) ?? 'missing'}` };
  return [
    violated(
      'UIX-03',
      `${label(next.command)} did not run after a SHOW without a browser.`,
      run.session,
      events,
      details,
    ),
  ];
}

/** UIX-04: the UI session is no part of the DM session; no package goes over it, and the DM session may end first (CR 6.1.4). */
export const apartFromSession = oracle({
  name: 'interaction/apart-from-session',
  on: 'client',
  requirements: ['UIX-04'],
  sees: ['side', 'three'],
  create: (context) => (seen) => {
    if (seen.kind === 'side' && seen.exchange.request.to === 'pages') {
      const over = packageOver(seen.exchange.request, seen.run);
      return over.length > 0 ? over : outlived(seen).map((observed) => shown(context, observed));
    }
    return withoutShow(seen, 'UIX-04') ?? NOTHING;
  },
});

/** A page that was complete only after the session had ended. */
function outlived({ exchange, command, run }: Extract<Observation, { kind: 'side' }>): Observed[] {
  const { request, response } = exchange;
  if (command === undefined || !isShow(command)) return [];
  const end = endPackageOf(run.session)?.response;
  if (end === undefined || response.defect !== undefined || response.t <= end.t) return [];
  const message = 'The DM session had ended before its page was loaded, and no package went over the UI session.';
  return [held('UIX-04', message, run.session, [request, response, end])];
}

function packageOver(request: HttpRequestEvent, run: PackageRun | undefined): readonly Observed[] {
  const type = mediaTypeOf(field(request.headers, 'content-type'));
  if (type !== MEDIA.initiation && type !== MEDIA.response) return NOTHING;
  const details = { expected: 'packages at the DM server alone', actual: `${line(request)}, ${type}` };
  return [
    violated('UIX-04', 'A package went over the UI session.', run?.session ?? request.scenario, [request], details),
  ];
}

/** UIX-09: no page loads without a SHOW (CR 6.2-4a). */
export const noPageUnasked = oracle({
  name: 'interaction/no-page-unasked',
  on: 'client',
  requirements: ['UIX-09'],
  sees: ['event', 'two', 'three', 'settled'],
  create: (context) => {
    const shows = new Shows();
    const named = new BoundedSet<string>(8192);
    const spoilt = new Set<string | undefined>();
    return (seen) => {
      shows.see(seen);
      if (seen.kind === 'two') for (const { command } of seen.run.commands) note(named, command.serverUri);
      if (seen.kind === 'event' && seen.event.kind === 'http-request' && seen.event.to === 'pages') {
        const request = seen.event;
        const target = targetOf(request);
        const known = named.has(target) || [...named].some((one) => resembles(target, one));
        // Only the loading of a page counts: what a page itself asks for, or its user sends, follows from its SHOW.
        if (known || request.method !== 'GET' || AUXILIARY.test(target) || isFromPage(request, named)) return NOTHING;
        spoilt.add(request.scenario);
        const details = { expected: 'pages of a SHOW alone', actual: line(request) };
        return [violated('UIX-09', 'A page was loaded that no SHOW named.', request.scenario, [request], details)];
      }
      if (seen.kind !== 'settled') return withoutShow(seen, 'UIX-09') ?? NOTHING;
      if (spoilt.has(seen.session.scenario)) return NOTHING;
      const pages = shows.take(seen.session).flatMap(({ command }) => command.exchanges.map(({ request }) => request));
      if (pages.length === 0) return NOTHING;
      const message = 'No page was loaded but those of the SHOWs.';
      return [shown(context, held('UIX-09', message, seen.session, [...pages, seen.witness]))];
    };
  },
});

/** A part of a page, such as a style sheet, or a link that was followed there: what it came from is named in the request. */
function isFromPage({ headers }: HttpRequestEvent, named: ReadonlySet<string>): boolean {
  const use = field(headers, 'sec-fetch-dest');
  const from = addressOf(field(headers, 'referer'))?.target;
  return (use !== undefined && use !== 'document') || (from !== undefined && named.has(from));
}

function note(named: Set<string>, uri: string | undefined): void {
  const target = addressOf(uri)?.target;
  if (target !== undefined) named.add(target);
}

export const INTERACTION_CLIENT: readonly Oracle[] = [
  loadsPages,
  nobodyWaits,
  noBrowserNoMatter,
  apartFromSession,
  noPageUnasked,
];
