import type { Observed } from '../model/finding.js';
import { fieldValues } from '../protocol/headers.js';
import { readChallenges } from '../protocol/http-auth.js';
import { BoundedMap } from '../session/bounded.js';
import { field } from '../session/classify.js';
import type { Observation, Session } from '../session/observation.js';
import { pathOf } from '../session/side-exchanges.js';
import type { Action, HttpRequestEvent, HttpResponseEvent, TraceEvent } from '../trace/event.js';
import { NOTHING, type Oracle, type OracleContext, oracle } from './oracle.js';
import { absent, held, unclear, violated } from './say.js';

const MOST_REQUESTS = 512;
type Credentials = Extract<Action, { name: 'credentials' }>;
type Reply = Extract<Observation, { kind: 'reply' }>;

const ROWS: Readonly<Record<string, string>> = { basic: 'SEC-10', digest: 'SEC-11' };
const NAMES: Readonly<Record<string, string>> = { basic: 'Basic', digest: 'Digest' };

/** The client's requests by exchange, and which servers it holds a user and a password for. Bounded. */
class Requests {
  readonly #all = new BoundedMap<string, HttpRequestEvent>(MOST_REQUESTS);
  /** Targets of #1 that an account with credentials names. */
  readonly #accounts = new Map<string | undefined, string | undefined>();
  readonly #always: boolean;

  constructor({ header }: OracleContext) {
    this.#always = header.statement.account?.http === true;
  }

  see(event: TraceEvent): void {
    if (event.kind === 'http-request' && event.from === 'client') this.#all.set(event.exchange, event);
    if (event.kind !== 'action') return;
    const { action } = event;
    if (action.name === 'reset' && action.accepted) this.#accounts.clear();
    if (action.name === 'bootstrap' && action.accepted && action.http === true)
      this.#accounts.set(pathOf(action.serverUri), hostOf(action.serverUri));
  }

  of(exchange: string): HttpRequestEvent | undefined {
    return this.#all.get(exchange);
  }

  /** The client has credentials for the server that this package goes to. */
  holdsFor({ target }: HttpRequestEvent): boolean {
    return this.#always || this.#accounts.has(target);
  }

