import type { ClientHooks, ServerHooks } from '../reference/hooks.js';

// Every hook ends with its context. What comes before it says how two of a kind follow each other.
type Hook = (...parts: unknown[]) => unknown;

/** One gets what the other made of its value; the number is the value's position. */
const CHAINED: Readonly<Record<string, number>> = {
  packageOne: 0,
  packageThree: 0,
  statuses: 0,
  alerts: 0,
  nextUrl: 0,
  notification: 0,
  notificationBytes: 0,
  manages: 1,
  rights: 1,
  recognises: 0,
  nextTurn: 0,
  reply: 0,
};
/** One is the `next` of the other. */
const NESTED: ReadonlySet<string> = new Set([
  'requestOne',
  'requestThree',
  'transfer',
  'execute',
  'browse',
  'startSession',
  'raiseAlert',
  'repository',
  'pages',
]);

/** Hooks of which only one peer of a combination may have each. */
export function isExclusive(hook: string): boolean {
  return !(hook in CHAINED) && !NESTED.has(hook);
}

/** Whether the peers of a combination leave each other room. */
export function fitTogether(peers: readonly { readonly hooks: ClientHooks | ServerHooks }[]): boolean {
  const exclusive = peers.flatMap(({ hooks }) => Object.keys(hooks).filter(isExclusive));
  return new Set(exclusive).size === exclusive.length;
}

/** One peer that does what each of these does; where they meet, the first one comes first. Peers must {@link fitTogether}. */
export function combineHooks<Hooks extends ClientHooks | ServerHooks>(all: readonly Hooks[]): Hooks {
  const combined: Record<string, Hook> = {};
  for (const hooks of all) {
    for (const [name, hook] of Object.entries(hooks) as [string, Hook][]) {
      const before = combined[name];
      combined[name] = before === undefined ? hook : both(name, before, hook);
    }
  }
  return combined as unknown as Hooks;
}

function both(name: string, first: Hook, second: Hook): Hook {
  const position = CHAINED[name];
  if (position !== undefined) {
    return (...parts) => {
      const pass = (value: unknown) => second(...parts.with(position, value));
      const value = first(...parts);
      return value instanceof Promise ? value.then(pass) : pass(value);
    };
  }
  if (!NESTED.has(name)) throw new Error(`two peers of a combination both have a hook ${name}`);
  // The value, how to go on, the context.
  return (value, next, context) => first(value, (changed: unknown) => second(changed ?? value, next, context), context);
}
