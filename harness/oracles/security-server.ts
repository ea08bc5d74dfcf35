import type { Observed } from '../model/finding.js';
import { FIELD, fieldValues } from '../protocol/headers.js';
import { type AuthItem, algorithmOf, offersAuth, readChallenges } from '../protocol/http-auth.js';
import { BoundedMap, BoundedSet } from '../session/bounded.js';
import type { Session } from '../session/observation.js';
import type { TraceEvent } from '../trace/event.js';
import { commandsIn, describeReply, isTwo, type Reply } from './common-server.js';
import { deviceKey } from './device-key.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { held, unclear, violated } from './say.js';
import { inWords, Proofs, type Shown } from './security-proofs.js';

/** Devices of scenarios about which something is remembered. */
const MOST_DEVICES = 256;

/** A refusal of a #1 that showed nothing, or nothing of worth: without it a later success proves nothing. */
interface Refused {
  readonly events: readonly TraceEvent[];
  readonly words: string;
  /** A challenge to a package that showed nothing, and the connection on which it came. */
  readonly challenge?: string | undefined;
}

type Way = 'basic' | 'digest' | 'certificate';

/** The refusals that a package of a device may follow. */
class Refusals {
  readonly #ofDevices = new BoundedMap<string, Refused>(MOST_DEVICES);
  /** The server may refuse a client in TLS, before it has said which device it is. */
  readonly #inTls = new BoundedMap<string | undefined, Refused>(MOST_DEVICES);

  addInTls(event: TraceEvent, shown: Shown): void {
    this.#inTls.set(event.scenario, { events: [event], words: inWords(shown) });
  }

  add(session: Session, { response, request }: Reply, shown: Shown): void {
    const challenge = shown.worth === 'none' ? request.connection : undefined;
    this.#ofDevices.set(deviceKey(session), { events: [response, request], words: inWords(shown), challenge });
  }

  has(session: Session): boolean {
    return this.#ofDevices.has(deviceKey(session));
  }

  before(session: Session): Refused | undefined {
    return this.#ofDevices.get(deviceKey(session)) ?? this.#inTls.get(session.scenario);
  }
}

function challengesOf({ response }: Reply): readonly AuthItem[] {
  return readChallenges(fieldValues(response.headers, FIELD.wwwAuthenticate));
}

/** Commands other than END, whatever status brings them. */
function bringsWork(reply: Reply): boolean {
  return commandsIn(reply).some(({ name }) => name !== 'END');
}

function refuses({ response }: Reply): boolean {
  return response.defect === undefined && response.status >= 400;
}

const WAYS = {
  basic: { requirement: 'SEC-08', word: 'HTTP Basic', declared: 'basic' },
  digest: { requirement: 'SEC-09', word: 'HTTP Digest', declared: 'digest' },
  certificate: { requirement: 'SEC-05', word: 'a certificate', declared: 'x509' },
} as const;

/**
 * SEC-05, SEC-08, SEC-09: a device can prove who it is by certificate, Basic, Digest (TS 9, D-54). It has shown that when a #1 of the device without
 * credentials was refused, and one with them was served.
 */
function provesBy(way: Way): Oracle {
  const { requirement, declared } = WAYS[way];
  return oracle({
    name: `security/proves-by-${way}`,
    on: 'server',
    requirements: [requirement],
    sees: ['event', 'reply'],
    create: ({ header }) => {
      const proofs = new Proofs(header);
      const refusals = new Refusals();
      /** Devices that sent something wrong before: a server may have locked them out. */
      const suspect = new BoundedSet<string | undefined>(MOST_DEVICES);
      const declares = header.statement.supports?.security?.includes(declared) === true;
      return (seen) => {
        const turnedAway = proofs.see(seen);
        if (seen.kind === 'event') {
          if (turnedAway?.worth === 'none') refusals.addInTls(seen.event, turnedAway);
          return NOTHING;
        }
        if (seen.session === undefined) return NOTHING;
        const shown = proofs.of(seen.request);
        if (shown.worth === 'none') {
          if (refuses(seen)) refusals.add(seen.session, seen, shown);
          return way === 'certificate' ? NOTHING : offered(way, seen, declares);
        }
        const { device } = seen.session;
        if (shown.worth !== 'right') {
          suspect.add(device);
          return NOTHING;
        }
        if (shown.by !== way) return NOTHING;
        return proven(way, seen, { shown, before: refusals.before(seen.session), suspect: suspect.has(device) });
      };
    },
  });
}

