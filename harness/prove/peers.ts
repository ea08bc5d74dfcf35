import type { DeviantCatalogue } from '../deviants/catalogue.js';
import { DEVIANTS, type Deviant, VARIANTS } from '../deviants/index.js';
import type { PeerKind } from '../model/proof.js';
import type { Supports } from '../model/statement.js';
import type { Role } from '../model/verdict.js';
import type { ClientHooks, ServerHooks } from '../reference/hooks.js';
import { randomFrom } from '../run/seed.js';
import type { TargetChoice } from '../run/theatre.js';
import { combineHooks, fitTogether, isExclusive } from './combine.js';

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

/**
 * Every variant in one combination, drawn at random: those that leave each other no room are in different ones. There are as few combinations as
 * that allows, all of about the same size.
 */
function combinations(role: Role, variants: readonly Deviant[], seed: string): readonly Peer[] {
  const random = randomFrom(`${seed} ${role}`);
  const left = [...variants];
  const groups: Deviant[][] = Array.from({ length: mostRivals(variants) }, () => []);
  while (left.length > 0) {
    const [next] = left.splice(Math.floor(random() * left.length), 1);
    if (next === undefined) continue;
    const [smallest] = groups.filter((group) => fitTogether([...group, next])).toSorted((a, b) => a.length - b.length);
    if (smallest === undefined) groups.push([next]);
    else smallest.push(next);
  }
  return groups.map((group) => {
    const parts = group.map(({ name }) => name);
    return { role, name: parts.join('+'), kind: 'combination', breaks: [], parts };
  });
}

/** How many variants want the same hook for themselves, where most do. */
function mostRivals(variants: readonly Deviant[]): number {
  const wanted = variants.flatMap(({ hooks }) => Object.keys(hooks).filter(isExclusive));
  return Math.max(...wanted.map((hook) => wanted.filter((other) => other === hook).length), 1);
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
  const supports = stated.reduce<Supports>((all, one) => together(all, one.supports ?? {}), {});
  return { clientHooks, states: Object.assign({}, ...stated, { supports }) as (typeof stated)[0] };
}

/** What clients state as one: of a list that both give, what is in both. */
function together(one: Supports, other: Supports): Supports {
  const both: Record<string, unknown> = { ...one, ...other };
  for (const [name, list] of Object.entries({ ...one }) as [string, unknown][]) {
    const theirs: unknown = other[name as keyof Supports];
    if (Array.isArray(list) && Array.isArray(theirs)) both[name] = list.filter((item) => theirs.includes(item));
  }
  return both;
}

/** Servers as one. */
export function serverOf(peers: readonly Deviant[]): { readonly serverHooks: ServerHooks } {
  const servers = peers.filter((one) => one.role === 'server');
  return { serverHooks: combineHooks<ServerHooks>(servers.map(({ hooks }) => hooks)) };
}
