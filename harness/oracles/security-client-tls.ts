import type { Observed } from '../model/finding.js';
import { CERTIFICATE_SUITES, PSK_SUITES, type Suite, TLS13_SUITE } from '../protocol/tls-suites.js';
import { isInOrder, lowest, type Step, type TlsConnection, TlsConnections } from '../session/tls-connections.js';
import type { HttpResponseEvent, TlsMeans, TraceEvent } from '../trace/event.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { held, unclear, violated } from './say.js';

const FLAWS: Readonly<Record<string, string>> = {
  'unknown-ca': 'signed by an unknown authority',
  'self-signed': 'signed by itself',
  expired: 'expired',
  'not-yet-valid': 'not valid yet',
  'wrong-host': 'for another host',
};
/** Why a handshake came to nothing before anybody could look at a certificate. */
const NOTHING_IN_COMMON = /no shared cipher|unsupported protocol|no suitable|version too low/i;

/**
 * SEC-03 and SEC-04: nothing is sent to a server of an old version, or with a bad certificate (TS 9, D-09, D-59). That a client refuses one counts only where
 * it ran a session with a good server before.
 */
export const refusesBadServers = oracle({
  name: 'security/refuses-bad-servers',
  on: 'client',
  requirements: ['SEC-03', 'SEC-04'],
  sees: ['event', 'two'],
  create: ({ header }) => {
    const connections = new TlsConnections();
    /** The END of a session with a server in good order. */
    let good: HttpResponseEvent | undefined;
    return (seen) => {
      if (seen.kind === 'two') {
        const { run } = seen;
        if (run.hasEnd && isInOrder(connections.of(run.response.connection)?.server)) good ??= run.response;
        return NOTHING;
      }
      const step = connections.see(seen.event);
      if (step === undefined) return NOTHING;
      const { connection } = step;
      const fault = faultOf(connection);
      if (fault === undefined) return NOTHING;
      if (step.step === 'sent') return spoken(fault, connection, header.profile);
      // Somebody came and said nothing, or has spoken before.
      if (step.step !== 'over' || connection.sent !== undefined || connection.hello === undefined) return NOTHING;
      return refused(fault, connection, seen.event, good);
    };
  },
});

/** What is wrong with a server, in words that follow it. */
interface ServerFault {
  readonly row: 'SEC-03' | 'SEC-04';
  readonly words: string;
}

function faultOf({ server }: TlsConnection): ServerFault | undefined {
  if (server === undefined) return undefined;
  if (server.flaw !== 'none') return { row: 'SEC-04', words: `whose certificate is ${FLAWS[server.flaw] ?? 'bad'}` };
  const version = lowest(server);
  return version === undefined ? undefined : { row: 'SEC-03', words: `that agrees to ${version} alone` };
}

function spoken({ row, words }: ServerFault, { told, tls, sent }: TlsConnection, profile: string): readonly Observed[] {
  const { scenario } = told;
  const events = [sent, told];
  const details = {
    expected: 'nothing is sent',
    actual: sent?.kind === 'http-request' ? `${sent.method} ${sent.target}` : 'bytes that are no HTTP',
  };
  const message = `The client went on with a server ${words}.`;
  if (row === 'SEC-04') return [violated(row, message, scenario, events, details)];
  if (tls?.version !== 'TLSv1.1') return [violated(row, message, scenario, events, { ...details, decision: 'D-09' })];
  // The floor of TS is no floor of ours (D-09).
  if (profile === 'ts-2016')
    return [held(row, `${message} The profile ${profile} allows it.`, scenario, events, { decision: 'D-09' })];
  return [violated(row, message, scenario, events, { ...details, decision: 'D-09', atMost: 'warn' })];
}

function refused(
  { row, words }: ServerFault,
  { told, tls, reason = '' }: TlsConnection,
  end: TraceEvent,
  good: HttpResponseEvent | undefined,
): readonly Observed[] {
  const { scenario } = told;
  const events = [told, end, good];
  if (good === undefined) {
    const message = `The client refused a server ${words}, and before that it ran no session with a good one over TLS.`;
    return [unclear(row, message, scenario, events)];
  }
  if (row === 'SEC-04' && NOTHING_IN_COMMON.test(reason))
    return [unclear(row, `The server ${words} and the client have no cipher suite in common.`, scenario, events)];
  const message = `${tls === undefined ? 'The handshake was broken off' : 'The connection was closed without a byte in it'} by the client at a server ${words}.`;
  return [held(row, message, scenario, events)];
}

/** SEC-16: a client offers at least one of the suites of TS, of the kind that it uses (TS 9, D-62). */
export const offersSuites = oracle({
  name: 'security/offers-suites',
  on: 'client',
  requirements: ['SEC-16'],
  sees: ['event'],
  create: () => {
    const connections = new TlsConnections();
    return (seen) => {
      const step = connections.see(seen.event);
      if (step?.step !== 'told' || step.connection.told.to !== 'server') return NOTHING;
      return offer(step.connection);
    };
  },
});