/** A challenge names the schemes that the server takes (RFC 9110 11.6.1). */
function offered(way: 'basic' | 'digest', seen: Reply, declares: boolean): readonly Observed[] {
  if (seen.response.status !== 401) return NOTHING;
  const { requirement, word, declared } = WAYS[way];
  const challenges = challengesOf(seen);
  const own = challenges.filter(({ scheme }) => scheme === way);
  if (own.length > 0) return way === 'digest' ? spoken(seen, own) : NOTHING;
  const events = [seen.response, seen.request];
  const details = {
    expected: `a challenge for ${word}`,
    actual: challenges.map(({ scheme }) => scheme).join(', ') || 'no challenge',
  };
  if (declares)
    return [
      violated(
        requirement,
        `A 401 does not offer ${word}, which the statement declares.`,
        seen.session,
        events,
        details,
      ),
    ];
  const message = `The server does not offer ${word}, and whether this deployment is to have it nobody says (\`supports.security: [${declared}]\` in the statement, D-54).`;
  return [unclear(requirement, message, seen.session, events, details)];
}

/** Digest is offered in a form that the suite speaks (D-58). */
function spoken(seen: Reply, own: readonly AuthItem[]): readonly Observed[] {
  if (own.some((item) => algorithmOf(item) !== undefined && offersAuth(item))) return NOTHING;
  const details = {
    expected: 'qop auth with MD5 or SHA-256',
    actual: own
      .map(({ params }) => `algorithm ${params.get('algorithm') ?? 'MD5'}, qop ${params.get('qop') ?? 'none'}`)
      .join('; '),
  };
  const message = 'Digest is offered in no form that the suite speaks (D-58).';
  return [unclear('SEC-09', message, seen.session, [seen.response], details)];
}

interface Proven {
  readonly shown: Shown;
  readonly before: Refused | undefined;
  readonly suspect: boolean;
}

function proven(way: Way, seen: Reply, { shown, before, suspect }: Proven): readonly Observed[] {
  const { requirement } = WAYS[way];
  const { status } = seen.response;
  const events = [seen.response, seen.request, ...(before?.events ?? [])];
  const details = { expected: '200 with a #2', actual: describeReply(seen) };
  if (isTwo(seen)) {
    if (before === undefined) return NOTHING;
    const message = `Refused ${before.words}, a package ${inWords(shown)} was served.`;
    return [held(requirement, message, seen.session, events)];
  }
  // A nonce may be good for one request alone.
  const stale = challengesOf(seen).some(({ params }) => params.get('stale')?.toLowerCase() === 'true');
  if ((status !== 401 && status !== 403) || stale || seen.response.defect !== undefined) return NOTHING;
  const message = `A package ${inWords(shown)} was refused.`;
  if (suspect) {
    return [
      unclear(
        requirement,
        `${message} The device sent wrong ones before, for which the server may have locked it out.`,
        seen.session,
        events,
        details,
      ),
    ];
  }
  return [violated(requirement, message, seen.session, events, details)];
}

/** What a package must not bring to its sender, and what proves that its device would have got it. */
interface Closed {
  readonly requirement: string;
  readonly name: string;
  /** Whether a package that shows this must be refused. */
  readonly concerns: (shown: Shown) => boolean;
  /** END alone is as much as work. */
  readonly endOpens: boolean;
}

