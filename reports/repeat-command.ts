import type { Evidence } from '../harness/model/evidence.js';
import type { RequirementResult, Result } from '../harness/model/result.js';
import { visibleText } from './visible-text.js';

/** Fields that curl writes itself. */
const OWN_FIELDS = new Set([
  'host',
  'content-length',
  'connection',
  'accept-encoding',
  'transfer-encoding',
  'user-agent',
]);
/** Longer lines help nobody. */
const MOST_LINE = 4000;

/** The command that plays just this requirement again; `…` stands for the options that name the target, where the record does not hold them. */
export function repeatCommand({ target, role }: Result, { id }: Pick<RequirementResult, 'id'>): string {
  if (target.start === 'embedded') return `dmconform run --role ${role} --only ${id}`;
  if (role === 'server' && /^https?:\/\//.test(target.start))
    return `dmconform run --server-url ${quoted(target.start)} --only ${id}`;
  return `dmconform run … --only ${id}`;
}

/**
 * A curl line that makes a DM Server under test do it again, where one message suffices: the offending answer is to the first request of its scenario, and that
 * request is on the record as a whole, with no secret taken out of it.
 * @param events those of the scenario, in order, from its beginning.
 */
export function curlLine({ role }: Result, offending: number, events: readonly Evidence[]): string | undefined {
  const begins = events.findIndex(({ title }) => title === 'the harness: scenario-begin');
  if (role !== 'server' || begins < 0) return undefined;
  const own = events.slice(begins);
  const exchange = own.find(({ seq }) => seq === offending)?.exchange;
  const first = own.find(({ request, to }) => request !== undefined && to === 'server');
  const isSecure = own.some(({ title }) => title === 'connection secured');
  if (first === undefined || exchange === undefined || first.exchange !== exchange || isSecure) return undefined;
  return curlOf(first);
}

function curlOf({ request, headers = [], body = '', bodySize = 0, binary, defect }: Evidence): string | undefined {
  const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1];
  const isWhole = binary === undefined && defect === undefined && Buffer.byteLength(body) === bodySize;
  if (request === undefined || host === undefined || !isWhole || !request.target.startsWith('/')) return undefined;
  const fields = headers.filter(([name]) => !OWN_FIELDS.has(name.toLowerCase()));
  const words = [
    'curl',
    '-i',
    '-X',
    quoted(request.method),
    ...fields.flatMap(([name, value]) => ['-H', quoted(`${name}: ${value}`)]),
    ...(body === '' ? [] : ['--data-binary', quoted(body)]),
    quoted(`http://${host}${request.target}`),
  ];
  const line = words.join(' ');
  return line.length > MOST_LINE || visibleText(line) !== line || line.includes('redacted:') ? undefined : line;
}

/** One word for a POSIX shell. */
function quoted(text: string): string {
  return /^[\w./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
