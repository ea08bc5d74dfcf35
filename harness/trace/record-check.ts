import type { TraceEvent, TraceFooter, TraceHeader } from './event.js';

/** What a member must be: `?` = may be absent. */
type Shape =
  | 'string'
  | 'number'
  | 'boolean'
  | 'object'
  | 'headers'
  | 'body'
  | 'framing'
  | 'string?'
  | 'number?'
  | 'boolean?'
  | 'object?';
type Shapes = Readonly<Record<string, Shape>>;
type Fields = Readonly<Record<string, unknown>>;

const BASE: Shapes = { seq: 'number', t: 'number', kind: 'string', scenario: 'string?' };
const MESSAGE: Shapes = {
  ...BASE,
  exchange: 'string',
  connection: 'string',
  from: 'string',
  to: 'string',
  began: 'number',
  headers: 'headers',
  rawHead: 'string?',
  body: 'body',
  framing: 'framing',
  defect: 'string?',
  httpVersion: 'string',
};

const EVENTS: ReadonlyMap<string, Shapes> = new Map<TraceEvent['kind'], Shapes>([
  ['http-request', { ...MESSAGE, method: 'string', target: 'string', label: 'string?' }],
  ['http-response', { ...MESSAGE, status: 'number', reason: 'string' }],
  [
    'connection',
    {
      ...BASE,
      connection: 'string',
      phase: 'string',
      from: 'string',
      to: 'string',
      detail: 'string?',
      at: 'string?',
      hello: 'object?',
      tls: 'object?',
      shows: 'string?',
    },
  ],
  [
    'process',
    {
      ...BASE,
      phase: 'string',
      process: 'string',
      code: 'number?',
      signal: 'string?',
      killed: 'boolean?',
      detail: 'string?',
    },
  ],
  [
    'notification',
    {
      ...BASE,
      from: 'string',
      to: 'string',
      via: 'string',
      device: 'string?',
      body: 'body',
      digest: 'string',
      accepted: 'boolean',
      detail: 'string?',
    },
  ],
  ['action', { ...BASE, action: 'object' }],
]);

const HEADER: Shapes = {
  started: 'string',
  suite: 'string',
  ledger: 'string',
  role: 'string',
  statement: 'object',
  decisions: 'object',
  profile: 'string',
  patienceMs: 'number',
  source: 'string',
  counterpart: 'object?',
};

/** The event, or why the value is none. Unknown members are let pass, unknown kinds are not. */
export function checkEvent(value: unknown): TraceEvent | string {
  if (!isRecord(value)) return 'the line is no JSON object';
  const { kind } = value;
  const shapes = typeof kind === 'string' ? EVENTS.get(kind) : undefined;
  if (shapes === undefined) return `unknown kind of event ${JSON.stringify(kind)}`;
  const wrong = firstWrong(value, shapes);
  if (wrong !== undefined) return `in an event of kind ${String(kind)}, ${wrong}`;
  if (kind === 'action' && isRecord(value.action) && typeof value.action.name !== 'string') {
    return 'in an event of kind action, action.name is missing';
  }
  if (kind === 'action' && isRecord(value.action) && value.action.name === 'stall' && !isDuration(value.action.ms)) {
    return 'in an action stall, ms is no number of milliseconds';
  }
  return value as unknown as TraceEvent;
}

/** The header, or why the value is none. */
export function checkHeader(value: unknown): TraceHeader | string {
  if (!isRecord(value) || value.record !== 'dmconform-trace') return 'the first line is not the header of a trace';
  if (value.version !== 1)
    return `unknown version ${JSON.stringify(value.version)} of the trace format; this program reads 1`;
  const wrong = firstWrong(value, HEADER);
  if (wrong !== undefined) return `in the header, ${wrong}`;
  if (value.role !== 'client' && value.role !== 'server') return 'in the header, role is neither client nor server';
  return value as unknown as TraceHeader;
}

/** The footer, or why the value is none. */
export function checkFooter(value: unknown): TraceFooter | string {
  if (!isRecord(value) || value.record !== 'dmconform-trace-end')
    return `unknown record ${JSON.stringify(value)}`.slice(0, 120);
  const wrong = firstWrong(value, { events: 'number', partial: 'string?' });
  return wrong === undefined ? (value as unknown as TraceFooter) : `in the footer, ${wrong}`;
}

function isDuration(value: unknown): boolean {
  return typeof value === 'number' && value >= 0;
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstWrong(value: Fields, shapes: Shapes): string | undefined {
  for (const [name, shape] of Object.entries(shapes)) {
    const member = value[name];
    if (member === undefined && shape.endsWith('?')) continue;
    if (member === undefined) return `${name} is missing`;
    if (!fits(member, shape)) return `${name} is no ${shape.replace('?', '')}`;
  }
  return undefined;
}

function fits(member: unknown, shape: Shape): boolean {
  switch (shape) {
    case 'headers':
      return Array.isArray(member) && member.every(isField);
    case 'body':
      return isRecord(member) && typeof member.size === 'number' && holdsBytes(member);
    case 'framing':
      return isRecord(member) && typeof member.by === 'string';
    case 'object':
    case 'object?':
      return isRecord(member);
    default:
      return typeof member === shape.replace('?', '');
  }
}

function isField(field: unknown): boolean {
  return Array.isArray(field) && field.length === 2 && typeof field[0] === 'string' && typeof field[1] === 'string';
}

/** Text, base64, a reference to a file, or nothing when it is empty. */
function holdsBytes(body: Fields): boolean {
  if (typeof body.file === 'string') return typeof body.sha256 === 'string' && /^bodies\/[0-9a-f]{64}$/.test(body.file);
  return typeof body.text === 'string' || typeof body.base64 === 'string' || body.size === 0;
}
