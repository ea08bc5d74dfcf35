import { clientInitiated, type GenericAlert, serverInitiated } from '../protocol/alerts.js';
import type { PackageOneContent } from '../protocol/write-packages.js';
import type { Cause, ClientHooks } from '../reference/hooks.js';
import type { Named } from './deviant.js';

/** #1 of a notified session with another first alert. */
function saying(alert: (id: number) => GenericAlert): ClientHooks {
  return {
    packageOne: (content, { cause }) =>
      cause.kind === 'notified' ? withReason(content, alert(cause.notificationId ?? 0)) : content,
  };
}

function withReason(content: PackageOneContent, alert: GenericAlert): PackageOneContent {
  return { ...content, alerts: [alert, ...(content.alerts ?? []).slice(1)] };
}

/** Another number in any case: two bytes that are alike are turned over. */
function swapped(id: number): number {
  const other = ((id & 0xff) << 8) | (id >> 8);
  return other === id ? id ^ 0xffff : other;
}

/** Keeps a note of whether a session is under way. */
const WATCHING: ClientHooks = {
  packageOne: (content, { scratch }) => {
    scratch.notes.set('open', true);
    return content;
  },
  afterSession: (_end, { scratch }) => {
    scratch.notes.set('open', false);
  },
};

function asksForMos(cause: Cause): boolean {
  return cause.kind === 'notified' && cause.reqMos === true;
}

/** Clients whose sessions do not fit what caused them. */
export const CLIENT_NOTIFIED: Named<ClientHooks> = {
  'ignores-every-third-notification': {
    notification: (received, { scratch }) => {
      const third = received.unheeded === undefined && scratch.count('heard') % 3 === 0;
      return third ? { ...received, unheeded: 'repeat' } : received;
    },
  },
  'swaps-identifier-bytes': saying((id) => serverInitiated(swapped(id))),
  'names-no-identifier': saying(() => serverInitiated(undefined)),
  'calls-notified-sessions-its-own': saying(() => clientInitiated()),
  'answers-notifications-twice': {
    startSession: async ({ kind }, open) => {
      await open();
      if (kind === 'notified') await open();
    },
  },
  'calls-bootstrap-sessions-its-own': {
    packageOne: (content, { cause }) => (cause.kind === 'bootstrap' ? withReason(content, clientInitiated()) : content),
  },
  'forgets-notifications-during-sessions': {
    ...WATCHING,
    notification: (received, { scratch }) =>
      scratch.notes.get('open') === true ? { ...received, unheeded: 'repeat' } : received,
  },
  'relabels-its-session': {
    ...WATCHING,
    notification: (received, { scratch }) => {
      if (scratch.notes.get('open') !== true || received.unheeded !== undefined) return received;
      scratch.notes.set('label', received.view?.identifier);
      return { ...received, unheeded: 'repeat' };
    },
    packageThree: (content, { scratch }) => {
      const label = scratch.notes.get('label');
      scratch.notes.delete('label');
      return typeof label === 'number' ? { ...content, alerts: [serverInitiated(label)] } : content;
    },
  },
  'lists-no-mos': {
    packageOne: (content, { cause }) => {
      const { mos: _, ...rest } = content;
      return asksForMos(cause) ? rest : content;
    },
  },
  'lists-mos-without-ddf': {
    packageOne: ({ mos = [], ...rest }, { cause }) => ({
      ...rest,
      mos: asksForMos(cause) ? mos.map(({ DDF: _, ...mo }) => mo) : mos,
    }),
  },
};
