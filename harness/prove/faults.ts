import type { Role } from '../model/verdict.js';
import { FIELD } from '../protocol/headers.js';
import { MEDIA, mediaTypeOf } from '../protocol/media-types.js';
import { headerValue } from '../stimuli/peer.js';
import type { HttpRequestEvent, HttpResponseEvent, MessageEvent, TraceEvent } from '../trace/event.js';

/** One violation that is put into the record of legal sessions: a deviant that is no program. */
export interface Fault {
  readonly name: string;
  readonly role: Role;
  /** Any of these rows must be found violated. */
  readonly breaks: readonly string[];
  /** The events with the violation at one of its possible places; undefined where there is none. Numbers are given anew. */
  readonly inject: (events: readonly TraceEvent[], random: () => number) => readonly TraceEvent[] | undefined;
}

type Json = Readonly<Record<string, unknown>>;
type Change = (event: MessageEvent) => readonly TraceEvent[];

function jsonOf({ body }: MessageEvent): Json | undefined {
  if (!('text' in body)) return undefined;
  try {
    const value: unknown = JSON.parse(body.text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

function listOf(event: MessageEvent, member: 'CMD' | 'Status'): readonly unknown[] {
  const list = jsonOf(event)?.[member];
  return Array.isArray(list) ? list : [];
}

function saying<E extends MessageEvent>(event: E, value: unknown): E {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { ...event, body: { size: Buffer.byteLength(text), text } };
}

function withField<E extends MessageEvent>(event: E, name: string, value: string | undefined): E {
  const others = event.headers.filter(([one]) => one.toLowerCase() !== name.toLowerCase());
  return { ...event, headers: value === undefined ? others : [...others, [name, value]] };
}

const typeOf = (event: MessageEvent): string | undefined => mediaTypeOf(headerValue(event.headers, FIELD.contentType));
const isOne = (event: TraceEvent): event is HttpRequestEvent =>
  event.kind === 'http-request' && event.to === 'server' && typeOf(event) === MEDIA.initiation;
const isThree = (event: TraceEvent): event is HttpRequestEvent =>
  event.kind === 'http-request' && event.to === 'server' && typeOf(event) === MEDIA.response;
const isTwo = (event: TraceEvent): event is HttpResponseEvent =>
  event.kind === 'http-response' && event.from === 'server' && event.status === 200 && listOf(event, 'CMD').length > 0;
const isUpload = (event: TraceEvent): event is HttpRequestEvent =>
  event.kind === 'http-request' && event.to === 'repository' && (event.method === 'PUT' || event.method === 'POST');

/** Whether an event is of that kind; some kinds show by others only. */
type Fits = (event: TraceEvent, events: readonly TraceEvent[]) => event is MessageEvent;

/** At one of the events that fit, in place of it; not in the last session, whose silence no later one fences. */
function at(fits: Fits, change: Change): Fault['inject'] {
  return (events, random) => {
    const fenced = events.slice(0, events.findLastIndex(isOne));
    const places = fenced.flatMap((event, index) => (fits(event, events) ? [{ event, index }] : []));
    const place = places[Math.floor(random() * places.length)];
    if (place === undefined) return undefined;
    const changed = [...events.slice(0, place.index), ...change(place.event), ...events.slice(place.index + 1)];
    return changed.map((one, index) => ({ ...one, seq: index + 1 }));
  };
}

const isPackage: Fits = (event) => isOne(event) || isThree(event);
const hasStatus: Fits = (event): event is MessageEvent => isThree(event) && listOf(event, 'Status').length > 0;
/** An upload for a command; the reports of a SUB are none. */
const isCommanded: Fits = (event, events): event is MessageEvent =>
  isUpload(event) &&
  events.some(
    (one) => isTwo(one) && commandsOf(one).some(([name, url]) => name?.startsWith('H') && url?.endsWith(event.target)),
  );
const answers = (fits: (event: TraceEvent) => boolean): Fits =>
  ((event, events) =>
    isTwo(event) &&
    events.some((one) => one.kind === 'http-request' && one.exchange === event.exchange && fits(one))) as Fits;

function commandsOf(two: MessageEvent): readonly (readonly string[])[] {
  return listOf(two, 'CMD').filter((one) => Array.isArray(one));
}

function withStatus(change: (statuses: readonly unknown[]) => readonly unknown[]): Change {
  return (event) => [saying(event, { ...jsonOf(event), Status: change(listOf(event, 'Status')) })];
}

function withCommand(command: unknown): Change {
  return (event) => [saying(event, { ...jsonOf(event), CMD: [command, ...listOf(event, 'CMD')] })];
}

const without =
  (name: string): Change =>
  (event) => [withField(event, name, undefined)];
const refused: Change = (event) => [{ ...event, status: 500, body: { size: 0 } } as HttpResponseEvent];

type Row = readonly [name: string, breaks: readonly string[], inject: Fault['inject']];

const CLIENT: readonly Row[] = [
  [
    'a-status-is-missing',
    ['STA-01'],
    at(
      hasStatus,
      withStatus((all) => all.slice(1)),
    ),
  ],
  [
    'a-status-too-many',
    ['STA-01'],
    at(
      isThree,
      withStatus((all) => [...all, { sc: 200 }]),
    ),
  ],
  [
    'a-status-is-text',
    ['STA-02'],
    at(
      hasStatus,
      withStatus((all) => all.map(() => ({ sc: '200' }))),
    ),
  ],
  ['no-device-identifier', ['PKG-09'], at(isPackage, without(FIELD.deviceId))],
  ['another-device-identifier', ['PKG-09'], at(isThree, (event) => [withField(event, FIELD.deviceId, 'IMEI:0')])],
  ['a-command-in-a-report', ['END-07'], at(isThree, (event) => [saying(event, { ...jsonOf(event), CMD: [['END']] })])],
  ['a-report-is-no-json', ['PKG-13'], at(isThree, (event) => [saying(event, '{"Status":[')])],
  ['a-package-has-no-type', ['PKG-06', 'PKG-07'], at(isPackage, without(FIELD.contentType))],
  ['a-package-accepts-nothing', ['PKG-10'], at(isPackage, without(FIELD.accept))],
  ['a-package-is-put', ['PKG-04'], at(isPackage, (event) => [{ ...event, method: 'PUT' } as HttpRequestEvent])],
  [
    'an-upload-that-nothing-asked-for',
    ['CDL-19'],
    at(isUpload, (event) => [
      event,
      { ...event, exchange: `${event.exchange}-again`, target: '/r1/nobody-named-this' } as HttpRequestEvent,
    ]),
  ],
  [
    'an-upload-by-the-other-method',
    ['CDL-02', 'CDL-03'],
    at(isCommanded, (event) => [
      { ...event, method: 'method' in event && event.method === 'PUT' ? 'POST' : 'PUT' } as HttpRequestEvent,
    ]),
  ],
];

const SERVER: readonly Row[] = [
  ['commands-are-no-json', ['PKG-12'], at(isTwo, (event) => [saying(event, '{"CMD":[')])],
  ['a-command-is-no-list', ['PKG-12'], at(isTwo, withCommand('END'))],
  ['commands-of-another-type', ['PKG-08'], at(isTwo, (event) => [withField(event, FIELD.contentType, 'text/plain')])],
  ['an-address-that-is-none', ['MOM-11'], at(isTwo, withCommand(['GET', 'urn:oma:mo:moid:1.0//[1]']))],
  // Which row depends on what the refused package is: the first of a device, a later one, one with MOS, after CONT, on a kept connection.
  ['a-session-is-refused', ['SES-10', 'SES-12', 'FLW-02'], at(answers(isOne), refused)],
  ['a-report-is-refused', ['FLW-11', 'FLW-04', 'CNT-04', 'HTP-06'], at(answers(isThree), refused)],
];

const faults = (role: Role, rows: readonly Row[]): readonly Fault[] =>
  rows.map(([name, breaks, inject]) => ({ name, role, breaks, inject }));

export const FAULTS: readonly Fault[] = [...faults('client', CLIENT), ...faults('server', SERVER)];
