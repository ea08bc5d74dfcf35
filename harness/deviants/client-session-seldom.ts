import { clientInitiated } from '../protocol/alerts.js';
import { FIELD } from '../protocol/headers.js';
import { MEDIA } from '../protocol/media-types.js';
import type { Account } from '../reference/default-tree.js';
import type { ClientHooks } from '../reference/hooks.js';
import type { Received, Unheeded } from '../reference/notification-inbox.js';
import type { AbortableTransport, SecuredSend } from '../reference/undici-transport.js';
import { headerValue } from '../stimuli/peer.js';
import { WireTransport } from '../stimuli/wire-transport.js';
import { type Deviant, type Named, stating } from './deviant.js';
import { withField, withReason } from './rewrite.js';

/** Options that TS names, and so those that this client has room for. */
const ROOM = 6;

/** Once a notification was good, another one is heeded in spite of this fault. */
function slackens(fault: Unheeded): ClientHooks {
  return {
    notification: (received, { scratch }) => {
      if (received.unheeded === undefined) scratch.notes.set('trusted', received.account);
      const trusted = scratch.notes.get('trusted') as Account | undefined;
      if (received.unheeded !== fault || trusted === undefined) return received;
      return { ...received, unheeded: undefined, account: received.account ?? trusted };
    },
  };
}

function idOf({ view }: Received): string {
  return `heard ${view?.serverId} ${view?.identifier}`;
}

/** OMADM-DevID without what says of which kind it is. */
function withBareId<Request extends Parameters<typeof withField>[0]>(request: Request) {
  return withField(request, FIELD.deviceId, headerValue(request.headers, FIELD.deviceId)?.replace(/^\w+:/, ''));
}

/** Plain HTTP over a client that knows the names of fields as they are usually written. */
class CaseBound implements AbortableTransport {
  readonly #inner: AbortableTransport;
  readonly #plain = new WireTransport();

  constructor(inner: AbortableTransport) {
    this.#inner = inner;
  }

  async send(request: SecuredSend, signal?: AbortSignal) {
    if (!request.url.startsWith('http:')) return await this.#inner.send(request, signal);
    const reply = await this.#plain.send(request, signal);
    return { ...reply, headers: reply.headers.filter(([name]) => name !== name.toUpperCase()) };
  }

  async close(): Promise<void> {
    await Promise.all([this.#plain.close(), this.#inner.close()]);
  }
}

/** Clients whose sessions, packages or answers to a notification are wrong now and then. */
export const CLIENT_SESSION_SELDOM: Named<ClientHooks> = {
  'trusts-servers-it-has-met': {
    notification: (received, { scratch }) => {
      const met = scratch.notes.has(`met ${received.account?.serverUri}`);
      return received.unheeded === 'credentials' && met ? { ...received, unheeded: undefined } : received;
    },
    afterSession: (_end, { scratch, accountUri }) => {
      scratch.notes.set(`met ${accountUri}`, true);
    },
  },
  'goes-back-to-its-last-server': slackens('server'),
  'looks-at-the-time-until-one-is-good': slackens('stale'),
  'looks-at-the-version-until-one-is-good': slackens('version'),
  'forgets-identifiers-at-the-end': {
    notification: (received, { scratch }) => {
      const repeat = received.unheeded === 'repeat' && !scratch.notes.has(idOf(received));
      const heard: Received = repeat ? { ...received, unheeded: undefined } : received;
      if (heard.unheeded === undefined) scratch.notes.set(idOf(received), true);
      return heard;
    },
    afterSession: (_end, { scratch }) => {
      for (const note of [...scratch.notes.keys()]) if (note.startsWith('heard ')) scratch.notes.delete(note);
    },
  },
  'has-room-for-six-options': {
    notification: (received) =>
      (received.view?.options.length ?? 0) > ROOM ? { ...received, unheeded: 'malformed' } : received,
  },
  'posts-nothing-that-it-has-put': {
    execute: async (command, next, { own, package: round }) => {
      const note = `put in ${round} ${command.clientUris.join(' ')}`;
      if (command.name === 'HPOST' && own.notes.has(note)) return { sc: 200 };
      const status = await next(command);
      if (command.name === 'HPUT' && status?.sc === 200) own.notes.set(note, true);
      return status;
    },
  },
  'notified-one-as-plain-json': {
    requestOne: (request, next, { cause }) =>
      next(cause.kind === 'notified' ? withField(request, FIELD.contentType, 'application/json') : request),
  },
  'three-as-plain-json-after-cont': {
    requestThree: (request, next, { conts }) =>
      next(conts.length > 0 ? withField(request, FIELD.contentType, 'application/json') : request),
  },
  'reads-no-names-in-capitals': { transport: (inner) => new CaseBound(inner) },
  'drops-the-kind-of-its-identifier': {
    requestOne: (request, next, { session }) => next(session > 1 ? withBareId(request) : request),
    requestThree: (request, next, { session }) => next(session > 1 ? withBareId(request) : request),
  },
  'asks-for-work-at-first': {
    requestOne: (request, next, { session, cause }) => {
      if (session > 1 || cause.kind !== 'own') return next(request);
      return next({ ...withField(request, FIELD.contentType, MEDIA.response), body: Buffer.from('{"Status":[]}') });
    },
  },
  'answers-twice-what-came-meanwhile': {
    packageOne: (content, { scratch }) => {
      scratch.notes.set('open', true);
      return content;
    },
    afterSession: (_end, { scratch }) => {
      scratch.notes.delete('open');
    },
    notification: (received, { scratch }) => {
      const meanwhile = received.unheeded === undefined && scratch.notes.has('open');
      if (meanwhile) scratch.notes.set('meanwhile', received.view?.identifier);
      return received;
    },
    startSession: async (cause, open, { scratch }) => {
      await open();
      if (cause.kind !== 'notified' || scratch.notes.get('meanwhile') !== cause.notificationId) return;
      if (scratch.notes.delete('meanwhile')) await open();
    },
  },
  'completes-one-bootstrap': {
    packageOne: (content, { cause, scratch }) =>
      cause.kind === 'bootstrap' && !scratch.once('bootstrap') ? withReason(content, clientInitiated()) : content,
  },
  'waits-to-be-asked-twice-once-notified': {
    startSession: async ({ kind }, open, { scratch }) => {
      if (kind === 'own' && scratch.notes.delete('was notified')) return;
      if (kind === 'notified') scratch.notes.set('was notified', true);
      await open();
    },
  },
  'offers-256-bits-alone': {
    secures: (options) =>
      options.pskCallback === undefined
        ? {
            ...options,
            ciphers: 'TLS_AES_256_GCM_SHA384:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384',
          }
        : options,
  },
};

/** The same, of clients that state other means than the reference client. */
export const CLIENT_SESSION_SELDOM_STATING: readonly Deviant[] = [
  stating(
    'takes-shared-keys-for-text',
    { supports: { security: ['basic', 'digest', 'psk'] } },
    {
      secures: ({ cert: _, key: __, ...options }, account) => {
        const { psk } = account ?? {};
        if (psk === undefined) return options;
        return { ...options, pskCallback: () => ({ psk: Buffer.from(psk.key, 'utf8'), identity: psk.identity }) };
      },
    },
  ),
];
