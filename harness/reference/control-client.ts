import type { GenericAlert } from '../protocol/alerts.js';
import type { AccountTls } from './account-tls.js';
import type { ReferenceClient, SessionRun } from './client-core.js';
import { type ControlAnswer, type ControlOperation, DONE_ANSWER, unusable } from './control.js';
import type { Account } from './default-tree.js';
import type { Scalar } from './tree-node.js';

/** Done as soon as the session has begun; one that has to wait for the device's last session is accepted (202). */
async function begun(run: SessionRun): Promise<ControlAnswer> {
  if (run.queued) return { status: 202, body: { queued: true } };
  await run.begun;
  return DONE_ANSWER;
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function textOf(value: unknown, name: string): string | undefined {
  const member = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return typeof member === 'string' ? member : undefined;
}

/** The account of a `bootstrap` body; undefined when it is none. */
function accountOf(body: Readonly<Record<string, unknown>>): Account | undefined {
  const { SrvID: serverId, SrvURI: serverUri, MOIDs: moids, notification, http } = body;
  if (typeof serverId !== 'string' || typeof serverUri !== 'string' || !URL.canParse(serverUri)) return undefined;
  const listed = Array.isArray(moids) ? moids.filter((moid): moid is string => typeof moid === 'string') : undefined;
  const [secret, data] = [textOf(notification, 'secret'), textOf(notification, 'data')];
  const [user, password] = [textOf(http, 'user'), textOf(http, 'password')];
  return {
    serverId,
    serverUri,
    ...(listed === undefined ? {} : { moids: listed }),
    ...(secret === undefined ? {} : { notification: { secret, data: data ?? '' } }),
    ...(user === undefined ? {} : { http: { user, password: password ?? '' } }),
    ...(typeof body.tls === 'object' && body.tls !== null ? { tls: tlsOf(body.tls) } : {}),
  };
}

/** The account's means of TLS, as far as they are texts. */
function tlsOf(value: object): AccountTls {
  const psk = (value as Readonly<Record<string, unknown>>).psk;
  const [identity, key] = [textOf(psk, 'identity'), textOf(psk, 'key')];
  const texts = (['ca', 'clientCert', 'clientKey'] as const).flatMap((name) => {
    const text = textOf(value, name);
    return text === undefined ? [] : [[name, text] as const];
  });
  return {
    ...Object.fromEntries(texts),
    ...(identity === undefined || key === undefined ? {} : { psk: { identity, key } }),
  };
}

/**
 * Control operations of a client. `POST /session` and `/bootstrap` are done when the sending of #1 has begun.
 *
 * @param onReset called beside the client's own reset.
 */
export function clientOperations(
  client: ReferenceClient,
  onReset: () => void = () => undefined,
): Readonly<Record<string, ControlOperation>> {
  return {
    'POST /session': () => begun(client.startSession()),
    // The bytes are taken; what the client makes of them shows in what it does.
    'POST /notification': (_body, { body }) => {
      client.notify(body)?.done.catch(() => undefined);
      return DONE_ANSWER;
    },
    'POST /alert': (body) => {
      if (typeof body.AlertType !== 'string') return unusable('a Generic Alert with an AlertType');
      client.raiseAlert(body as unknown as GenericAlert);
      return DONE_ANSWER;
    },
    'PUT /node': async ({ ClientURI, value }) => {
      if (typeof ClientURI !== 'string' || !isScalar(value)) return unusable('{ "ClientURI", "value" }');
      return (await client.setNode(ClientURI, value))
        ? DONE_ANSWER
        : unusable('the ClientURI of a leaf, or of a new one');
    },
    'POST /bootstrap': (body) => {
      const account = accountOf(body);
      return account === undefined ? unusable('{ "SrvID", "SrvURI", "MOIDs" }') : begun(client.bootstrap(account));
    },
    'POST /browser': ({ available }) => {
      if (typeof available !== 'boolean') return unusable('{ "available": true or false }');
      client.device().hasBrowser = available;
      return DONE_ANSWER;
    },
    'POST /reset': () => {
      onReset();
      client.reset();
      return DONE_ANSWER;
    },
  };
}