/**
 * SEC-12, SEC-13, SEC-17: what shows nothing of worth opens nothing. Shown when it was refused and the device itself then was served; violated by
 * commands. The device must be one that the server knows, or one that it challenged before.
 */
function staysClosed(closed: Closed): Oracle {
  const { requirement, name, concerns } = closed;
  return oracle({
    name,
    on: 'server',
    requirements: [requirement],
    sees: ['event', 'reply'],
    create: ({ header }) => {
      const proofs = new Proofs(header);
      const refusals = new Refusals();
      const challenged = new BoundedSet<string>(MOST_DEVICES);
      return (seen) => {
        const turnedAway = proofs.see(seen);
        if (seen.kind === 'event') {
          if (turnedAway !== undefined && concerns(turnedAway)) refusals.addInTls(seen.event, turnedAway);
          return NOTHING;
        }
        const { session, request, response } = seen;
        if (session === undefined) return NOTHING;
        const shown = proofs.of(request);
        const key = deviceKey(session);
        const known = proofs.known(session.device) !== undefined;
        if (response.status === 401) challenged.add(key);
        if (shown.worth === 'right') return served(closed, seen, refusals.before(session));
        if (!concerns(shown) || !(known || challenged.has(key))) return NOTHING;
        const opened = opens(closed, seen, shown);
        if (opened !== undefined) return [opened];
        if (!refuses(seen)) return NOTHING;
        // What was refused for its worth is not forgotten over the challenge of a new connection.
        if (shown.worth !== 'none' || !refusals.has(session)) refusals.add(session, seen, shown);
        // Of a device that nobody told the suite of, this is all that can be seen.
        if (known || response.status !== 401) return NOTHING;
        const message = `A package ${inWords(shown)} was answered 401, without a command.`;
        return [held(requirement, message, session, [response, request])];
      };
    },
  });
}

function opens({ requirement, endOpens }: Closed, seen: Reply, shown: Shown): Observed | undefined {
  const events = [seen.response, seen.request];
  const details = { expected: 'a refusal', actual: describeReply(seen) };
  if (bringsWork(seen) || (endOpens && isTwo(seen)))
    return violated(requirement, `A package ${inWords(shown)} brought commands.`, seen.session, events, details);
  if (!isTwo(seen)) return undefined;
  const open = { ...details, decision: 'D-56' };
  return violated(requirement, `A package ${inWords(shown)} was answered by END.`, seen.session, events, open);
}

/** The device itself is served, so what was refused before was refused for want of a proof. */
function served({ requirement, endOpens }: Closed, seen: Reply, before: Refused | undefined): readonly Observed[] {
  // A challenge that is answered at once is how HTTP asks for credentials, and no attempt to do without.
  if (before === undefined || before.challenge === seen.request.connection) return NOTHING;
  if (!isTwo(seen) || !(endOpens || bringsWork(seen))) return NOTHING;
  const events = [...before.events, seen.response, seen.request];
  const message = `A package ${before.words} was refused, and the device itself then was served.`;
  return [held(requirement, message, seen.session, events)];
}

export const SECURITY_SERVER: readonly Oracle[] = [
  provesBy('basic'),
  provesBy('digest'),
  provesBy('certificate'),
  staysClosed({
    requirement: 'SEC-12',
    name: 'security/no-command-without-proof',
    concerns: ({ worth }) => worth === 'none' || worth === 'wrong' || worth === 'malformed',
    endOpens: false,
  }),
  staysClosed({
    requirement: 'SEC-13',
    name: 'security/opens-no-other-session',
    concerns: ({ worth }) => worth === 'other-device',
    endOpens: false,
  }),
  staysClosed({
    requirement: 'SEC-17',
    name: 'security/nonces-open-once',
    concerns: ({ worth }) => worth === 'stale' || worth === 'replayed',
    endOpens: true,
  }),
];
