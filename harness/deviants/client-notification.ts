import { OPTION } from '../protocol/notification.js';
import { readNotification } from '../protocol/read-notification.js';
import type { ClientHooks } from '../reference/hooks.js';
import type { Received, Unheeded } from '../reference/notification-inbox.js';
import type { Named } from './deviant.js';

/** Heeds what should be ignored for this reason. */
function heeding(reason: Unheeded, where: (received: Received) => boolean = () => true): ClientHooks {
  return {
    notification: (received) => {
      if (received.unheeded !== reason || !where(received)) return received;
      const account = received.account ?? received.accounts[0];
      return { ...received, unheeded: undefined, ...(account === undefined ? {} : { account }) };
    },
  };
}

/** Ignores what should be heeded. */
function ignoring(where: (received: Received) => boolean): ClientHooks {
  return {
    notification: (received) =>
      received.unheeded === undefined && where(received) ? { ...received, unheeded: 'malformed' } : received,
  };
}

function isOverlong({ bytes }: Received): boolean {
  return readNotification(bytes).problems.some(({ kind }) => kind === 'overlong');
}

function hasShortDigest({ bytes }: Received): boolean {
  return readNotification(bytes).problems.some(({ option }) => option === OPTION['SHA256-DIGEST']);
}

function has(number: number): (received: Received) => boolean {
  return ({ view }) => view?.options.some((option) => option.number === number) === true;
}

function isUnknown({ number }: { readonly number: number }): boolean {
  return number > OPTION['REQ-MOS'];
}

/** Clients that heed notifications which they should ignore, or the other way round. */
export const CLIENT_NOTIFICATION: Named<ClientHooks> = {
  'heeds-wrong-digest': heeding('digest'),
  'heeds-short-digests': heeding('malformed', hasShortDigest),
  'heeds-uncheckable-digest': heeding('credentials'),
  'heeds-strangers': heeding('server'),
  'heeds-truncated': heeding('malformed', (received) => !isOverlong(received) && !hasShortDigest(received)),
  'heeds-overlong': heeding('malformed', isOverlong),
  'deaf-after-malformed': {
    notification: (received, { scratch }) => {
      const deaf = scratch.notes.get('deaf') === true;
      scratch.notes.set('deaf', received.unheeded === 'malformed');
      return deaf ? { ...received, unheeded: 'malformed' } : received;
    },
  },
  'heeds-repeats': heeding('repeat'),
  'heeds-replays': heeding('stale'),
  'heeds-any-version': heeding('version'),
  'fears-unknown-options': ignoring(({ view }) => view?.options.some(isUnknown) === true),
  'fears-cellular': ignoring(({ view }) => view?.connection === 1),
  'wants-timestamps': ignoring((received) => !has(OPTION.TIMESTAMP)(received)),
  'wants-digests': ignoring((received) => !has(OPTION['SHA256-DIGEST'])(received)),
  'follows-lures': {
    notification: (received) => {
      const lure = received.view?.options.find(isUnknown)?.value.toString('utf8') ?? '';
      const { account } = received;
      return account !== undefined && URL.canParse(lure)
        ? { ...received, account: { ...account, serverUri: lure } }
        : received;
    },
  },
  'goes-to-latest-account': {
    notification: (received) => ({ ...received, account: received.account && received.accounts.at(-1) }),
  },
};

/** Clients that are unusual with notifications and break nothing. */
export const CLIENT_NOTIFICATION_LEGAL: Named<ClientHooks> = {
  // Another form of lengths, say: none of our notifications is one for it (D-12).
  'reads-notifications-otherwise': { notification: (received) => ({ ...received, unheeded: 'malformed' }) },
  'opens-notified-sessions-later': {
    startSession: async ({ kind }, open, { clock }) => {
      if (kind === 'notified') await clock.sleep(400);
      await open();
    },
  },
  'writes-identifier-as-text': {
    packageOne: (content, { cause }) => {
      if (cause.kind !== 'notified' || cause.notificationId === undefined) return content;
      const [first, ...others] = content.alerts ?? [];
      if (first === undefined) return content;
      return { ...content, alerts: [{ ...first, Data: { id: String(cause.notificationId) } }, ...others] };
    },
  },
  'lists-instances-of-none': {
    packageOne: ({ mos = [], ...rest }) => ({ ...rest, mos: mos.map((mo) => ({ ...mo, MIID: [] })) }),
  },
};
