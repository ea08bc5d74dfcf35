import { type ClientUri, parseClientUri } from '../protocol/client-uri.js';
import type { SeenCommand } from '../protocol/packages.js';
import { resolve } from '../reference/address.js';
import type { ClientHookContext, ClientHooks } from '../reference/hooks.js';
import { type Tree, uriOf } from '../reference/tree.js';
import type { Named } from './deviant.js';

const READS: ReadonlySet<string> = new Set(['GET', 'HPUT', 'HPOST']);

/** Where a read has one address, the nodes at other addresses are read; those at its own where there are none. */
function reading(others: (uri: string, context: ClientHookContext) => readonly string[] | undefined): ClientHooks {
  return {
    execute: (command: SeenCommand, next, context) => {
      const [uri, ...more] = command.clientUris;
      const fits = READS.has(command.name ?? '') && command.standing === 'well-formed' && more.length === 0;
      const clientUris = fits && uri !== undefined ? others(uri, context) : undefined;
      return next(clientUris === undefined || clientUris.length === 0 ? command : { ...command, clientUris });
    },
  };
}

/** MOID, instance and the path below it of an address by real names, or with an empty name for the instance. */
function partsOf(uri: string): readonly [moid: string, instance: string, path: string] | undefined {
  const [, moid, instance, path] = /^([^/?]+)\/([^/?(*]*)\/([^?(*]*)$/.exec(uri) ?? [];
  return moid === undefined || instance === undefined || path === undefined ? undefined : [moid, instance, path];
}

/** The instance of that MO which was named last in the session. */
function lastNamed({ own }: ClientHookContext, moid: string): string | undefined {
  return own.notes.get(`instance of ${moid}`) as string | undefined;
}

function remember({ own }: ClientHookContext, moid: string, instance: string): void {
  own.notes.set(`instance of ${moid}`, instance);
}

/** Real names of all nodes that an address stands for. */
function realNames(tree: Tree, uri: ClientUri | undefined): readonly string[] {
  return uri === undefined ? [] : resolve(tree, uri).map(({ instance, path }) => uriOf({ ...instance, path }));
}

/** Clients that read the wrong nodes: because of what came before, because there are many, or because of an odd way to look them up. */
export const CLIENT_ADDRESSING_SELDOM: Named<ClientHooks> = {
  'remembers-one-instance-of-a-kind': reading((uri, context) => {
    const [moid, instance, path] = partsOf(uri) ?? [];
    if (moid === undefined || instance === undefined || instance === '') return undefined;
    const before = path === '' ? lastNamed(context, moid) : undefined;
    if (path !== '') remember(context, moid, instance);
    return before === undefined ? undefined : [`${moid}/${before}/`];
  }),
  'takes-the-last-for-the-only': reading((uri, context) => {
    const [moid, instance, path] = partsOf(uri) ?? [];
    if (moid === undefined || instance === undefined) return undefined;
    const before = instance === '' ? lastNamed(context, moid) : undefined;
    if (instance !== '') remember(context, moid, instance);
    return before === undefined ? undefined : [`${moid}/${before}/${path}`];
  }),
  'checks-fields-on-the-way-down': reading((uri) => {
    const [, moid] = /^([^/]+)\/\(\w+\)\/\?/.exec(uri) ?? [];
    return moid === undefined ? undefined : [`${moid}/*/`];
  }),
  'counts-children-from-nought': reading((uri) =>
    uri.includes('?nv=') ? [uri.replace(/\/(\d+)\//, (_all, name) => `/${Number(name) + 1}/`)] : undefined,
  ),
  'compares-whole-numbers': reading((text, { tree }) => {
    const { uri } = parseClientUri(text);
    // All dates of an example object have one whole number.
    const others = uri?.nv.filter(({ value }) => !/^\d+\.\d+$/.test(value));
    if (uri === undefined || others?.length === uri.nv.length) return undefined;
    return realNames(tree, { ...uri, nv: others ?? [] });
  }),
  'keeps-the-last-of-a-name': reading((text, { tree }) =>
    text.includes('*') ? realNames(tree, parseClientUri(text).uri).slice(-1) : undefined,
  ),
  'reads-three-nodes-at-most': reading((text, { tree }) => {
    const all = realNames(tree, parseClientUri(text).uri);
    return all.length > 3 ? all.slice(0, 3) : undefined;
  }),
  'x-names-keep-their-first-meaning': reading((text, { tree, own }) => {
    const { uri } = parseClientUri(text);
    if (uri?.instance.kind !== 'xname') return undefined;
    const { name } = uri.instance;
    const known = own.notes.get(`x-name ${name}`) as string | undefined;
    if (known === undefined) {
      own.notes.set(`x-name ${name}`, resolve(tree, uri)[0]?.instance.miid);
      return undefined;
    }
    const others = uri.nv.filter(({ xname }) => xname !== name);
    return realNames(tree, { ...uri, instance: { kind: 'name', name: known }, nv: others });
  }),
};
