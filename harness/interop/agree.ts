import type { Implementation } from '../model/implementation.js';
import type { Missing } from '../model/interop.js';
import { placeholdersIn } from '../model/placeholders.js';

/** What a server has of the account that a client must hold as well. */
export interface ServerAccount {
  readonly serverID: string;
  readonly notification?: { readonly secret: string; readonly data: string };
}

/** How client and server come to the same account. */
export interface Agreement {
  /** The client's statement as it is started, with what it takes by placeholder filled in from the server's. */
  readonly implementation: Implementation;
  /** For the report. */
  readonly how: string;
  /** The client must be given the account by the control operation `bootstrap`, before it can be notified. */
  readonly bootstrap: boolean;
}

/** The pair cannot have one DM Session: why. */
export interface Strangers {
  readonly missing: Missing;
}

/**
 * What a client's statement must say so that it is a device, and holds an account, of that server: what it takes by placeholder is filled in, what it says
 * itself must be the same, and a difference is left to `bootstrap`.
 */
export function agree(
  client: Implementation,
  server: Pick<Implementation, 'account' | 'devices'>,
): Agreement | Strangers {
  const device = deviceOf(client, server);
  if ('missing' in device) return device;
  const { account } = server;
  if (account === undefined) {
    const how = "the server's statement names no account (`account`), so the client's own stands";
    return { implementation: device.implementation, how, bootstrap: false };
  }
  const taken = taking(device.implementation, account);
  const differs = differences(taken, account);
  if (differs.length === 0) {
    const filled = taken !== device.implementation;
    const how = filled ? "the client was started with the server's account" : 'both statements name the same account';
    return { implementation: taken, how, bootstrap: false };
  }
  const how = `the client's statement names another account or none (${differs.join(', ')}), so that it can be notified only once it has been given the server's by bootstrap`;
  return { implementation: taken, how, bootstrap: true };
}

/** The server's values in place of those that the client takes by placeholder. */
function taking(client: Implementation, account: ServerAccount): Implementation {
  const named = new Set(placeholdersIn([client.start, client.control]).map(({ name }) => name));
  const own = client.account;
  const serverID = named.has('account.serverID') || own === undefined ? account.serverID : own.serverID;
  const { notification } = account;
  const pick = (key: 'secret' | 'data'): string | undefined =>
    named.has(`account.${key}`) ? notification?.[key] : own?.notification?.[key];
  const [secret, data] = [pick('secret'), pick('data')];
  const window = own?.notification ?? {};
  const sealed = secret === undefined || data === undefined ? {} : { notification: { ...window, secret, data } };
  const takes = ['account.serverID', 'account.secret', 'account.data'].some((name) => named.has(name));
  if (!takes) return client;
  const { notification: _before, ...rest } = own ?? {};
  return { ...client, account: { ...rest, serverID, ...sealed } };
}

function differences({ account }: Implementation, server: ServerAccount): readonly string[] {
  const pairs: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ['account.serverID', account?.serverID, server.serverID],
    ['account.notification.secret', account?.notification?.secret, server.notification?.secret],
    ['account.notification.data', account?.notification?.data, server.notification?.data],
  ];
  return pairs.filter(([, own, other]) => own !== other).map(([key]) => `\`${key}\``);
}

/** The client as a device that the server serves. */
function deviceOf(
  client: Implementation,
  { devices }: Pick<Implementation, 'devices'>,
): { readonly implementation: Implementation } | Strangers {
  if (devices === undefined) return { implementation: client };
  const named = new Set(placeholdersIn([client.start, client.control]).map(({ name }) => name));
  const own = devices.find(({ id }) => id === client.device?.id);
  const known = own ?? (named.has('device.id') ? devices[0] : undefined);
  if (known === undefined) {
    if (client.device === undefined) return { implementation: client };
    const probe = `the server serves ${devices.map(({ id }) => id).join(', ')} alone (\`devices\`), and the client is ${client.device.id} (\`device.id\`)`;
    return { missing: { side: 'server', key: 'devices', probe } };
  }
  const { id, user, password } = known;
  const asked = user !== undefined && password !== undefined;
  if (!asked || !(named.has('account.user') && named.has('account.password')))
    return { implementation: { ...client, device: { id } } };
  const account = { serverID: '', ...client.account, http: { user, password } };
  return { implementation: { ...client, device: { id }, account } };
}
