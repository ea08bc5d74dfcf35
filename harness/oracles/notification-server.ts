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
    const { view, problems } = sent.reading;
    if (view === undefined)
      return [breaks('NOT-01', sent, { expected: 'a header of 16 bits', actual: `${sent.event.body.size} byte(s)` })];
    const broken = problems.find(({ kind }) => kind === 'truncated' || kind === 'length');
    if (broken !== undefined)
      return [breaks('NOT-01', sent, { expected: 'whole options', actual: broken.message }, 'D-12')];
    const overlong = problems.find(({ kind }) => kind === 'overlong');
    if (overlong !== undefined) {
      const count = realCount(sent);
      return count === undefined
        ? [breaks('NOT-01', sent, { expected: 'nothing after the last option', actual: overlong.message }, 'D-12')]
        : [breaks('NOT-02', sent, { expected: `${count}, the number of options`, actual: `${view.count}` })];
    }
    return [...layout(view, sent), ...contents(view, sent)];
  },
});

/** Says that a row is not kept. */
function breaks(
  row: string,
  { event }: SentNotification,
  words: { readonly expected: string; readonly actual: string },
  decision?: string,
): Observed {
  const details = { ...words, ...(decision === undefined ? {} : { decision }) };
  return violated(row, MESSAGES[row] ?? 'The notification is malformed.', event.scenario, [event], details);
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
function realCount({ event }: SentNotification): number | undefined {
  const bytes = bodyBytes(event.body);
  const head = bytes.readUInt16BE(0);
  for (let count = 0; count <= MOST_OPTIONS; count += 1) {
    bytes.writeUInt16BE((head & 0xf07f) | (count << 7), 0);
    const other = readNotification(bytes).problems.filter(({ kind }) => kind !== 'value' && kind !== 'repeated');
    if (other.length === 0) return count;
  }
  return undefined;
}

function layout(view: Notification, sent: SentNotification): readonly Observed[] {
  const { problems } = sent.reading;
  const missing = problems.some(({ kind }) => kind === 'missing');
  const repeated = problems.find(({ kind }) => kind === 'repeated');
  const format = problems.find(({ kind, option = 0 }) => kind === 'value' && !OWN_ROW.has(option));
  const header = `VER ${view.version}, reserved bits ${view.reserved}`;
  const found = [
    view.version !== VERSION || view.reserved !== 0 || format !== undefined
      ? breaks('NOT-01', sent, { expected: 'VER 0 (D-12)', actual: format?.message ?? header }, 'D-12')
      : held('NOT-01', 'Header and options can be read.', sent.event.scenario, [sent.event]),
    missing
      ? breaks('NOT-02', sent, { expected: `${view.options.length}`, actual: `${view.count}` })
      : held('NOT-02', `OC says ${view.count}, and so many options there are.`, sent.event.scenario, [sent.event]),
  ];
  if (repeated !== undefined)
    return [...found, breaks('NOT-03', sent, { expected: 'each option once', actual: repeated.message })];
  if (view.options.length < 2) return found;
  const message = `The options stand in order: ${view.options.map(({ number }) => optionName(number)).join(', ')}.`;
  return [...found, held('NOT-03', message, sent.event.scenario, [sent.event])];
}

/** Options whose format another row judges. */
const OWN_ROW: ReadonlySet<number> = new Set([OPTION['SERVER-ID'], OPTION['NOTIFICATION-ID'], OPTION['SHA256-DIGEST']]);

function contents(view: Notification, sent: SentNotification): readonly Observed[] {
  const size = (number: number): number | undefined =>
    view.options.find((option) => option.number === number)?.value.length;
  const id = size(OPTION['NOTIFICATION-ID']);
  return [
    view.serverId === undefined
      ? breaks('NOT-04', sent, { expected: 'SERVER-ID', actual: 'none that can be read' })
      : held('NOT-04', `SERVER-ID is ${view.serverId}.`, sent.event.scenario, [sent.event]),
    ...(id === undefined
      ? [breaks('NOT-18', sent, { expected: 'NOTIFICATION-ID', actual: 'none' })]
      : identifier(id, sent)),
    digest(size(OPTION['SHA256-DIGEST']), sent),
  ];
}

function identifier(bytes: number, sent: SentNotification): readonly Observed[] {
  const message = `The notification has ${named(sent)}.`;
  return [
    held('NOT-18', message, sent.event.scenario, [sent.event]),
    bytes === 2
      ? held('NOT-05', 'NOTIFICATION-ID has two bytes.', sent.event.scenario, [sent.event])
      : breaks('NOT-05', sent, { expected: 'two bytes', actual: `${bytes} byte(s)` }),
  ];
}

function digest(size: number | undefined, sent: SentNotification): Observed {
  const { scenario, digest: worth } = sent.event;
  const events = [sent.event];
  if (size === undefined) return unclear('NOT-06', 'The notification has no digest.', scenario, events);
  if (size !== 32) return breaks('NOT-06', sent, { expected: '32 bytes', actual: `${size} byte(s)` });
  if (worth === 'unchecked') {
    const message = 'The statement names no credentials to check the digest with (`account.notification`).';
    return unclear('NOT-06', message, scenario, events);
  }
  if (worth === 'right') return held('NOT-06', 'The digest is the one of the account.', scenario, events);
  const details = {
    expected: 'the digest over secret, notification and auth data of the account',
    actual: 'another',
  };
  return breaks('NOT-06', sent, details);
}

export const NOTIFICATION_SERVER: readonly Oracle[] = [wellFormed, ...NOTIFYING_SERVER];
