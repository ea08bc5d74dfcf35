import { BoundedSet } from '../session/bounded.js';
import type { Session } from '../session/observation.js';
import { Servers } from '../session/servers.js';
import { answeredInFull, failed, label, plainUri } from './common.js';
import { acts, eventsOf, moidOf } from './mo-acts.js';
import { NOTHING, oracle } from './oracle.js';
import { lies, readingOf, scalars } from './readings.js';
import { held, violated } from './say.js';

const MOST_ADDRESSES = 256;

/** MOM-22: no MO outside the account is managed (TS 5.3): a node that the statement names, or one whose MOID a bootstrap left out. */
export const accountBounds = oracle({
  name: 'management-objects/account-bounds',
  on: 'client',
  requirements: ['MOM-22'],
  sees: ['three', 'event'],
  create: ({ header, text }) => {
    const servers = new Servers();
    const { outsideAccount } = header.statement.nodes;
    /** Addresses that another server read: they are there. */
    const readable = new BoundedSet<string>(MOST_ADDRESSES);
    return (seen) => {
      servers.see(seen);
      const run = answeredInFull(seen);
      if (run === undefined) return NOTHING;
      const account = servers.accountOf(run.session);
      for (const { command, uri } of account === undefined ? acts(run) : [])
        if (readingOf(command, run, text) !== undefined) readable.add(plainUri(uri));
      return acts(run).flatMap(({ command, uri, sc }) => {
        const outside = account === undefined ? uri === outsideAccount : !account.moids.includes(moidOf(uri));
        if (!outside || sc === 501) return [];
        const message = `${label(command.command)}, outside the account, is answered ${sc}.`;
        const details = { expected: 'an error, and nothing sent', actual: `${sc}` };
        const sent = command.command.name !== 'HGET' && command.exchanges.length > 0;
        const isThere = account === undefined || readable.has(plainUri(uri));
        if (failed(command) && !sent)
          return isThere ? [held('MOM-22', message, run.session, eventsOf(run, command), details)] : [];
        return [violated('MOM-22', message, run.session, eventsOf(run, command), details)];
      });
    };
  },
});

/** Members below which the server may read nothing: Perm, the keys of Bootstrap, the secret of Trsp (protocol facts, section 10). */
const SECRETS: readonly (readonly string[])[] = [
  ['Perm'],
  ['Auth', 'Bootstrap', 'ClientPubKey'],
  ['Auth', 'Bootstrap', 'ServerPubKey'],
  ['Auth', 'Bootstrap', 'ClientSecretKey'],
  ['Auth', 'Trsp', 'Secret'],
];

/**
 * MOM-26: the account's nodes without Get access, and what lies below them, cannot be read, neither by themselves nor with the whole account
 * (D-35 for Noti/Secret).
 */
export const secretsStaySecret = oracle({
  name: 'management-objects/secrets-stay-secret',
  on: 'client',
  requirements: ['MOM-26'],
  sees: ['three'],
  create: ({ header, text }) => {
    const { account, secret } = header.statement.nodes;
    const secrets = SECRETS.map((path) => `${account}${path.join('/')}`);
    const isHidden = (uri: string) => uri === secret || secrets.some((one) => lies(plainUri(uri), one));
    const readable = new WeakSet<Session>();
    return (seen) => {
      const run = answeredInFull(seen);
      if (run === undefined) return NOTHING;
      return acts(run).flatMap(({ command, uri, sc }) => {
        const one = readingOf(command, run, text);
        if (uri === `${account}SrvID` && one !== undefined) readable.add(run.session);
        if (!readable.has(run.session)) return [];
        const whole = uri === account;
        if ((!whole && !isHidden(uri)) || !READS.has(command.command.name) || sc === 501) return [];
        const shown =
          one === undefined
            ? []
            : whole
              ? SECRETS.filter((path) => valuesAt(one.json, path))
              : [...one.values].some((value) => value !== '')
                ? [[uri]]
                : [];
        const message = `${label(command.command)} is answered ${sc}`;
        if (shown.length > 0) {
          const actual = shown.map((path) => path.join('/')).join(', ');
          const details = { expected: 'none of it', actual };
          return [
            violated('MOM-26', `${message}, with the data of ${actual}.`, run.session, eventsOf(run, command), details),
          ];
        }
        // A client without such a node answers 404, which shows nothing, but for a node that every account has or that the statement names.
        const isThere = whole || uri === `${account}Perm` || uri === secret;
        if (!isThere || (one === undefined && !failed(command))) return [];
        return [held('MOM-26', `${message}, without secrets.`, run.session, eventsOf(run, command))];
      });
    };
  },
});

const READS: ReadonlySet<string | undefined> = new Set(['GET', 'HPUT', 'HPOST']);

/** Whether there are values at or below a path of members, wherever in the data it begins. Takes no stack. */
function valuesAt(json: unknown, path: readonly string[]): boolean {
  const open: unknown[] = [json];
  for (let looked = 0; open.length > 0 && looked < 10_000; looked += 1) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    const found = path.reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined | null)?.[name], value);
    if (found !== undefined && [...scalars(found)].some((text) => text !== '')) return true;
    open.push(...Object.values(value));
  }
  return false;
}
