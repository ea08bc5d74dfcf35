import type { Nodes } from '../model/statement.js';

/** Keys of a server's statement. */
export type Place = 'repository' | 'pages' | 'secureEndpoint' | 'devices';

/** What a scenario asks of an implementation besides the protocol itself. */
export interface Needs {
  readonly operations: ReadonlySet<string>;
  readonly nodes: ReadonlySet<keyof Nodes>;
  /** The statement must say where the server has its own. */
  readonly places: ReadonlySet<Place>;
}

/** Words of steps that need a control operation. */
const OPERATIONS: readonly (readonly [RegExp, string])[] = [
  [/\bnotif(y|ies|ied|ication)\b/i, 'notify'],
  [/\bevents? happens?\b|\banother event\b/i, 'raiseAlert'],
  [/\bthe device changes\b/, 'setNode'],
  [/\bbootstrapped|account of another server|two servers notify|has no credentials sends/, 'bootstrap'],
  // A resident client meets another server by its account alone.
  [/a server that asks for|over TLS|meets a good server|asked for a certificate/, 'bootstrap'],
  [/without a web browser/, 'setBrowser'],
  // An account that stays would lead later sessions to another server.
  [/account of another server|two servers notify|has no credentials sends/, 'reset'],
];
const OF_SERVERS: readonly (readonly [RegExp, string])[] = [
  [/the server is to send/, 'queue'],
  [/\bnotif(y|ies|ication)\b/i, 'sendNotification'],
];
const PLACES: readonly (readonly [RegExp, Place])[] = [
  [/\{repository\}/, 'repository'],
  [/\{pages\}/, 'pages'],
  [/over TLS|tried one by one|with its certificate/, 'secureEndpoint'],
  [/known device/, 'devices'],
];
const NODES: Readonly<Record<string, keyof Nodes>> = {
  left: 'sample',
  right: 'sample',
  vectors: 'sample',
  sessionInfo: 'sessionInfo',
  executable: 'executable',
  executableWithAlert: 'executableWithAlert',
  permanent: 'permanent',
  dynamicLeaf: 'dynamicLeaf',
  cacheable: 'cacheable',
  outsideAccount: 'outsideAccount',
  spareMo: 'spareMo',
};

/** What a scenario needs, as its steps say. */
export function needsOf(role: 'client' | 'server', steps: string): Needs {
  const words = role === 'client' ? OPERATIONS : OF_SERVERS;
  const placeholders = [...steps.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return {
    operations: new Set(words.flatMap(([pattern, operation]) => (pattern.test(steps) ? [operation] : []))),
    nodes: new Set(role === 'client' ? placeholders.flatMap((name) => NODES[name] ?? []) : []),
    places: new Set(role === 'server' ? PLACES.flatMap(([pattern, key]) => (pattern.test(steps) ? [key] : [])) : []),
  };
}
