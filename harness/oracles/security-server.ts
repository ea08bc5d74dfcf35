import type { Observed } from '../model/finding.js';
import { FIELD, fieldValues } from '../protocol/headers.js';
import { type AuthItem, algorithmOf, offersAuth, readChallenges } from '../protocol/http-auth.js';
import type { TraceEvent } from '../trace/event.js';
import { describeReply, isTwo, type Reply } from './common-server.js';
import { NOTHING, type Oracle, type OracleContext } from './oracle.js';
import { held, unclear, violated } from './say.js';
import { deviceKey, inWords, Proofs, type Shown } from './security-proofs.js';

/** Devices of scenarios about which something is remembered. */
const MOST_DEVICES = 256;

/** A refusal of a #1 that showed nothing, or nothing of worth: without it a later success proves nothing. */
interface Refused {
  readonly events: readonly TraceEvent[];
  readonly words: string;
  /** A challenge to a package that showed nothing, and the connection on which it came. */
  readonly challenge?: string;
}

type Way = 'basic' | 'digest' | 'certificate';

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  if (map.size >= MOST_DEVICES) map.clear();
  map.set(key, value);
}

/** The server may refuse a client in TLS, before it has said which device it is. */
function noteTurnedAway(
  proofs: Proofs,
  refused: Map<string, Refused>,
  event: TraceEvent,
  concerns: (shown: Shown) => boolean,
): void {
  const shown = proofs.turnedAway(event);
  if (shown === undefined || !concerns(shown)) return;
  remember(refused, scenarioKey(event.scenario), { events: [event], words: inWords(shown) });
}

function challengesOf({ response }: Reply): readonly AuthItem[] {
  return response.status === 401 ? readChallenges(fieldValues(response.headers, FIELD.wwwAuthenticate)) : [];
}

/** Commands other than END, whatever status brings them. */
function bringsWork({ reading }: Reply): boolean {
  return (reading?.view?.commands ?? []).some(({ name }) => name !== 'END');
}

function refuses({ response }: Reply): boolean {
  return response.defect === undefined && response.status >= 400;
}

const WAYS: Readonly<Record<Way, { readonly requirement: string; readonly word: string; readonly declared: string }>> =
  {
    basic: { requirement: 'SEC-08', word: 'HTTP Basic', declared: 'basic' },
    digest: { requirement: 'SEC-09', word: 'HTTP Digest', declared: 'digest' },
    certificate: { requirement: 'SEC-05', word: 'a certificate', declared: 'x509' },
  };

/**
 * SEC-05, SEC-08, SEC-09: a device can prove who it is by certificate, Basic, Digest (TS 9, D-54). It has shown that when a #1 of the device without
 * credentials was refused, and one with them was served.
 */
function provesBy(way: Way): Oracle {
  const { requirement } = WAYS[way];
  return {
    name: `security/proves-by-${way}`,
    on: 'server',
    requirements: [requirement],
    sees: ['event', 'reply'],
    create: ({ header }) => {
      const proofs = new Proofs(header);
      const refused = new Map<string, Refused>();
      /** Devices that sent something wrong before: a server may have locked them out. */
      const suspect = new Set<string>();
      const declares = header.statement.supports?.security?.some((one) => one === WAYS[way].declared);
      return (seen) => {
        proofs.see(seen);
        if (seen.kind === 'event') noteTurnedAway(proofs, refused, seen.event, ({ worth }) => worth === 'none');
        if (seen.kind !== 'reply' || seen.session === undefined) return NOTHING;
        const shown = proofs.of(seen.request);
        const key = deviceKey(seen.session);
        if (shown.worth === 'none') {
          if (refuses(seen)) remember(refused, key, { events: [seen.response, seen.request], words: inWords(shown) });
          return way === 'certificate' ? NOTHING : offered(way, seen, declares);
        }
        if (shown.worth !== 'right') {
          if (suspect.size > MOST_DEVICES) suspect.clear();
          suspect.add(seen.session.device ?? '');
          return NOTHING;
        }
        if (shown.by !== way) return NOTHING;
        const before = refused.get(key) ?? refused.get(scenarioKey(seen.session.scenario));
        return proven(way, seen, { shown, before, suspect: suspect.has(seen.session.device ?? '') });
      };
    },
  };
}

/** A challenge names the schemes that the server takes (RFC 9110 11.6.1). */
function offered(way: 'basic' | 'digest', seen: Reply, declares: boolean | undefined): readonly Observed[] {
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
  if (declares === true)
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
  const forms = own.map(
    ({ params }) => `algorithm ${params.get('algorithm') ?? 'MD5'}, qop ${params.get('qop') ?? 'none'}`,
  );
  return [
    unclear('SEC-09', 'Digest is offered in no form that the suite speaks (D-58).', seen.session, [seen.response], {
      expected: 'qop auth with MD5 or SHA-256',
      actual: forms.join('; '),
    }),
  ];
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
  readonly endOpens?: true;
}

