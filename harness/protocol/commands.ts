import type { CommandName, SeenCommand } from './packages.js';

export type ParameterKind = 'ServerURI' | 'ClientURI' | 'MOID';
export type Support = 'MUST' | 'SHOULD';

/** One row of the command table (TS 5.3). */
export interface CommandSpec {
  readonly name: CommandName;
  /** Kinds of the parameters in their order; the last one may repeat where `max` allows it. */
  readonly kinds: readonly ParameterKind[];
  /** Which parameter is the ServerURI, and which the first ClientURI: 1 for the first parameter, 0 where there is none. */
  readonly serverAt: number;
  readonly clientAt: number;
  /** Fewest and most parameters, the name not counted. */
  readonly min: number;
  readonly max: number;
  /** What the client and the server have to support. */
  readonly client: Support;
  readonly server: Support;
  /** Status codes to expect in #3; none for END. */
  readonly statuses: readonly number[];
}

type Row = readonly [
  kinds: readonly ParameterKind[],
  min: number,
  max: number,
  client: Support,
  server: Support,
  statuses: readonly number[],
];

const ROWS: Readonly<Record<CommandName, Row>> = {
  HGET: [['ServerURI', 'ClientURI'], 1, 2, 'MUST', 'MUST', [200]],
  HPUT: [['ServerURI', 'ClientURI'], 2, Number.POSITIVE_INFINITY, 'MUST', 'MUST', [200]],
  HPOST: [['ServerURI', 'ClientURI'], 2, Number.POSITIVE_INFINITY, 'MUST', 'MUST', [200]],
  DELETE: [['ClientURI'], 1, 1, 'MUST', 'MUST', [200, 404, 405]],
  EXEC: [['ClientURI', 'ServerURI'], 1, 2, 'MUST', 'MUST', [200, 202]],
  GET: [['ClientURI'], 1, 1, 'SHOULD', 'MUST', [200, 304, 404]],
  SHOW: [['ServerURI'], 1, 1, 'SHOULD', 'MUST', [200]],
  CONT: [['ServerURI'], 1, 1, 'MUST', 'MUST', [200]],
  END: [[], 0, 0, 'MUST', 'MUST', []],
  DEFAULT: [['ServerURI', 'MOID'], 2, 2, 'SHOULD', 'MUST', [200]],
  SUB: [['ClientURI', 'ServerURI'], 2, 2, 'SHOULD', 'SHOULD', [200]],
  UNSUB: [['ClientURI'], 1, 1, 'SHOULD', 'SHOULD', [200, 404]],
};

/** The twelve commands by name (TS 5.3). */
export const COMMANDS: ReadonlyMap<string, CommandSpec> = new Map(
  Object.entries(ROWS).map(([name, [kinds, min, max, client, server, statuses]]) => {
    const places = { serverAt: kinds.indexOf('ServerURI') + 1, clientAt: kinds.indexOf('ClientURI') + 1 };
    const spec: CommandSpec = { name: name as CommandName, kinds, ...places, min, max, client, server, statuses };
    return [name, spec] as const;
  }),
);

export const COMMAND_NAMES: readonly CommandName[] = [...COMMANDS.values()].map((spec) => spec.name);

/** Commands that the client must support; the others are judged when declared or seen. */
export const CLIENT_MUST: readonly CommandName[] = COMMAND_NAMES.filter(
  (name) => COMMANDS.get(name)?.client === 'MUST',
);

const NONE: readonly string[] = [];
const isString = (member: unknown): member is string => typeof member === 'string';

/** Reads one member of `CMD`, whatever it is. A command that is no array stands as `malformed` with that value as its only raw member. */
export function readCommand(raw: unknown): SeenCommand {
  if (!Array.isArray(raw)) return bare([raw], undefined, 'malformed');
  const members: readonly unknown[] = raw;
  if (!members.every(isString)) return readImpure(members);
  return readStringCommand(members);
}

function readStringCommand(members: readonly string[]): SeenCommand {
  const name = members[0];
  if (name === undefined) return bare(members, undefined, 'malformed');
  const spec = COMMANDS.get(name);
  const count = members.length - 1;
  const params = members.slice(1);
  if (spec === undefined)
    return { raw: members, name, params, standing: 'unknown', serverUri: undefined, clientUris: NONE };
  const standing = count >= spec.min && count <= spec.max ? 'well-formed' : 'malformed';
  return {
    raw: members,
    name,
    params,
    standing,
    serverUri: serverUriOf(spec, members),
    clientUris: clientUrisOf(spec, members),
  };
}

/** Some member is no string: the name and the strings are still told. */
function readImpure(members: readonly unknown[]): SeenCommand {
  const [name] = members;
  if (!isString(name)) return bare(members, undefined, 'malformed');
  const spec = COMMANDS.get(name);
  const params = members.slice(1).filter(isString);
  if (spec === undefined) return { ...bare(members, name, 'malformed'), params };
  const clientUris = clientUrisOf(spec, members).filter(isString);
  return { raw: members, name, params, standing: 'malformed', serverUri: serverUriOf(spec, members), clientUris };
}

function bare(raw: readonly unknown[], name: string | undefined, standing: SeenCommand['standing']): SeenCommand {
  return { raw, name, params: NONE, standing, serverUri: undefined, clientUris: NONE };
}

function serverUriOf(spec: CommandSpec, members: readonly unknown[]): string | undefined {
  const found = spec.serverAt === 0 ? undefined : members[spec.serverAt];
  return isString(found) ? found : undefined;
}

/** The ClientURI parameter; where it is the last kind and the command takes more, all that follow. */
function clientUrisOf<T>({ clientAt, kinds, max }: CommandSpec, members: readonly T[]): readonly T[] {
  if (clientAt === 0) return [];
  return members.slice(clientAt, clientAt === kinds.length ? max + 1 : clientAt + 1);
}
