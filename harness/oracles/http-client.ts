import type { Observed } from '../model/finding.js';
import { BoundedMap } from '../session/bounded.js';
import { field } from '../session/classify.js';
import type { Observation, Session } from '../session/observation.js';
import type { HttpRequestEvent, HttpResponseEvent } from '../trace/event.js';
import { line } from './common.js';
import { NOTHING, type Oracle, oracle, type Seen } from './oracle.js';
import { held, unclear, violated } from './say.js';

type Reply = Extract<Observation, { kind: 'reply' }>;
type Carrier = Extract<Observation, { kind: 'one' | 'three' }>;

interface Refusal {
  readonly id: string;
  readonly session: Session;
  readonly response: HttpResponseEvent;
  /** Another session was asked for since. */
  past: boolean;
}

/** The windows between two requests for a session, of one scenario. */
interface Windows {
  /** #1s of this window. */
  ones: number;
  /** #1s that a session which was asked for usually takes: some clients open two. */
  usual: number | undefined;
  ended: boolean;
  refusal: Refusal | undefined;
  /** The answer after which the package may be sent once more, until it is (D-19). */
  invitation: Reply | undefined;
  /** The package that was sent once more, and the answer that invited to it. */
  repeat: { readonly request: HttpRequestEvent; readonly after: HttpResponseEvent } | undefined;
}

/** Which row an error answer belongs to. */
function rowOf({ to }: Reply, status: number): string {
  if (to === 'one') return status < 500 ? 'HTP-01' : 'HTP-02';
  return status < 500 ? 'HTP-03' : 'HTP-09';
}

/**
 * HTP-01, HTP-02, HTP-03 and HTP-09: an error answer ends the attempt, or the session, and nothing is sent again (TS 5.5, D-16, D-19).
 * The fence is the END of the next session that was asked for; a session before the refusal shows how many #1s one request usually brings.
 */
export const errorsEndAttempts = oracle({
  name: 'http/errors-end-attempts',
  on: 'client',
  requirements: ['HTP-01', 'HTP-02', 'HTP-03', 'HTP-09'],
  sees: ['event', 'one', 'three', 'reply', 'two'],
  create: () => {
    const scenarios: Scenarios = new BoundedMap(64);
    return (seen) => {
      const windows = windowsOf(scenarios, scenarioOf(seen));
      switch (seen.kind) {
        case 'event':
          if (seen.event.kind === 'action' && seen.event.action.name === 'start-session') next(windows);
          return NOTHING;
        case 'one':
        case 'three':
          return again(windows, seen);
        case 'reply':
          refuse(windows, seen);
          return NOTHING;
        case 'two':
          return seen.run.hasEnd ? over(windows, seen.run.response) : NOTHING;
      }
    };
  },
});

type Scenarios = Map<string | undefined, Windows>;

function scenarioOf(seen: Seen<'event' | 'one' | 'three' | 'reply' | 'two'>): string | undefined {
  if (seen.kind === 'event') return seen.event.scenario;
  return seen.kind === 'two' ? seen.run.session.scenario : seen.request.scenario;
}

function windowsOf(scenarios: Scenarios, scenario: string | undefined): Windows {
  const known = scenarios.get(scenario);
  if (known !== undefined) return known;
  const made: Windows = {
    ones: 0,
    usual: undefined,
    ended: false,
    refusal: undefined,
    invitation: undefined,
    repeat: undefined,
  };
  scenarios.set(scenario, made);
  return made;
}

function next(windows: Windows): void {
  if (windows.ended && windows.refusal === undefined) windows.usual = Math.max(windows.usual ?? 0, windows.ones);
  if (windows.refusal !== undefined) windows.refusal.past = true;
  windows.ones = 0;
  windows.ended = false;
  windows.invitation = undefined;
}

function refuse(windows: Windows, reply: Reply): void {
  const { response, session, request } = reply;
  const { status } = response;
  const { repeat, refusal } = windows;
  // The challenge was met, and the operation goes on.
  if (status < 300 && repeat?.request === request && repeat.after === refusal?.response) windows.refusal = undefined;
  if (session === undefined || reply.to === 'other' || reply.standing === 'after-end') return;
  if (status < 400) return;
  windows.invitation = invites(reply) ? reply : undefined;
  windows.refusal ??= { id: rowOf(reply, status), session, response, past: false };
}

/**
 * A 401 to a package without credentials, or with a nonce that has become stale (RFC 7616 3.3), and a 417 to one with an expectation: the one repeat
 * is no retry (D-19).
 */
