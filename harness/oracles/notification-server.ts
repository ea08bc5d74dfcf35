import type { Observed } from '../model/finding.js';
import { MOST_OPTIONS, type Notification, OPTION, optionName, VERSION } from '../protocol/notification.js';
import { readNotification } from '../protocol/read-notification.js';
import type { SentNotification } from '../session/notification-log.js';
import { bodyBytes } from '../trace/body.js';
import { named } from './notification-common.js';
import { NOTIFYING_SERVER } from './notifying-server.js';
import { type Oracle, oracle } from './oracle.js';
import { held, unclear, violated } from './say.js';

/**
 * NOT-01 to NOT-06 and NOT-18: a notification is a Package#0 (TS 6.1). What cannot be read at all is NOT-01 and rests on D-12, since the form of
 * lengths is ours; the other rows judge only what was read without doubt.
 */
export const wellFormed = oracle({
  name: 'notification/well-formed',
  on: 'server',
  requirements: ['NOT-01', 'NOT-02', 'NOT-03', 'NOT-04', 'NOT-05', 'NOT-06', 'NOT-18'],
  sees: ['notification'],
  create: () => (seen) => {
    const { sent } = seen;
    const say = sayerOf(sent);
    const { view, problems } = sent.reading;
    if (view === undefined) return [say('NOT-01', undefined, 'a header of 16 bits', `${sent.event.body.size} byte(s)`)];
    const broken = problems.find(({ kind }) => kind === 'truncated' || kind === 'length');
    if (broken !== undefined) return [say('NOT-01', undefined, 'whole options', broken.message, 'D-12')];
    const overlong = problems.find(({ kind }) => kind === 'overlong');
    if (overlong !== undefined) {
      const count = realCount(sent);
      return count === undefined
        ? [say('NOT-01', undefined, 'nothing after the last option', overlong.message, 'D-12')]
        : [say('NOT-02', undefined, `${count}, the number of options`, `${view.count}`)];
    }
    return [...layout(view, sent, say), ...contents(view, sent, say)];
  },
});

type Say = (row: string, good: string | undefined, expected: string, actual: string, decision?: string) => Observed;

/** Says that a row is kept (`good` tells how), or that it is not. */
function sayerOf({ event }: SentNotification): Say {
  return (row, good, expected, actual, decision) => {
    if (good !== undefined) return held(row, good, event.scenario, [event]);
    const details = { expected, actual, ...(decision === undefined ? {} : { decision }) };
    return violated(row, MESSAGES[row] ?? 'The notification is malformed.', event.scenario, [event], details);
  };
}

const MESSAGES: Readonly<Record<string, string>> = {
  'NOT-01': 'The notification is not laid out as a Package#0.',
  'NOT-02': 'The option count of the notification is wrong.',
  'NOT-03': 'An option stands twice in the notification.',
  'NOT-04': 'The notification does not name its server.',
  'NOT-05': 'NOTIFICATION-ID has another length.',
  'NOT-06': 'The digest of the notification is wrong.',
  'NOT-18': 'The notification carries no identifier.',
};

/** How many options there are when what lies beyond the counted ones reads as options, too; undefined when it does not. */
function realCount({ event, reading }: SentNotification): number | undefined {
  const bytes = bodyBytes(event.body);
  const head = bytes.readUInt16BE(0);
  for (let count = (reading.view?.count ?? 0) + 1; count <= MOST_OPTIONS; count += 1) {
    bytes.writeUInt16BE((head & 0xf07f) | (count << 7), 0);
    const other = readNotification(bytes).problems.filter(({ kind }) => kind !== 'value' && kind !== 'repeated');
    if (other.length === 0) return count;
  }
  return undefined;
}

function layout(view: Notification, { reading }: SentNotification, say: Say): readonly Observed[] {
  const missing = reading.problems.find(({ kind }) => kind === 'missing');
  const repeated = reading.problems.find(({ kind }) => kind === 'repeated');
  const format = reading.problems.find(({ kind, option }) => kind === 'value' && !OWN_ROW.has(option ?? 0));
  const strange =
    view.version !== VERSION
      ? `VER ${view.version}`
      : view.reserved !== 0
        ? `reserved bits ${view.reserved}`
        : format?.message;
  const found = [
    say(
      'NOT-01',
      strange === undefined ? 'Header and options can be read.' : undefined,
      'VER 0 (D-12)',
      strange ?? '',
      'D-12',
    ),
    say(
      'NOT-02',
      missing === undefined ? `OC says ${view.count}, and so many options there are.` : undefined,
      `${view.options.length}`,
      `${view.count}`,
    ),
  ];
  if (repeated !== undefined) found.push(say('NOT-03', undefined, 'each option once', repeated.message));
  else if (view.options.length > 1) {
    const names = view.options.map(({ number }) => optionName(number)).join(', ');
    found.push(say('NOT-03', `The options stand in order: ${names}.`, '', ''));
  }
  return found;
}

/** Options whose format another row judges. */
const OWN_ROW: ReadonlySet<number> = new Set([OPTION['SERVER-ID'], OPTION['NOTIFICATION-ID'], OPTION['SHA256-DIGEST']]);

function contents(view: Notification, sent: SentNotification, say: Say): readonly Observed[] {
  const size = (number: number): number | undefined =>
    view.options.find((option) => option.number === number)?.value.length;
  const id = size(OPTION['NOTIFICATION-ID']);
  const server = view.serverId === undefined ? undefined : `SERVER-ID is ${view.serverId}.`;
  const found = [
    say('NOT-04', server, 'SERVER-ID', 'none that can be read'),
    say('NOT-18', id === undefined ? undefined : `The notification has ${named(sent)}.`, 'NOTIFICATION-ID', 'none'),
  ];
  if (id !== undefined)
    found.push(say('NOT-05', id === 2 ? 'NOTIFICATION-ID has two bytes.' : undefined, 'two bytes', `${id} byte(s)`));
  return [...found, ...digest(size(OPTION['SHA256-DIGEST']), sent, say)];
}

function digest(size: number | undefined, { event }: SentNotification, say: Say): readonly Observed[] {
  if (size === undefined) return [unclear('NOT-06', 'The notification has no digest.', event.scenario, [event])];
  if (size !== 32) return [say('NOT-06', undefined, '32 bytes', `${size} byte(s)`)];
  if (event.digest === 'unchecked') {
    const message = 'The statement names no credentials to check the digest with (`account.notification`).';
    return [unclear('NOT-06', message, event.scenario, [event])];
  }
  const good = event.digest === 'right' ? 'The digest is the one of the account.' : undefined;
  return [say('NOT-06', good, 'the digest over secret, notification and auth data of the account', 'another')];
}

export const NOTIFICATION_SERVER: readonly Oracle[] = [wellFormed, ...NOTIFYING_SERVER];
