import { readFile } from 'node:fs/promises';
import { resolve as resolvePath } from 'node:path';
import { parseStatedDuration } from '../model/durations.js';
import type { Control, Implementation, KnownDevice, Ready, Start } from '../model/implementation.js';
import { placeholdersIn } from '../model/placeholders.js';
import { ROLE_OPERATIONS } from '../model/schemas/implementation.js';
import { DEFAULT_NODES, type StatedAccount, type Statement, type Supports, sparedNodes } from '../model/statement.js';
import type { EventBus } from '../recorder/bus.js';
import { ContainerLife } from './container-life.js';
import { ALREADY_THERE, type Life, ProcessLife } from './life.js';
import { type OperationName, type Steer, Steering } from './steer.js';
import { CommandSteer } from './steer-commands.js';
import { HttpSteer } from './steer-http.js';
import { type AskPerson, ManualSteer } from './steer-manual.js';
import type { Surroundings } from './surroundings.js';
import { type Credentials, type DeviceAccount, statedDevice } from './target.js';

/** How long an implementation may take to get ready, unless its statement says otherwise, in milliseconds. */
const READY_MS = 30_000;
const CONTAINER_READY_MS = 120_000;

/** A statement as it was read, where it lies, and what the run gives to whatever it starts. */
export interface StatedOptions {
  readonly implementation: Implementation;
  /** The statement's own folder: what it names is relative to it. */
  readonly folder: string;
  readonly surroundings: Surroundings;
  readonly bus: EventBus;
  readonly patienceMs: number;
  /** Whose process events come now. */
  readonly scenario: () => string | undefined;
  readonly drained: (ms: number) => Promise<void>;
  /** Told when what the implementation runs on is gone, so that nothing more can come of the run. */
  readonly lost?: ((why: string) => void) | undefined;
  /** A person who steers by hand. */
  readonly ask?: AskPerson | undefined;
  /** Whether nodes that every device has may be changed though the statement does not name them. */
  readonly destructive?: boolean | undefined;
}

/** What the record says of the implementation: the statement without its secrets. */
export function statementOf({ implementation, surroundings, folder, destructive }: StatedOptions): Statement {
  const { name, vendor, version, role, supports, timeouts } = implementation;
  const account = accountOf(implementation);
  const { devices } = credentialsOf(implementation, folder);
  const { commands, ...features } = supports ?? {};
  const limit = timeouts?.package;
  const place = (key: 'repository' | 'pages' | 'secureEndpoint') => {
    const text = implementation[key];
    return text === undefined ? {} : { [key]: surroundings.fill(text) };
  };
  return {
    name,
    ...(vendor === undefined ? {} : { vendor }),
    ...(version === undefined ? {} : { version }),
    role,
    start: startOf(implementation),
    operations: operationsOf(implementation),
    ...(commands === undefined ? {} : { commands }),
    ...(supports === undefined ? {} : { supports: features satisfies Supports }),
    ...(account === undefined ? {} : { account }),
    ...(placeholdersIn(implementation.start).some((one) => one.name === 'tls.ca') ? { trustsSuite: true } : {}),
    ...(devices === undefined ? {} : { devices: devices.map(statedDevice) }),
    ...(limit === undefined ? {} : { timeouts: { package: parseStatedDuration(limit) } }),
    nodes: { ...DEFAULT_NODES, ...implementation.nodes },
    ...(destructive === true || role === 'server' ? {} : { spared: sparedNodes(implementation.nodes) }),
    ...place('repository'),
    ...place('pages'),
    ...place('secureEndpoint'),
  };
}

/** SERVER-ID of the account of a client that names credentials of the run, and no account. */
const USUAL_SERVER_ID = 'dm.example.com';

/** What the client has: as its statement says, or as the placeholders in it tell. */
function accountOf({ account, start }: Implementation): StatedAccount | undefined {
  const named = new Set(placeholdersIn(start).map(({ name }) => name));
  const has = (...names: readonly string[]): boolean => names.every((name) => named.has(name));
  const means = [
    ...(has('tls.clientCert', 'tls.clientKey') ? ['certificate' as const] : []),
    ...(has('tls.pskIdentity', 'tls.pskKey') ? ['psk' as const] : []),
  ];
  const http = account?.http !== undefined || has('account.user', 'account.password');
  if (account === undefined && !http && means.length === 0) return undefined;
  const window = account?.notification?.timestampWindowSeconds;
  return {
    serverId: account?.serverID ?? USUAL_SERVER_ID,
    notification: account?.notification !== undefined,
    ...(http ? { http } : {}),
    ...(means.length === 0 ? {} : { tls: means }),
    ...(window === undefined ? {} : { timestampWindowSeconds: window }),
  };
}

