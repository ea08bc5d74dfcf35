import type { Stated } from '../model/statement.js';
import type { ClientHooks, ServerHooks } from '../reference/hooks.js';

/** A reference peer that is not as usual: wrong on purpose, or odd and legal. `fixtures/deviants` says which, by its name. */
export type Deviant =
  | { readonly name: string; readonly role: 'client'; readonly hooks: ClientHooks; readonly states?: Stated }
  | { readonly name: string; readonly role: 'server'; readonly hooks: ServerHooks };

/** Hooks of several peers of one role, by name. */
export type Named<Hooks> = Readonly<Record<string, Hooks>>;

export function clients(...chapters: readonly Named<ClientHooks>[]): readonly Deviant[] {
  return chapters.flatMap((chapter) =>
    Object.entries(chapter).map(([name, hooks]) => ({ name, role: 'client' as const, hooks })),
  );
}

/** A client that also states other optional features than the reference client does. */
export function stating(name: string, states: Stated, hooks: ClientHooks): Deviant {
  return { name, role: 'client', hooks, states };
}

export function servers(...chapters: readonly Named<ServerHooks>[]): readonly Deviant[] {
  return chapters.flatMap((chapter) =>
    Object.entries(chapter).map(([name, hooks]) => ({ name, role: 'server' as const, hooks })),
  );
}
