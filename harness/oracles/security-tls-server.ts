import type { Observed } from '../model/finding.js';
import { CERTIFICATE_SUITES, PSK_SUITES, type Suite } from '../protocol/tls-suites.js';
import { BoundedMap } from '../session/bounded.js';
import type { Action, ActionEvent, TraceEvent } from '../trace/event.js';
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

const VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
/** Scenarios whose handshakes are remembered. */
const MOST_SCENARIOS = 32;

/** The handshakes of each scenario, by what was offered. */
class Tries {
  readonly #of = new BoundedMap<string | undefined, Map<string, Tried>>(MOST_SCENARIOS);

  /** Notes the handshake that the event is, if it is one; returns it, and all of its scenario. */
  add(event: TraceEvent): { readonly last: Tried; readonly all: ReadonlyMap<string, Tried> } | undefined {
    if (event.kind !== 'action' || event.action.name !== 'tls-probe') return undefined;
    const last = { event, probe: event.action };
    const all = this.#of.get(event.scenario) ?? new Map<string, Tried>();
    this.#of.set(event.scenario, all.set(keyOf(last), last));
    return { last, all };
  }
}

/** The one suite that was offered, or the version with whatever suite there is. */
function keyOf({ probe: { versions, suites } }: Tried): string {
  return String(suites.length === 1 ? suites : versions);
}

function agreed({ probe }: Tried): boolean {
  return probe.outcome === 'agreed' || probe.outcome === 'answered';
}

function isGeneral({ probe: { versions, suites } }: Tried): boolean {
  return suites.length > 1 && versions.length === 1;
}

function outcomeOf(tried: Tried): string {
  const { outcome, detail } = tried.probe;
  return `${keyOf(tried)} ${outcome}${detail === undefined ? '' : ` (${detail})`}`;
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
        const handshake = proofs.tlsOf(seen.request.connection);
        const { status, defect } = seen.response;
        if (handshake === undefined || defect !== undefined || !(isTwo(seen) || status === 401)) return NOTHING;
        const message = `A package was answered ${status} over ${handshake.tls?.version ?? 'TLS'}.`;
        return [held('SEC-01', message, seen.session ?? seen.request.scenario, [seen.response, seen.request])];
      }
      const tried = tries.add(seen.event);
      return tried === undefined ? NOTHING : noTls([...tried.all.values()].filter(isGeneral));
    };
  },
});

/** Every version was offered, each with whatever suite there is, and each was refused. */
function noTls(general: readonly Tried[]): readonly Observed[] {
  const offered = new Set(general.flatMap(({ probe }) => probe.versions));
  if (!VERSIONS.every((version) => offered.has(version)) || general.some(agreed)) return NOTHING;
  const events = general.map(({ event }) => event).reverse();
  const scenario = events[0]?.scenario;
  const details = { expected: 'a handshake', actual: general.map(outcomeOf).join(', ') };
  if (general.every(isRefused))
    return [violated('SEC-01', 'No version of TLS is agreed to.', scenario, events, details)];
  return [unclear('SEC-01', 'No handshake came to its end.', scenario, events, details)];
}

/** SEC-02: no version of TLS below the floor is agreed to (TS 9, D-09). */
export const keepsTheFloor = oracle({
  name: 'security/keeps-the-floor',
  on: 'server',
  requirements: ['SEC-02'],
  sees: ['event'],
  create: ({ header }) => {
    const tries = new Tries();
    const forbidden = new Set<string | undefined>(['SSLv3', 'TLSv1']);
    if (header.profile !== 'ts-2016') forbidden.add('TLSv1.1');
    return (seen) => {
      const tried = tries.add(seen.event);
      if (tried === undefined || !isGeneral(tried.last)) return NOTHING;
      const { event, probe } = tried.last;
      const { version } = probe;
      if (agreed(tried.last) && forbidden.has(version)) {
        const ours = version === 'TLSv1.1' ? ({ atMost: 'warn', decision: 'D-09' } as const) : {};
        const details = { expected: 'a refusal', actual: `${version} with ${probe.suite ?? 'some suite'}`, ...ours };
        return [violated('SEC-02', `The server agreed to ${version}.`, event.scenario, [event], details)];
      }
      return refusals([...tried.all.values()].filter(isGeneral), forbidden, event.scenario);
    };
  },
});

