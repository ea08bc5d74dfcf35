import type { Nodes } from '../model/statement.js';

/** What a scenario asks of an implementation besides the protocol itself. */
export interface Needs {
  readonly operations: ReadonlySet<string>;
  readonly nodes: ReadonlySet<keyof Nodes>;
  /** The statement must say where the server has its own. */
  readonly places: ReadonlySet<'repository' | 'pages'>;
}

/** Words of steps that need a control operation. */
const OPERATIONS: readonly (readonly [RegExp, string])[] = [
  [/\bnotif(y|ies|ication)\b/i, 'notify'],
  [/\bevents? happens?\b|\banother event\b/i, 'raiseAlert'],
  [/\bthe device changes\b/, 'setNode'],
  [/\bbootstrapped|account of another server|two servers notify|has no credentials sends/, 'bootstrap'],
  [/without a web browser/, 'setBrowser'],
  // An account that stays would lead later sessions to another server.
  [/account of another server|two servers notify|has no credentials sends/, 'reset'],
];
const OF_SERVERS: readonly (readonly [RegExp, string])[] = [
  [/the server is to send/, 'queue'],
  [/\bnotif(y|ies|ication)\b/i, 'sendNotification'],
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
    places: new Set(
      role === 'server'
        ? placeholders.flatMap((name) => (name === 'repository' || name === 'pages' ? [name] : []))
        : [],
    ),
  };
}