  /** It is the host of an account with credentials. */
  isOwn(host: string | undefined): boolean {
    return [...this.#accounts.values()].includes(host);
  }
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}

/** Host and port that a request is for. */
function hostIn({ headers, target }: HttpRequestEvent): string | undefined {
  return hostOf(target) ?? field(headers, 'host')?.toLowerCase();
}

/** A challenge that the client has to answer. */
interface Challenge {
  readonly row: string;
  readonly scheme: string;
  readonly session: Session;
  readonly response: HttpResponseEvent;
}

/** SEC-10 and SEC-11: a challenge of the client's own server is answered (TS 9, RFC 7616, RFC 7617, D-19, D-61). */
export const answersChallenges = oracle({
  name: 'security/answers-challenges',
  on: 'client',
  requirements: ['SEC-10', 'SEC-11'],
  sees: ['event', 'reply', 'two', 'settled'],
  create: (context) => {
    const requests = new Requests(context);
    let open: Challenge | undefined;
    /** Exchanges whose credentials were right. */
    const proven = new BoundedMap<
      string,
      { readonly row: string; readonly scheme: string; readonly request: HttpRequestEvent }
    >(MOST_REQUESTS);
    return (seen) => {
      switch (seen.kind) {
        case 'event':
          requests.see(seen.event);
          return credentials(seen.event);
        case 'reply':
          open = challengeIn(seen) ?? open;
          return NOTHING;
        case 'two': {
          const found = proven.get(seen.run.request.exchange);
          if (found !== undefined && seen.run.hasEnd) return [shown(found, seen.run.session, seen.run.response)];
          return seen.run.hasEnd && seen.run.session !== open?.session ? unanswered(seen.run.response) : NOTHING;
        }
        default:
          return seen.session === open?.session && !isShort(seen.witness) ? unanswered(seen.witness) : NOTHING;
      }
    };

    function credentials(event: TraceEvent): readonly Observed[] {
      // Whatever comes with credentials is the answer, and is judged by what they are worth.
      if (event.kind === 'http-request' && event.from === 'client' && event.scenario === open?.session.scenario)
        if (field(event.headers, 'authorization') !== undefined) open = undefined;
      if (event.kind !== 'action' || event.action.name !== 'credentials') return NOTHING;
      const { exchange, scheme, outcome } = event.action;
      const request = requests.of(exchange);
      const row = ROWS[scheme];
      if (request === undefined || request.to !== 'server' || row === undefined) return NOTHING;
      if (outcome === 'right') proven.set(exchange, { row, scheme, request });
      return requests.holdsFor(request) ? faulty(row, event.action, request, event) : NOTHING;
    }

    function challengeIn({ response, request, session, standing }: Reply): Challenge | undefined {
      // A #3 that comes after END is no package of a session: nobody need say who sent it.
      if (standing === 'after-end') return undefined;
      if (response.status !== 401 || session === undefined || !requests.holdsFor(request)) return undefined;
      if (field(request.headers, 'authorization') !== undefined) return undefined;
      const challenges = readChallenges(fieldValues(response.headers, 'WWW-Authenticate'));
      const schemes = new Set(challenges.map((one) => one.scheme));
      const scheme = [...schemes].join();
      const row = ROWS[scheme];
      return row === undefined ? undefined : { row, scheme, session, response };
    }

    function unanswered(witness: TraceEvent): readonly Observed[] {
      if (open === undefined) return NOTHING;
      const { row, scheme, session, response } = open;
      open = undefined;
      const message = `The client did not answer the challenge of its server (${NAMES[scheme]}).`;
      const events = [response, session.one, witness];
      if (row === 'SEC-11') return [absent(row, message, session, events)];
      const details = { expected: 'the package once more, with credentials', actual: 'nothing' };
      return [violated(row, message, session, events, details)];
    }
  },
});

/** A real quiet time is too short a witness: how soon a challenge is answered no source says (D-34). */
function isShort(witness: TraceEvent): boolean {
  return witness.kind === 'action' && witness.action.name === 'quiet-closed' && witness.action.mode === 'real';
}

function shown(
  { row, scheme, request }: { readonly row: string; readonly scheme: string; readonly request: HttpRequestEvent },
  session: Session,
  response: HttpResponseEvent,
): Observed {
  const message = `A session ran whose packages carried the client's credentials (${NAMES[scheme]}).`;
  return held(row, message, session, [request, response]);
}

function faulty(
  row: string,
  { scheme, outcome, detail }: Credentials,
  request: HttpRequestEvent,
  event: TraceEvent,
): readonly Observed[] {
  // That a nonce is too old only its server can know.
  if (outcome === 'right' || outcome === 'stale') return NOTHING;
  const message = `The client's credentials (${NAMES[scheme]}) are ${outcome === 'replayed' ? 'used before' : outcome}.`;
  const details = { expected: 'what it was given', actual: detail ?? outcome };
  return [violated(row, message, request.scenario, [request, event], details)];
}

/** What a scenario shows of where credentials go. */
interface Spread {
  /** The client has proved itself at its own server. */
  proof?: HttpRequestEvent;
  /** Then something went to another origin without credentials; or its server sent it there. */
  bare?: HttpRequestEvent;
  redirect?: HttpResponseEvent;
  session?: Session;
}

/** SEC-14: credentials go to their own server, and to another origin only where that asks for them (D-33). */
export const keepsCredentials = oracle({
  name: 'security/keeps-credentials',
  on: 'client',
  requirements: ['SEC-14'],
  sees: ['event', 'one', 'two', 'settled'],
  create: (context) => {
    const requests = new Requests(context);
    const stated = context.header.statement.account?.http === true;
    /** Where sessions begin that were asked for, of a client that has its credentials from the start. */
    const homes = new Set<string | undefined>();
    let awaited = false;
    const challengers = new Set<string | undefined>();
    let scenario: string | undefined;
    let spread: Spread = {};

    const isHome = (host: string | undefined): boolean => requests.isOwn(host) || homes.has(host);

    return (seen) => {
      if (seen.kind === 'one') {
        const { request, session } = seen;
        if (stated && awaited) homes.add(hostIn(request));
        awaited = false;
        spread.session = session;
        return NOTHING;
      }
      if (seen.kind === 'two')
        return seen.run.hasEnd && seen.run.session !== spread.session ? kept(seen.run.response) : NOTHING;
      if (seen.kind === 'settled') return isShort(seen.witness) ? keptAlready(seen.witness) : kept(seen.witness);
      return take(seen.event);
    };

    function take(event: TraceEvent): readonly Observed[] {
      requests.see(event);
      if (event.kind === 'action' && event.action.name === 'scenario-begin') {
        scenario = event.scenario;
        spread = {};
        homes.clear();
      }
      if (event.kind === 'action' && event.action.name === 'start-session') awaited = true;
      if (event.kind === 'http-request' && event.from === 'client') {
        const named = field(event.headers, 'authorization') !== undefined;
        if (!named && !isHome(hostIn(event)) && event.scenario === scenario && spread.proof !== undefined)
          spread.bare ??= event;
      }
      if (event.kind === 'http-response') answered(event);
      return event.kind === 'action' && event.action.name === 'credentials' ? judge(event.action, event) : NOTHING;
    }

    function answered(event: HttpResponseEvent): void {
      const request = requests.of(event.exchange);
      if (request === undefined) return;
      if (event.status === 401) challengers.add(hostIn(request));
      const from = hostIn(request);
      const to = hostOf(field(event.headers, 'location') ?? '');
      const leads = to !== undefined && to !== from && event.status >= 300 && event.status < 400;
      if (leads && isHome(from) && spread.proof !== undefined) spread.redirect ??= event;
    }

    function judge(action: Credentials, event: TraceEvent): readonly Observed[] {
      const request = requests.of(action.exchange);
      if (request === undefined) return NOTHING;
      const host = hostIn(request);
      if (isHome(host)) {
        if (action.outcome === 'right' && request.scenario === scenario) spread.proof ??= request;
        return NOTHING;
      }
      if (challengers.has(host) || action.scheme === 'other') return NOTHING;
      const events = [request, event];
      if (action.detail === 'another user') {
        const message = `Credentials went to ${host}, which did not ask for them; they are not those of the account.`;
        return [unclear('SEC-14', message, request.scenario, events)];
      }
      const message = `The client's credentials went to ${host}, which is not its server and did not ask for them.`;
      const details = {
        expected: 'no Authorization',
        actual: `${NAMES[action.scheme]} at ${request.method} ${request.target}`,
      };
      return [violated('SEC-14', message, request.scenario, events, details)];
    }

    function kept(witness: TraceEvent): readonly Observed[] {
      const { proof, bare, redirect, session } = spread;
      const shows = bare ?? redirect;
      if (shows === undefined) return NOTHING;
      const message =
        bare === undefined
          ? 'A redirect to another origin took no credentials there.'
          : 'What went to another origin carried no credentials.';
      return [held('SEC-14', message, session ?? scenario, [shows, proof, witness])];
    }

    /** A short time shows nothing of what might still come, but what has come it shows. */
    function keptAlready(witness: TraceEvent): readonly Observed[] {
      return spread.bare === undefined ? NOTHING : kept(witness);
    }
  },
});

export const SECURITY_CLIENT_HTTP: readonly Oracle[] = [answersChallenges, keepsCredentials];
