import { OPTION } from '../protocol/notification.js';
import type { NotificationContent } from '../protocol/write-notification.js';
import type { ServerHooks } from '../reference/hooks.js';
import type { Named } from './deviant.js';

const ALL_OPTIONS = Object.keys(OPTION).length;

type Change = (content: NotificationContent) => NotificationContent;

function writing(change: Change): ServerHooks {
  return { notification: ({ again: _, ...content }) => change(content) };
}

/** The content with an option of any value in the place of the usual one. */
function instead(number: number, value: Buffer, { others = [], ...content }: NotificationContent): NotificationContent {
  return { ...content, others: [...others, { number, value }] };
}

function withoutIdentifier({ identifier: _, ...content }: NotificationContent): NotificationContent {
  return content;
}

function withoutDigest({ digest: _, ...content }: NotificationContent): NotificationContent {
  return content;
}

/** A server that recognises any session of a notified device, whatever identifier it wrote. */
const CREDULOUS: ServerHooks = { recognises: (_known, identifiers) => identifiers.length > 0 };

/** Servers whose notifications are wrong, or that do not know them again. */
export const SERVER_NOTIFICATION: Named<ServerHooks> = {
  'sets-reserved-bits': writing((content) => ({ ...content, reserved: 1 })),
  'cuts-notifications-short': { notificationBytes: (bytes) => bytes.subarray(0, -3) },
  'counts-one-option-less': writing((content) => ({ ...content, count: ALL_OPTIONS - 1 })),
  'counts-one-option-more': writing((content) => ({ ...content, count: ALL_OPTIONS + 1 })),
  'repeats-an-option': writing((content) => instead(OPTION['PREFERRED-CON-TYPE'], Buffer.of(1), content)),
  'names-no-server': writing(({ serverId: _, ...content }) => content),
  'identifier-of-one-byte': writing((content) =>
    instead(OPTION['NOTIFICATION-ID'], Buffer.of(7), withoutIdentifier(content)),
  ),
  'digest-of-20-bytes': writing((content) =>
    instead(OPTION['SHA256-DIGEST'], Buffer.alloc(20), withoutDigest(content)),
  ),
  'seals-before-it-writes': {
    notificationBytes: (bytes) => {
      const changed = Buffer.from(bytes);
      // The connection type, behind header and SERVER-ID, is set when the digest is there already.
      changed[HEADER_AND_SERVER + 1] = 2;
      return changed;
    },
  },
  'one-identifier-for-all': {
    ...CREDULOUS,
    notification: ({ again: _, ...content }, { scratch }) => ({
      ...content,
      identifier: 1,
      reqMos: scratch.count('asked') % 2 === 0,
    }),
  },
  'uses-identifiers-again': { ...CREDULOUS, ...writing((content) => ({ ...content, identifier: 1 })) },
  'carries-no-identifier': writing(withoutIdentifier),
  'new-identifier-each-time': {
    ...CREDULOUS,
    notification: ({ again: _, ...content }, { scratch }) => ({ ...content, identifier: 100 + scratch.count('asked') }),
  },
  'forgets-its-identifiers': { recognises: () => false },
  'takes-any-session-for-the-notified': { recognises: () => true },
};

/** Bytes before the second option: the reference server is called dm.example.com. */
const HEADER_AND_SERVER = 2 + 2 + 'dm.example.com'.length;

/** Servers that are unusual with notifications and break nothing. */
export const SERVER_NOTIFICATION_LEGAL: Named<ServerHooks> = {
  'says-the-least': writing(({ serverId, identifier }) => ({
    ...(serverId === undefined ? {} : { serverId }),
    ...(identifier === undefined ? {} : { identifier }),
  })),
  'timestamps-of-eight-bytes': writing(({ timestamp = 0, ...content }) => {
    const value = Buffer.alloc(8);
    value.writeBigUInt64BE(BigInt(timestamp));
    return instead(OPTION.TIMESTAMP, value, content);
  }),
  'adds-options-of-its-own': writing((content) => instead(12, Buffer.from('vendor'), content)),
  'tries-another-connection': { notification: ({ again, ...content }) => ({ ...content, connection: again ? 0 : 2 }) },
};
