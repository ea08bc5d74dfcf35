import type { Observed } from '../model/finding.js';
import { CERTIFICATE_SUITES, PSK_SUITES, type Suite } from '../protocol/tls-suites.js';
import type { Observation } from '../session/observation.js';
import type { Action, ActionEvent } from '../trace/event.js';
import { isTwo } from './common-server.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { held, unclear, violated } from './say.js';
import { Proofs } from './security-proofs.js';

type ProbeAction = Extract<Action, { name: 'tls-probe' }>;

/** One handshake that was tried. */
interface Tried {
  readonly event: ActionEvent;
  readonly probe: ProbeAction;
}

const MODERN = ['TLSv1.2', 'TLSv1.3'];
/** Scenarios whose handshakes are remembered. */
const MOST_SCENARIOS = 32;

/** The handshakes of each scenario, by what was offered. */
class Tries {
  readonly #of = new Map<string, Map<string, Tried>>();

  /** Notes the handshake that the observation is, if it is one; returns all of its scenario. */
  add(observation: Observation): ReadonlyMap<string, Tried> | undefined {
    if (observation.kind !== 'event' || observation.event.kind !== 'action') return undefined;
    const { event } = observation;
    if (event.action.name !== 'tls-probe') return undefined;
    const scenario = event.scenario ?? '';
    if (this.#of.size >= MOST_SCENARIOS && !this.#of.has(scenario)) this.#of.clear();
    const tries = this.#of.get(scenario) ?? new Map<string, Tried>();
    this.#of.set(scenario, tries.set(keyOf(event.action), { event, probe: event.action }));
    return tries;
  }
}

/** The one suite that was offered, or the version with whatever suite there is. */
function keyOf({ versions, suites }: ProbeAction): string {
  return suites.length === 1 ? (suites[0] ?? '') : versions.join(' ');
}

function agreed({ probe }: Tried): boolean {
  return probe.outcome === 'agreed' || probe.outcome === 'answered';
}

function isGeneral({ versions, suites }: ProbeAction): boolean {
  return suites.length > 1 && versions.length === 1;
}

function outcomeOf({ probe }: Tried): string {
  return `${keyOf(probe)} ${probe.outcome}${probe.detail === undefined ? '' : ` (${probe.detail})`}`;
}

/** SEC-01: the DM endpoint is served over TLS (TS 9). */
export const servesOverTls = oracle({
  name: 'security/serves-over-tls',
  on: 'server',
  requirements: ['SEC-01'],
  sees: ['event', 'reply'],
  create: ({ header }) => {
    const proofs = new Proofs(header);
    const tries = new Tries();
    return (seen) => {
      proofs.see(seen);
      if (seen.kind === 'reply') {
        const version = proofs.tlsOf(seen.request.connection);
        const { status, defect } = seen.response;
        if (version === undefined || defect !== undefined || !(isTwo(seen) || status === 401)) return NOTHING;
        const message = `A package was answered ${status} over ${version}.`;
        return [held('SEC-01', message, seen.session ?? seen.request.scenario, [seen.response, seen.request])];
      }
      const all = tries.add(seen);
      return all === undefined ? NOTHING : noTls([...all.values()].filter(({ probe }) => isGeneral(probe)));
    };
  },
});

/** Every version was offered, each with whatever suite there is, and each was refused. */
function noTls(general: readonly Tried[]): readonly Observed[] {
  const last = general.at(-1);
  const offered = new Set(general.flatMap(({ probe }) => probe.versions));
  if (last === undefined || ![...MODERN, 'TLSv1', 'TLSv1.1'].every((version) => offered.has(version))) return NOTHING;
  if (general.some(agreed)) return NOTHING;
  const events = general.map(({ event }) => event).reverse();
  const details = { expected: 'a handshake', actual: general.map(outcomeOf).join(', ') };
  if (general.every(({ probe }) => probe.outcome === 'refused'))
    return [violated('SEC-01', 'No version of TLS is agreed to.', last.event.scenario, events, details)];
  return [unclear('SEC-01', 'No handshake came to its end.', last.event.scenario, events, details)];
}

/** SEC-02: no version of TLS below the floor is agreed to (TS 9, D-09). */
export const keepsTheFloor = oracle({
  name: 'security/keeps-the-floor',
  on: 'server',
  requirements: ['SEC-02'],
  sees: ['event'],
  create: ({ header }) => {
    const tries = new Tries();
    const forbidden = header.profile === 'ts-2016' ? ['SSLv3', 'TLSv1'] : ['SSLv3', 'TLSv1', 'TLSv1.1'];
    return (seen) => {
      const all = tries.add(seen);
      const event = seen.event.kind === 'action' ? seen.event : undefined;
      if (all === undefined || event?.action.name !== 'tls-probe' || !isGeneral(event.action)) return NOTHING;
      const probe = event.action;
      const { version = '' } = probe;
      if (agreed({ event, probe }) && forbidden.includes(version)) {
        const ours = version === 'TLSv1.1' ? ({ atMost: 'warn', decision: 'D-09' } as const) : {};
        const details = { expected: 'a refusal', actual: `${version} with ${probe.suite ?? 'some suite'}`, ...ours };
        return [violated('SEC-02', `The server agreed to ${version}.`, event.scenario, [event], details)];
      }
      const general = [...all.values()].filter((one) => isGeneral(one.probe));
      return refusals(general, forbidden, event);
    };
  },
});

function refusals(general: readonly Tried[], forbidden: readonly string[], last: ActionEvent): readonly Observed[] {
  const below = general.filter(({ probe }) => probe.versions.some((version) => forbidden.includes(version)));
  const above = general.find((one) => agreed(one) && !forbidden.includes(one.probe.version ?? ''));
  if (below.length < forbidden.length || above === undefined || below.some(agreed)) return NOTHING;
  const events = [...below, above].map(({ event }) => event);
  const other = below.filter(({ probe }) => probe.outcome !== 'refused');
  if (other.length > 0) {
    const message = `Not every version below the floor was refused: ${other.map(outcomeOf).join(', ')}.`;
    return [unclear('SEC-02', message, last.scenario, events)];
  }
  const message = `${forbidden.join(', ')} were refused, and ${above.probe.version ?? 'a later one'} agreed to.`;
  return [held('SEC-02', message, last.scenario, events)];
}

/** SEC-15 and SEC-06: every suite of TS for certificates, or for pre-shared keys, is agreed to (TS 9, D-55). */
function everySuite(name: string, requirement: string, suites: readonly Suite[]): Oracle {
  return oracle({
    name,
    on: 'server',
    requirements: [requirement],
    sees: ['event'],
    create: () => {
      const tries = new Tries();
      return (seen) => {
        const all = tries.add(seen);
        const last = seen.event.kind === 'action' ? seen.event : undefined;
        if (all === undefined || last?.action.name !== 'tls-probe') return NOTHING;
        const own = suites.flatMap((suite) => all.get(suite.name) ?? []);
        const isOwn = suites.some((suite) => last.action.name === 'tls-probe' && keyOf(last.action) === suite.name);
        if (!isOwn || own.length < suites.length) return NOTHING;
        return [judgeSuites(requirement, own, all.get('TLSv1.2'))];
      };
    },
  });
}

function judgeSuites(requirement: string, own: readonly Tried[], general: Tried | undefined): Observed {
  const scenario = own[0]?.event.scenario;
  const refused = own.filter(({ probe }) => probe.outcome === 'refused');
  const events = [...refused, ...own.filter((one) => !refused.includes(one)), general].map((one) => one?.event);
  const say = (outcome: typeof held, message: string): Observed => outcome(requirement, message, scenario, events);
  const some = own.some(agreed) || (general !== undefined && agreed(general));
  if (!some && general?.probe.outcome === 'refused')
    return say(unclear, 'The server refuses TLS 1.2, of which the cipher suites of TS are (D-55).');
  if (refused.length > 0 && some) {
    const names = refused.map(({ probe }) => keyOf(probe));
    const details = { expected: `each of the ${own.length} suites`, actual: `refused: ${names.join(', ')}` };
    return violated(
      requirement,
      `The server refuses ${names.length} suite(s) of TS.${hint(names, own)}`,
      scenario,
      events,
      details,
    );
  }
  const others = own.filter((one) => !agreed(one) || one.probe.suite !== keyOf(one.probe));
  if (others.length > 0) return say(unclear, `Not every suite could be tried: ${others.map(outcomeOf).join(', ')}.`);
  if (own.every(({ probe }) => probe.means === 'psk' && probe.outcome === 'answered'))
    return say(
      unclear,
      'The suites were chosen, and no handshake with the pre-shared key of the statement came to its end.',
    );
  return say(held, `Each of the ${own.length} suites was agreed to.`);
}

/** What is probably behind it. */
function hint(names: readonly string[], own: readonly Tried[]): string {
  const all = own.map(({ probe }) => keyOf(probe));
  const every = (part: RegExp): boolean =>
    names.every((name) => part.test(name)) && all.filter((name) => part.test(name)).length === names.length;
  if (every(/_RSA_/)) return ' They need a certificate with an RSA key, which it may not have.';
  return every(/_ECDSA_/) ? ' They need a certificate with an ECDSA key, which it may not have.' : '';
}

export const certificateSuites = everySuite('security/certificate-suites', 'SEC-15', CERTIFICATE_SUITES);
export const keySuites = everySuite('security/key-suites', 'SEC-06', PSK_SUITES);

export const SECURITY_TLS_SERVER: readonly Oracle[] = [servesOverTls, keepsTheFloor, certificateSuites, keySuites];