function offer({ hello, tls, told }: TlsConnection): readonly Observed[] {
  if (hello === undefined) return NOTHING;
  const among = (suites: readonly Suite[]): string | undefined =>
    suites.find(({ name }) => hello.suites.includes(name))?.name;
  const byKey = among(PSK_SUITES);
  const modern = hello.versions.includes('TLSv1.3') ? among([TLS13_SUITE]) : undefined;
  const found = tls?.client === 'psk:right' ? byKey : (among(CERTIFICATE_SUITES) ?? modern);
  if (found !== undefined)
    return tls === undefined ? NOTHING : [held('SEC-16', `The client offers ${found}.`, told.scenario, [told])];
  // Towards a server of which it has no key, a client that uses keys alone has nothing to offer.
  if (byKey !== undefined) return NOTHING;
  const details = {
    expected: 'one of the suites of TS',
    actual: `${hello.suites.length} others: ${hello.suites.slice(0, 6).join(', ')}`,
  };
  return [violated('SEC-16', 'The client offers none of the cipher suites of TS.', told.scenario, [told], details)];
}

/** SEC-07: a client can prove who it is by a certificate or by a pre-shared key, in a session that runs to END (TS 9, D-60). */
export const provesItself = oracle({
  name: 'security/proves-itself',
  on: 'client',
  requirements: ['SEC-07'],
  sees: ['event', 'two'],
  create: ({ header }) => {
    const connections = new TlsConnections();
    const { account, supports } = header.statement;
    /** Means that the client was given in the scenario under way, and what told of those that it did not show. */
    let given = new Set<TlsMeans>(account?.tls);
    let failed = new Map<TlsMeans, TraceEvent>();
    const needed = neededOf(supports?.security);
    return (seen) => {
      if (seen.kind === 'two') {
        const { session, response, hasEnd } = seen.run;
        const proof = connections.of(response.connection);
        const words = proof && shown(proof);
        if (!hasEnd || words === undefined) return NOTHING;
        return [held('SEC-07', `A session ran in which the client showed ${words}.`, session, [proof?.told, response])];
      }
      const { event } = seen;
      if (event.kind === 'action' && event.action.name === 'scenario-begin') {
        given = new Set(account?.tls);
        failed = new Map();
      }
      if (event.kind === 'action' && event.action.name === 'bootstrap' && event.action.accepted)
        for (const means of event.action.tls ?? []) given.add(means);
      const step = connections.see(event);
      if (step === undefined) return NOTHING;
      const means = failing(step);
      if (means === undefined || !given.has(means)) return NOTHING;
      failed.set(means, step.connection.told);
      return missed(failed, needed, step.connection);
    };
  },
});

/** The means of which one has to do: those that the statement declares, or else both. */
function neededOf(security: readonly string[] | undefined): readonly TlsMeans[] {
  const declared: TlsMeans[] = [
    ...(security?.includes('x509') === true ? ['certificate' as const] : []),
    ...(security?.includes('psk') === true ? ['psk' as const] : []),
  ];
  return declared.length === 0 ? ['certificate', 'psk'] : declared;
}

const SHOWN: Readonly<Record<string, readonly [means: TlsMeans, words: string] | undefined>> = {
  'psk:right': ['psk', 'the pre-shared key that it was given'],
  'certificate:right': ['certificate', 'the certificate that it was given'],
  'certificate:other': ['certificate', 'a certificate of its own'],
};

/** What the client showed, in words, where it was asked for that. */
function shown({ server, tls }: TlsConnection): string | undefined {
  const [means, words] = SHOWN[String(tls?.client)] ?? [];
  return server?.asks === means ? words : undefined;
}

/** Asked for a certificate, the client went on without one; asked for a key, it came to no connection. */
function failing({ step, connection }: Step): TlsMeans | undefined {
  const { server, tls, hello } = connection;
  if (server?.asks === 'certificate' && step === 'sent' && tls?.client === 'none') return 'certificate';
  return server?.asks === 'psk' && step === 'over' && tls === undefined && hello !== undefined ? 'psk' : undefined;
}

function missed(
  failed: ReadonlyMap<TlsMeans, TraceEvent>,
  needed: readonly TlsMeans[],
  { told, reason }: TlsConnection,
): readonly Observed[] {
  const events = [...failed.values()];
  const message = `Asked for it, the client did not show ${[...failed.keys()]
    .map((means) => (means === 'psk' ? 'its pre-shared key' : 'its certificate'))
    .join(' or ')}.`;
  if (needed.some((means) => !failed.has(means))) return [unclear('SEC-07', message, told.scenario, events)];
  const details = { expected: 'a certificate or a pre-shared key', actual: reason ?? 'neither' };
  return [violated('SEC-07', message, told.scenario, events, details)];
}

export const SECURITY_CLIENT_TLS: readonly Oracle[] = [refusesBadServers, provesItself, offersSuites];