/**
 * SEC-12, SEC-13, SEC-17: what shows nothing of worth opens nothing. Shown when it was refused and the device itself then was served; violated by
 * commands. The device must be one that the server knows, or one that it challenged before.
 */
function staysClosed({ requirement, name, concerns, endOpens }: Closed): Oracle {
  return {
    name,
    on: 'server',
    requirements: [requirement],
    sees: ['event', 'reply'],
    create: (context: OracleContext) => {
      const proofs = new Proofs(context.header);
      const refused = new Map<string, Refused>();
      const challenged = new Set<string>();
      return (seen) => {
        proofs.see(seen);
        if (seen.kind === 'event') {
          noteTurnedAway(proofs, refused, seen.event, concerns);
          return NOTHING;
        }
        if (seen.kind !== 'reply' || seen.session === undefined) return NOTHING;
        const shown = proofs.of(seen.request);
        const key = deviceKey(seen.session);
        const known = proofs.known(seen.session.device) !== undefined;
        if (seen.response.status === 401 && challenged.size < MOST_DEVICES) challenged.add(key);
        const before = refused.get(key) ?? refused.get(scenarioKey(seen.session.scenario));
        if (shown.worth === 'right') return served(requirement, seen, before, endOpens === true);
        if (!concerns(shown) || !(known || challenged.has(key))) return NOTHING;
        const opened = opens({ requirement, seen, shown, endOpens: endOpens === true });
        if (opened !== undefined) return [opened];
        if (!refuses(seen)) return NOTHING;
        const challenge = shown.worth === 'none' ? { challenge: seen.request.connection } : {};
        const refusal = { events: [seen.response, seen.request], words: inWords(shown), ...challenge };
        if (shown.worth !== 'none' || !refused.has(key)) remember(refused, key, refusal);
        // Of a device that nobody told the suite of, this is all that can be seen.
        if (known || seen.response.status !== 401) return NOTHING;
        const message = `A package ${inWords(shown)} was answered 401, without a command.`;
        return [held(requirement, message, seen.session, [seen.response, seen.request])];
      };
    },
  };
}

interface Opening {
  readonly requirement: string;
  readonly seen: Reply;
  readonly shown: Shown;
  readonly endOpens: boolean;
}

function opens({ requirement, seen, shown, endOpens }: Opening): Observed | undefined {
  const events = [seen.response, seen.request];
  const details = { expected: 'a refusal', actual: describeReply(seen) };
  if (bringsWork(seen) || (endOpens && isTwo(seen)))
    return violated(requirement, `A package ${inWords(shown)} brought commands.`, seen.session, events, details);
  if (!isTwo(seen)) return undefined;
  const open = { ...details, decision: 'D-56' };
  return violated(requirement, `A package ${inWords(shown)} was answered by END.`, seen.session, events, open);
}

/** The device itself is served, so what was refused before was refused for want of a proof. */
function served(requirement: string, seen: Reply, before: Refused | undefined, endOpens: boolean): readonly Observed[] {
  // A challenge that is answered at once is how HTTP asks for credentials, and no attempt to do without.
  if (before === undefined || before.challenge === seen.request.connection) return NOTHING;
  if (!(endOpens ? isTwo(seen) : isTwo(seen) && bringsWork(seen))) return NOTHING;
  const events = [...before.events, seen.response, seen.request];
  const message = `A package ${before.words} was refused, and the device itself then was served.`;
  return [held(requirement, message, seen.session, events)];
}

/** Of a connection that brought no package only the scenario is known. */
function scenarioKey(scenario: string | undefined): string {
  return `${scenario ?? ''} any`;
}

export const SECURITY_SERVER: readonly Oracle[] = [
  provesBy('basic'),
  provesBy('digest'),
  provesBy('certificate'),
  staysClosed({
    requirement: 'SEC-12',
    name: 'security/no-command-without-proof',
    concerns: ({ worth }) => worth === 'none' || worth === 'wrong' || worth === 'malformed',
  }),
  staysClosed({
    requirement: 'SEC-13',
    name: 'security/opens-no-other-session',
    concerns: ({ worth }) => worth === 'other-device',
  }),
  staysClosed({
    requirement: 'SEC-17',
    name: 'security/nonces-open-once',
    concerns: ({ worth }) => worth === 'stale' || worth === 'replayed',
    endOpens: true,
  }),
];