/** As it stands in the statement: the placeholders tell more than the ports of one run, and hold no secret. */
function startOf({ start = {}, role, control }: Implementation): Statement['start'] {
  const { process: program, container, url } = start;
  if (program !== undefined) {
    const { command } = program;
    return {
      kind: 'process',
      per: perOf(start, role, control),
      detail: typeof command === 'string' ? command : command.join(' '),
    };
  }
  if (container !== undefined)
    return { kind: 'container', per: 'run', detail: container.image ?? container.dockerfile ?? '' };
  return url === undefined ? { kind: 'running', per: 'run' } : { kind: 'url', detail: url };
}

/** A client that nothing else is said of runs one session for each start; one that is steered, or says when it is ready, stays. */
export function perOf({ process: program }: Start, role: Implementation['role'], control?: Control): 'run' | 'session' {
  if (program?.per !== undefined) return program.per;
  return role === 'server' || control !== undefined || program?.ready !== undefined ? 'run' : 'session';
}

/** The control operations that there are, as far as the statement says; those it says nothing of are tried. */
export function operationsOf({ role, start = {}, control }: Implementation): readonly OperationName[] {
  const all = ROLE_OPERATIONS[role] as readonly OperationName[];
  const { operations, commands } = control ?? {};
  const named = operations ?? (commands === undefined || commands.any !== undefined ? all : Object.keys(commands));
  const steered = control === undefined ? [] : all.filter((name) => named.includes(name));
  const starts = start.process !== undefined && perOf(start, role, control) === 'session';
  return starts && !steered.includes('startSession') ? ['startSession', ...steered] : steered;
}

/** What the suite shares with the implementation. */
export function credentialsOf({ account, devices }: Implementation, folder: string): Credentials {
  const { notification } = account ?? {};
  return {
    ...(notification === undefined ? {} : { notification: { secret: notification.secret, data: notification.data } }),
    ...(devices === undefined ? {} : { devices: devices.map((device) => accountOfDevice(device, folder)) }),
  };
}

function accountOfDevice({ id, user, password, cert, key, psk }: KnownDevice, folder: string): DeviceAccount {
  const text = (file: string): Promise<string> => readFile(resolvePath(folder, file), 'utf8');
  const certificate =
    cert === undefined || key === undefined
      ? undefined
      : async () => ({ key: await text(key), cert: await text(cert) });
  return {
    id,
    ...(user === undefined || password === undefined ? {} : { http: { user, password } }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(psk === undefined ? {} : { psk: { identity: psk.identity, key: Buffer.from(psk.key, 'hex') } }),
  };
}

/** Everything in a statement that is secret. */
export function secretsIn({ account, devices = [] }: Implementation): readonly string[] {
  const accounts = [
    { ...account?.http, psk: undefined },
    ...devices.map(({ user, password, psk }) => ({ user, password, psk })),
  ];
  const all = accounts.flatMap(({ user, password, psk }) => [
    ...(password === undefined ? [] : [password, `${user}:${password}`]),
    ...(psk === undefined ? [] : [psk.key]),
  ]);
  return [...all, ...(account?.notification === undefined ? [] : [account.notification.secret])];
}

export function lifeOf(options: StatedOptions): Life {
  const { implementation, folder, surroundings, bus, scenario, drained, lost } = options;
  const { process: start, container } = implementation.start ?? {};
  if (container !== undefined) {
    const limit = container.within === undefined ? CONTAINER_READY_MS : parseStatedDuration(container.within);
    const { name } = implementation;
    return new ContainerLife({ name, start: container, folder, surroundings, bus, scenario, withinMs: limit, lost });
  }
  if (start === undefined) return ALREADY_THERE;
  const withinMs = start.within === undefined ? READY_MS : parseStatedDuration(start.within);
  const ready = start.ready ?? impliedReadiness(options);
  const stated = ready === undefined ? start : { ...start, ready };
  return new ProcessLife({ start: stated, folder, surroundings, bus, scenario, drained, withinMs });
}

/** What runs through the whole run and does not say when it is ready is ready when the port of its first address takes connections. */
function impliedReadiness({ implementation, surroundings }: StatedOptions): Ready | undefined {
  const { endpoint, control } = implementation;
  const address = [endpoint, control?.http].flatMap((url) => (url === undefined ? [] : [surroundings.fill(url)]))[0];
  if (address === undefined || !URL.canParse(address)) return undefined;
  const { hostname, port, protocol } = new URL(address);
  return hostname === '127.0.0.1' || hostname === 'localhost'
    ? { port: port === '' ? (protocol === 'https:' ? 443 : 80) : port }
    : undefined;
}

export function steeringOf(options: StatedOptions): Steering {
  return new Steering(steerOf(options), operationsOf(options.implementation));
}

function steerOf({ implementation, folder, surroundings, patienceMs, ask }: StatedOptions): Steer | undefined {
  const { http, commands, manual } = implementation.control ?? {};
  if (manual === true) return new ManualSteer(ask);
  if (http !== undefined) return new HttpSteer(surroundings.fill(http), 6 * patienceMs);
  if (commands !== undefined) return new CommandSteer({ commands, folder, surroundings, patienceMs: 6 * patienceMs });
  return undefined;
}
