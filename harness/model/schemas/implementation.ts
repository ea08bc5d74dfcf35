const TEXT = { type: 'string', minLength: 1 } as const;
const TEXTS = { type: 'array', minItems: 1, items: TEXT } as const;
const DURATION = { type: 'string', pattern: '^\\d+(\\.\\d+)?(ms|s|m)$' } as const;

/** An object that has no other keys than these. */
function only<P extends Record<string, unknown>>(properties: P, required: readonly (keyof P & string)[] = []) {
  return { type: 'object', additionalProperties: false, required, properties } as const;
}

function listOf(...words: readonly string[]) {
  return { type: 'array', uniqueItems: true, items: { enum: words } } as const;
}

/** A shell command, or a program and its arguments. */
const COMMAND = { type: ['string', 'array'], minLength: 1, minItems: 1, items: TEXT } as const;
const ENVIRONMENT = {
  type: 'object',
  additionalProperties: { type: ['string', 'number', 'boolean'] },
} as const;

/** How one sees that it is up: a line on its output, an address that answers, or a port that takes connections. */
const READY = {
  type: ['string', 'object'],
  minLength: 1,
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: false,
  properties: { line: TEXT, http: TEXT, port: { type: ['string', 'integer'], minLength: 1, minimum: 1 } },
} as const;

const PROCESS = only(
  { cwd: TEXT, command: COMMAND, env: ENVIRONMENT, per: { enum: ['run', 'session'] }, ready: READY, within: DURATION },
  ['command'],
);

const CONTAINER = {
  ...only({
    image: TEXT,
    dockerfile: TEXT,
    context: TEXT,
    command: { type: 'array', minItems: 1, items: TEXT },
    env: ENVIRONMENT,
    ports: { type: 'array', uniqueItems: true, items: { type: 'integer', minimum: 1, maximum: 65_535 } },
    files: { type: 'array', items: only({ from: TEXT, to: TEXT }, ['from', 'to']) },
    network: { enum: ['bridge', 'host'] },
    healthcheck: only({ command: TEXTS, interval: DURATION, retries: { type: 'integer', minimum: 1 } }, ['command']),
    ready: READY,
    within: DURATION,
  }),
  oneOf: [{ required: ['image'] }, { required: ['dockerfile'] }],
} as const;

const START = {
  ...only({ embedded: { const: true }, url: TEXT, process: PROCESS, container: CONTAINER }),
  minProperties: 1,
  maxProperties: 1,
} as const;

const CLIENT_OPERATIONS = ['startSession', 'notify', 'raiseAlert', 'setNode', 'bootstrap', 'setBrowser'] as const;
const SERVER_OPERATIONS = ['queue', 'sendNotification'] as const;
/** The operations of the control protocol by role (design: control protocol). */
export const ROLE_OPERATIONS = {
  client: [...CLIENT_OPERATIONS, 'reset'],
  server: [...SERVER_OPERATIONS, 'reset'],
} as const;
const OPERATIONS = [...CLIENT_OPERATIONS, ...SERVER_OPERATIONS, 'reset'];

const CONTROL = {
  ...only({
    http: TEXT,
    commands: only({ any: COMMAND, ...Object.fromEntries(OPERATIONS.map((name) => [name, COMMAND])) }),
    manual: { const: true },
    operations: listOf(...OPERATIONS),
  }),
  oneOf: [{ required: ['http'] }, { required: ['commands'] }, { required: ['manual'] }],
} as const;

const COMMAND_NAMES = [
  ...['HGET', 'HPUT', 'HPOST', 'DELETE', 'EXEC', 'GET', 'SHOW', 'CONT', 'END', 'DEFAULT', 'SUB', 'UNSUB'],
] as const;
const NOTIFICATION_OPTIONS = [
  ...['SERVER-ID', 'PREFERRED-CON-TYPE', 'NOTIFICATION-ID', 'SHA256-DIGEST', 'TIMESTAMP', 'REQ-MOS'],
] as const;

const SUPPORTS = only({
  commands: listOf(...COMMAND_NAMES),
  notification: listOf(...NOTIFICATION_OPTIONS),
  notificationTransport: listOf('control', 'udp', 'http'),
  addressing: listOf('query', 'x-name', 'wildcard'),
  cache: { type: 'boolean' },
  accessControl: { type: 'boolean' },
  transports: listOf('http', 'https'),
  security: listOf('basic', 'digest', 'x509', 'psk'),
});

const PASSWORD = { user: TEXT, password: TEXT } as const;
const PSK = only({ identity: TEXT, key: { type: 'string', pattern: '^([0-9A-Fa-f]{2})+$' } }, ['identity', 'key']);

const ACCOUNT = only(
  {
    serverID: TEXT,
    http: only({ scheme: { enum: ['basic', 'digest'] }, ...PASSWORD }, ['user', 'password']),
    notification: only(
      {
        secret: TEXT,
        data: { type: 'string' },
        version: { const: 0 },
        timestampWindowSeconds: { type: 'integer', minimum: 1 },
      },
      ['secret', 'data'],
    ),
  },
  ['serverID'],
);

const NODE_NAMES = [
  ...['devInfo', 'account', 'sessionInfo', 'sample', 'executable', 'executableWithAlert', 'permanent', 'dynamicLeaf'],
  ...['cacheable', 'secret', 'outsideAccount', 'spareMo'],
] as const;
/** A ClientURI begins with a MOID, which is a URN. */
const NODE = { type: 'string', pattern: '^[Uu][Rr][Nn]:' } as const;

/** `implementation.yaml`: what the suite must know of an implementation under test. All keys but `name` and `role` are optional. */
export const IMPLEMENTATION_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:dmconform:schema:implementation:1',
  title: 'Implementation statement',
  ...only(
    {
      schemaVersion: { const: 1 },
      name: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' },
      vendor: TEXT,
      version: TEXT,
      role: { enum: ['client', 'server'] },
      start: START,
      control: CONTROL,
      supports: SUPPORTS,
      account: ACCOUNT,
      device: only({ id: TEXT }, ['id']),
      devices: {
        type: 'array',
        minItems: 1,
        items: only({ id: TEXT, ...PASSWORD, cert: TEXT, key: TEXT, psk: PSK }, ['id']),
      },
      nodes: only(Object.fromEntries(NODE_NAMES.map((name) => [name, NODE]))),
      notifications: only({ udp: TEXT, http: TEXT }),
      endpoint: TEXT,
      secureEndpoint: TEXT,
      repository: TEXT,
      pages: TEXT,
      decisions: { type: 'object', propertyNames: { pattern: '^D-\\d{2}$' }, additionalProperties: TEXT },
      patience: DURATION,
      timeouts: only({ package: DURATION }),
      knownIssues: TEXT,
    },
    ['name', 'role'],
  ),
} as const;