function refusals(
  general: readonly Tried[],
  forbidden: ReadonlySet<string | undefined>,
  scenario: string | undefined,
): readonly Observed[] {
  const below = general.filter(({ probe }) => forbidden.has(probe.versions[0]));
  const above = general.find((one) => agreed(one) && !forbidden.has(one.probe.version));
  if (below.length < forbidden.size || above === undefined || below.some(agreed)) return NOTHING;
  const events = [...below, above].map(({ event }) => event);
  const other = below.filter(({ probe }) => probe.outcome !== 'refused');
  if (other.length > 0) {
    const message = `Not every version below the floor was refused: ${other.map(outcomeOf).join(', ')}.`;
    return [unclear('SEC-02', message, scenario, events)];
  }
  const message = `${[...forbidden].join(', ')} were refused, and ${above.probe.version ?? 'a later one'} agreed to.`;
  return [held('SEC-02', message, scenario, events)];
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
        const tried = tries.add(seen.event);
        if (tried === undefined || !suites.some(({ name: suite }) => suite === keyOf(tried.last))) return NOTHING;
        const own = suites.flatMap((suite) => tried.all.get(suite.name) ?? []);
        if (own.length < suites.length) return NOTHING;
        return [judgeSuites(requirement, own, tried.all.get('TLSv1.2'), tried.last.event.scenario)];
      };
    },
  });
}

function judgeSuites(
  requirement: string,
  own: readonly Tried[],
  general: Tried | undefined,
  scenario: string | undefined,
): Observed {
  const [refused, rest] = [own.filter(isRefused), own.filter((one) => !isRefused(one))];
  const events = [...refused, ...rest, general].map((one) => one?.event);
  const say = (outcome: typeof held, message: string): Observed => outcome(requirement, message, scenario, events);
  const some = [...own, ...(general === undefined ? [] : [general])].some(agreed);
  if (refused.length > 0 && some) {
    const names = refused.map(keyOf);
    const details = { expected: `each of the ${own.length} suites`, actual: `refused: ${names.join(', ')}` };
    const message = `The server refuses ${names.length} suite(s) of TS.${hint(names, own.map(keyOf))}`;
    return violated(requirement, message, scenario, events, details);
  }
  const others = own.filter((one) => !agreed(one) || one.probe.suite !== keyOf(one));
  if (others.length > 0) {
    const message =
      !some && general !== undefined && isRefused(general)
        ? 'The server refuses TLS 1.2, of which the cipher suites of TS are (D-55).'
        : `Not every suite could be tried: ${others.map(outcomeOf).join(', ')}.`;
    return say(unclear, message);
  }
  if (own.every(({ probe }) => probe.means === 'psk' && probe.outcome === 'answered')) {
    const message =
      'The suites were chosen, and no handshake with the pre-shared key of the statement came to its end.';
    return say(unclear, message);
  }
  const message = `Each of the ${own.length} suites was agreed to.`;
  return say(held, message);
}

function isRefused({ probe }: Tried): boolean {
  return probe.outcome === 'refused';
}

/** What is probably behind it, when the suites that are refused are all those of one kind of key. */
function hint(refused: readonly string[], all: readonly string[]): string {
  const kind = ['RSA', 'ECDSA'].find(
    (key) => String(all.filter((name) => name.includes(`_${key}_`))) === String(refused),
  );
  return kind === undefined ? '' : ` They need a certificate with an ${kind} key, which it may not have.`;
}

export const certificateSuites = everySuite('security/certificate-suites', 'SEC-15', CERTIFICATE_SUITES);
export const keySuites = everySuite('security/key-suites', 'SEC-06', PSK_SUITES);

export const SECURITY_TLS_SERVER: readonly Oracle[] = [servesOverTls, keepsTheFloor, certificateSuites, keySuites];
