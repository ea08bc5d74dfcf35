import type { DeviantCatalogue } from '../deviants/catalogue.js';
import { DEVIANTS, type Deviant, VARIANTS } from '../deviants/index.js';
import type { PeerKind } from '../model/proof.js';
import type { Role } from '../model/verdict.js';
import type { ClientHooks, ServerHooks } from '../reference/hooks.js';
import { randomFrom } from '../run/seed.js';
import type { TargetChoice } from '../run/theatre.js';
import { combineHooks, fitTogether } from './combine.js';

/** A peer to be played, as a worker process is told of it: hooks cannot be sent, so it finds them by name. */
export interface Peer {
  readonly role: Role;
  readonly name: string;
  readonly kind: PeerKind;
  readonly breaks: readonly string[];
  /** Rows whose scenarios bring a deviant's fault about, besides those of what it breaks. */
  readonly seenIn?: readonly string[];
  /** The legal variants of a combination. */
  readonly parts: readonly string[];
}

/** Of how many variants a combination is made, at most. */
const PARTS = 8;

/** Every peer of the role: the conformant one first, then what must be clean, then what must be caught. */
export function peersOf(role: Role, { deviants }: DeviantCatalogue, seed: string): readonly Peer[] {
  const reference: Peer = { role, name: `reference-${role}`, kind: 'reference', breaks: [], parts: [] };
  const variants = VARIANTS.filter((one) => one.role === role);
  return [
    reference,
    ...variants.map(({ name }): Peer => ({ role, name, kind: 'variant', breaks: [], parts: [name] })),
    ...combinations(role, variants, seed),
    ...deviants.map(
      ({ name, breaks, seenIn = [] }): Peer => ({ role, name, kind: 'deviant', breaks, seenIn, parts: [] }),
    ),
  ];
}

/** What the catalogue names and the code lacks, and the other way round. */
export function strangers(role: Role, { deviants }: DeviantCatalogue): readonly string[] {
  const coded = DEVIANTS.filter((one) => one.role === role).map(({ name }) => name);
  const named = deviants.map(({ name }) => name);
  const twice = [...named, ...VARIANTS.filter((one) => one.role === role).map(({ name }) => name)];
  return [
    ...named.filter((name) => !coded.includes(name)).map((name) => `${name} is in the catalogue and not in the code`),
    ...coded.filter((name) => !named.includes(name)).map((name) => `${name} is in the code and not in the catalogue`),
    ...twice.filter((name, index) => twice.indexOf(name) !== index).map((name) => `two peers are called ${name}`),
  ].map((problem) => `DM ${role}: ${problem}`);
}

/** Random variants that leave each other room, reproducible from the seed. */
export function drawVariants(role: Role, count: number, random: () => number): readonly Deviant[] {
  const left = VARIANTS.filter((one) => one.role === role);
  const drawn: Deviant[] = [];
  while (drawn.length < count && left.length > 0) {
    const [next] = left.splice(Math.floor(random() * left.length), 1);
    if (next !== undefined && fitTogether([...drawn, next])) drawn.push(next);
  }
  return drawn;
}

/** Every variant in one combination, drawn at random: those that leave each other no room are in different ones. */
function combinations(role: Role, variants: readonly Deviant[], seed: string): readonly Peer[] {
  const random = randomFrom(`${seed} ${role}`);
  const left = [...variants];
  const groups: Deviant[][] = [];
  while (left.length > 0) {
    const [next] = left.splice(Math.floor(random() * left.length), 1);
    if (next === undefined) continue;
    const group = groups.find((one) => one.length < PARTS && fitTogether([...one, next]));
    if (group === undefined) groups.push([next]);
    else group.push(next);
  }
  return groups.map((group) => {
    const parts = group.map(({ name }) => name);
    return { role, name: parts.join('+'), kind: 'combination', breaks: [], parts };
  });
}

/** The peer as the target of a run. */
export function targetOf({ role, name, kind, parts }: Peer): Extract<TargetChoice, { kind: 'embedded' }> {
  const base = { kind: 'embedded', browser: 'loader' } as const;
  if (kind === 'reference') return base;
  const found =
    kind === 'deviant'
      ? DEVIANTS.filter((one) => one.role === role && one.name === name)
      : VARIANTS.filter((one) => one.role === role && parts.includes(one.name));
  return role === 'client' ? { ...base, ...clientOf(found) } : { ...base, ...serverOf(found) };
}

/** Clients as one: their hooks, and what they state. */
export function clientOf(
  peers: readonly Deviant[],
): Pick<Extract<TargetChoice, { kind: 'embedded' }>, 'clientHooks' | 'states'> {
  // What one states of itself is seen to first: the others only dress it up.
  const clients = peers
    .filter((one) => one.role === 'client')
    .sort((a, b) => Number(a.states === undefined) - Number(b.states === undefined));
  const stated = clients.flatMap(({ states }) => (states === undefined ? [] : [states]));
  const clientHooks = combineHooks<ClientHooks>(clients.map(({ hooks }) => hooks));
  if (stated.length === 0) return { clientHooks };
  const supports = Object.assign({}, ...stated.map((one) => one.supports)) as NonNullable<
    (typeof stated)[0]['supports']
  >;
  return { clientHooks, states: Object.assign({}, ...stated, { supports }) as (typeof stated)[0] };
}

/** Servers as one. */
export function serverOf(peers: readonly Deviant[]): { readonly serverHooks: ServerHooks } {
  const servers = peers.filter((one) => one.role === 'server');
  return { serverHooks: combineHooks<ServerHooks>(servers.map(({ hooks }) => hooks)) };
}
