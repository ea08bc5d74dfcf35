import { type Cannot, done, END, fetched, type Places, type PlannedPackage, refused, upload } from './planned.js';

/** A command that no implementation can have: what a client says to it tells what it says of a command that it lacks. */
export const MADE_UP_COMMAND = 'NO-SUCH-COMMAND';

const ROUNDS = 12;
const COMMANDS = 8;

/** What opens the session: the client is asked to; the server asks for it; an event is raised first; the client is given the account. */
export type Opening = 'client' | 'notified' | 'alert' | 'bootstrap';

/** One session that each pair is asked for. */
export interface CatalogueSession {
  readonly name: string;
  readonly title: string;
  readonly opening: Opening;
  /** It acts on the object that this session puts on the client. */
  readonly after?: 'hget';
  /** What the server is asked to send; undefined: nothing, so it is the server's own affair. */
  readonly plan?: (places: Places) => readonly PlannedPackage[] | Cannot;
  /** What the record must show besides what it must show of every plan. */
  readonly also?: readonly ('continues' | 'subscribed' | 'alert-of-exec')[];
}

const devInfo = ({ nodes }: Places): string => nodes.devInfo;

function named(key: 'executable' | 'executableWithAlert', make: (node: string) => readonly PlannedPackage[]) {
  return ({ nodes }: Places): readonly PlannedPackage[] | Cannot => {
    const node = nodes[key];
    return node === undefined ? { cannot: `the client's statement names no such node (\`nodes.${key}\`)` } : make(node);
  };
}

function onSample(make: (root: string, places: Places) => readonly PlannedPackage[]) {
  return (places: Places): readonly PlannedPackage[] | Cannot =>
    places.sample === undefined
      ? { cannot: 'the client did not tell where it put the object of session hget, so there is none to act on (D-36)' }
      : make(places.sample, places);
}

/** Every session, in the order in which a pair plays them. */
export const CATALOGUE: readonly CatalogueSession[] = [
  { name: 'client-initiated', title: 'The client opens a session by itself', opening: 'client' },
  {
    name: 'notified',
    title: 'The server notifies the client, which opens the session',
    opening: 'notified',
    plan: (at) => [[upload('HPUT', at.repository('a'), devInfo(at))], [END]],
  },
  {
    name: 'get',
    title: 'GET of a leaf',
    opening: 'client',
    plan: (at) => [[{ ...done('GET', `${devInfo(at)}DevID`), gives: 'device' }], [END]],
  },
  {
    name: 'hget',
    title: 'HGET of an object for which the client picks the place',
    opening: 'client',
    plan: (at) => [[fetched(at.holds('object'))], [END]],
  },
  {
    name: 'hput',
    title: 'HPUT of a node',
    opening: 'client',
    plan: (at) => [[upload('HPUT', at.repository('a'), devInfo(at))], [END]],
  },
  {
    name: 'hpost',
    title: 'HPOST of a node',
    opening: 'client',
    plan: (at) => [[upload('HPOST', at.repository('a'), devInfo(at))], [END]],
  },
  {
    name: 'exec',
    title: 'EXEC of a node',
    opening: 'client',
    plan: named('executable', (node) => [[done('EXEC', node)], [END]]),
  },
  {
    name: 'exec-alert',
    title: 'EXEC of a node that raises an alert',
    opening: 'client',
    plan: named('executableWithAlert', (node) => [[done('EXEC', node)], [END]]),
    also: ['alert-of-exec'],
  },
  {
    name: 'show',
    title: 'SHOW of a web page, and the session goes on',
    opening: 'client',
    plan: (at) => [
      [{ ...done('SHOW', at.page('a')), transfers: true }, upload('HPUT', at.repository('a'), devInfo(at))],
      [END],
    ],
  },
  {
    name: 'cont',
    title: 'CONT: the rest of the session goes to another address',
    opening: 'client',
    plan: (at) => [
      [done('CONT', at.server('elsewhere')), upload('HPUT', at.repository('a'), devInfo(at))],
      [upload('HPUT', at.repository('b'), devInfo(at))],
      [END],
    ],
    also: ['continues'],
  },
  {
    name: 'default',
    title: 'DEFAULT for an MO',
    opening: 'client',
    plan: (at) => {
      const moid = at.nodes.spareMo ?? 'urn:oma:mo:moid:1.0';
      return [[done('DEFAULT', at.holds('default', `${moid}//`), moid)], [END]];
    },
  },
  {
    name: 'sub',
    title: 'SUB, a change, and UNSUB',
    opening: 'client',
    after: 'hget',
    plan: onSample((root, at) => [
      [done('SUB', root, at.repository('changes'))],
      [fetched(at.holds('value', `${root}Setting`), `${root}Setting`)],
      [done('UNSUB', root)],
      [END],
    ]),
    also: ['subscribed'],
  },
  {
    name: 'delete',
    title: 'DELETE of an object, which is gone then',
    opening: 'client',
    after: 'hget',
    plan: onSample((root, at) => [
      [done('DELETE', root)],
      [refused('HPUT', at.repository('gone'), root), upload('HPUT', at.repository('a'), devInfo(at))],
      [END],
    ]),
  },
  {
    name: 'end-with-commands',
    title: 'END in the package of the last commands, which are run and not reported',
    opening: 'client',
    plan: (at) => [
      [upload('HPUT', at.repository('a'), devInfo(at))],
      [upload('HPUT', at.repository('b'), devInfo(at)), END],
    ],
  },
  {
    name: 'end-at-once',
    title: 'END in the first package, with a command',
    opening: 'client',
    plan: (at) => [[upload('HPUT', at.repository('a'), devInfo(at)), END]],
  },
  {
    name: 'alert',
    title: 'An alert of the device reaches the server',
    opening: 'alert',
    plan: (at) => [[upload('HPUT', at.repository('a'), devInfo(at))], [END]],
  },
  {
    name: 'errors',
    title: 'Commands fail in their places, and the ones after them are run',
    opening: 'client',
    plan: (at) => [
      [
        refused('HPUT', at.repository('a'), at.absent),
        refused('HGET', at.repository('not-there')),
        refused('DELETE', at.absent),
        upload('HPUT', at.repository('b'), devInfo(at)),
      ],
      [upload('HPUT', at.repository('c'), devInfo(at))],
      [END],
    ],
  },
  {
    name: 'unknown-command',
    title: 'A command that nobody has is refused in its place',
    opening: 'client',
    plan: (at) => [[refused(MADE_UP_COMMAND, devInfo(at)), upload('HPUT', at.repository('a'), devInfo(at))], [END]],
  },
  {
    name: 'many-commands',
    title: `${COMMANDS} commands in one package`,
    opening: 'client',
    plan: (at) => [numbers(COMMANDS).map((each) => upload('HPUT', at.repository(`n${each}`), devInfo(at))), [END]],
  },
  {
    name: 'long',
    title: `A session of ${ROUNDS} packages`,
    opening: 'client',
    plan: (at) => [...numbers(ROUNDS).map((each) => [upload('HPUT', at.repository(`n${each}`), devInfo(at))]), [END]],
  },
  {
    name: 'bootstrap',
    title: 'The client is given the account of the server, and says so',
    opening: 'bootstrap',
  },
];

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** The sessions with these names, and those that they rest on, in the order of the catalogue; all of them when none is named. */
export function selectSessions(names: readonly string[] | undefined): readonly CatalogueSession[] {
  if (names === undefined) return CATALOGUE;
  const needed = new Set(names.flatMap((name) => [name, CATALOGUE.find((one) => one.name === name)?.after ?? name]));
  return CATALOGUE.filter(({ name }) => needed.has(name));
}