function invites({ response, request }: Reply): boolean {
  if (response.status === 417) return field(request.headers, 'expect') !== undefined;
  if (response.status !== 401) return false;
  const stale = /\bstale\s*=\s*"?true\b/i.test(String(field(response.headers, 'www-authenticate')));
  return stale || field(request.headers, 'authorization') === undefined;
}

function accepts({ response }: Reply, { headers }: HttpRequestEvent): boolean {
  return response.status === 417
    ? field(headers, 'expect') === undefined
    : field(headers, 'authorization') !== undefined;
}

function again(windows: Windows, { kind, request, session }: Carrier): readonly Observed[] {
  const { refusal, invitation } = windows;
  if (invitation !== undefined && accepts(invitation, request)) {
    windows.repeat = { request, after: invitation.response };
    windows.invitation = undefined;
    return NOTHING;
  }
  if (kind === 'one') windows.ones += 1;
  if (refusal === undefined) return NOTHING;
  const resent = session === refusal.session && request.began > refusal.response.t;
  const more = kind === 'one' && windows.ones > (windows.usual ?? Number.POSITIVE_INFINITY);
  if (!resent && !more) return NOTHING;
  windows.refusal = undefined;
  return [said(refusal, request, resent || refusal.id === 'HTP-01' || refusal.id === 'HTP-02')];
}

/** A fresh #1 after a refused #3 is not that package again; but nobody asked for the session. */
function said(refusal: Refusal, request: HttpRequestEvent, same: boolean): Observed {
  const message = `After the answer ${refusal.response.status} the client ${same ? 'sent the package again' : 'opened another session by itself'}.`;
  return violated(refusal.id, message, refusal.session, [request, refusal.response], {
    expected: 'nothing until another session is asked for',
    actual: line(request),
    ...(refusal.response.status >= 500 ? { decision: 'D-16' } : {}),
    ...(same ? {} : { atMost: 'warn' as const }),
  });
}

function over(windows: Windows, response: HttpResponseEvent): readonly Observed[] {
  windows.ended = true;
  const { refusal } = windows;
  if (refusal === undefined || !refusal.past) return NOTHING;
  windows.refusal = undefined;
  const { id, session } = refusal;
  const events = [refusal.response, response];
  const { status } = refusal.response;
  return windows.usual === undefined
    ? [unclear(id, 'No session before the refusal shows how many #1s this client usually sends.', session, events)]
    : [held(id, `After the answer ${status} nothing was sent again, and the next session ran.`, session, events)];
}

/** HTP-08: a redirect of the DM server to another origin is not followed (D-17). */
export const staysAtOrigin = oracle({
  name: 'http/stays-at-origin',
  on: 'client',
  requirements: ['HTP-08'],
  sees: ['event', 'reply', 'two'],
  create: () => {
    let redirect: { readonly reply: Reply; readonly to: URL } | undefined;
    return (seen) => {
      if (seen.kind === 'reply') {
        const to = elsewhere(seen);
        if (to !== undefined) redirect = { reply: seen, to };
        return NOTHING;
      }
      if (redirect === undefined) return NOTHING;
      const { reply, to } = redirect;
      const events = [reply.response, reply.request];
      if (seen.kind === 'event') {
        const { event } = seen;
        if (event.kind !== 'http-request' || !goesTo(event, to)) return NOTHING;
        redirect = undefined;
        return [
          violated('HTP-08', 'The client followed a redirect to another origin.', reply.session, [event, ...events], {
            expected: 'nothing is sent there',
            actual: `${line(event)} at ${to.host}`,
            decision: 'D-17',
          }),
        ];
      }
      if (!seen.run.hasEnd || seen.run.session.one.began < reply.response.t) return NOTHING;
      redirect = undefined;
      return [
        held('HTP-08', 'The redirect to another origin was not followed, and the next session ran.', reply.session, [
          ...events,
          seen.run.response,
        ]),
      ];
    };
  },
});

/** Where a redirect leads, when that is another origin. */
function elsewhere({ response, request, to }: Reply): URL | undefined {
  const location = String(field(response.headers, 'location'));
  const host = field(request.headers, 'host');
  if (to === 'other' || response.status < 300 || response.status > 399) return undefined;
  if (host === undefined || !URL.canParse(location)) return undefined;
  const url = new URL(location);
  return url.host === host.toLowerCase() ? undefined : url;
}

function goesTo(request: HttpRequestEvent, to: URL): boolean {
  const host = field(request.headers, 'host')?.toLowerCase();
  return host === to.host && request.target === `${to.pathname}${to.search}`;
}

export const HTTP_CLIENT: readonly Oracle[] = [errorsEndAttempts, staysAtOrigin];
