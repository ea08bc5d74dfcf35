import { randomFrom } from '../../harness/run/seed.js';
import type { TraceEvent } from '../../harness/trace/event.js';
import { checkEvent } from '../../harness/trace/record-check.js';
import { otherRounds } from './perturb-rounds.js';
import { otherTraffic } from './perturb-traffic.js';
import {
  isObject,
  type Json,
  type Opened,
  otherList,
  otherValue,
  type Place,
  pick,
  type Random,
} from './perturb-values.js';

const BODY = 'json';

/**
 * Records that differ from the given one in one thing, now and then in two or three, as a slip of an implementation, of a recorder or of a foreign program would make them:
 * another status, value, name or party, something left out, said twice or in another order. The same seed gives the same records; each is valid, so that
 * `judge` would read it.
 * @param base the events of a golden trace.
 */
export function* perturbed(base: readonly TraceEvent[], seed: string, count: number): Generator<readonly TraceEvent[]> {
  const random = randomFrom(seed);
  const opened = base.map(open);
  const places = opened.flatMap((event, index) => placesIn(event).map((place) => ({ ...place, index })));
  for (let made = 0; made < count; made += 1) {
    const luck = random();
    let events: readonly Opened[] = opened;
    for (let edits = luck < 0.7 ? 1 : luck < 0.9 ? 2 : 3; edits > 0; edits -= 1) {
      const kind = random();
      if (kind < 0.2) events = rearranged(events, random);
      else if (kind < 0.5) events = otherRounds(events, random);
      else events = changed(events, places, random);
    }
    yield events.map(closed).filter(isValid).map(numbered);
  }
}

/** Records that differ from the given one as other traffic of this protocol would (`perturb-traffic.ts`), in one to three ways; else as {@link perturbed}. */
export function* otherwise(base: readonly TraceEvent[], seed: string, count: number): Generator<readonly TraceEvent[]> {
  const random = randomFrom(seed);
  const opened = base.map(open);
  for (let made = 0; made < count; made += 1) {
    const luck = random();
    let events: readonly Opened[] = opened;
    for (let edits = luck < 0.4 ? 1 : luck < 0.8 ? 2 : 3; edits > 0; edits -= 1) events = otherTraffic(events, random);
    yield events.map(closed).filter(isValid).map(numbered);
  }
}

function open(event: TraceEvent): Opened {
  const whole = event as unknown as Opened;
  if (!('body' in event) || !('text' in event.body)) return whole;
  try {
    return { ...whole, body: { size: event.body.size, [BODY]: JSON.parse(event.body.text) as Json } };
  } catch {
    return whole;
  }
}

/** The event as it would have been recorded: a changed body has its own length. */
function closed(event: Opened): TraceEvent {
  const { body } = event;
  if (!isObject(body) || !(BODY in body)) return event as unknown as TraceEvent;
  const text = JSON.stringify(body[BODY]);
  const size = Buffer.byteLength(text);
  const before = String(body.size);
  const headers = Array.isArray(event.headers)
    ? event.headers.map((field: Json) =>
        Array.isArray(field) && /^content-length$/i.test(String(field[0])) && field[1] === before
          ? [field[0], String(size)]
          : field,
      )
    : event.headers;
  return { ...event, headers, body: { size, text } } as unknown as TraceEvent;
}

function isValid(event: TraceEvent): boolean {
  return typeof checkEvent(event) !== 'string';
}

function numbered(event: TraceEvent, index: number): TraceEvent {
  return { ...event, seq: index + 1 };
}

/** What an event is and when, its number apart, down to each member and element. */
function placesIn(event: Opened): readonly Place[] {
  const found: Place[] = [];
  const walk = (value: Json, path: Place['path'], name: string): void => {
    if (path.length > 0) found.push({ path, value, name });
    if (Array.isArray(value)) for (const [index, each] of value.entries()) walk(each, [...path, index], name);
    else if (isObject(value)) for (const [key, each] of Object.entries(value)) walk(each, [...path, key], key);
  };
  for (const [key, value] of Object.entries(event))
    if (key !== 'seq' && key !== 'kind' && key !== 'framing') walk(value, [key], key);
  return found;
}

/** What the harness itself writes, which is never of another type. */
const OURS: ReadonlySet<string> = new Set(['action', 'hello', 'tls']);

function sameType(left: Json | undefined, right: Json): boolean {
  return typeof left === typeof right && Array.isArray(left) === Array.isArray(right) && !isObject(left);
}

type Placed = Place & { readonly index: number };

function changed(events: readonly Opened[], places: readonly Placed[], random: Random): readonly Opened[] {
  const place = pick(places, random);
  const event = place === undefined ? undefined : events[place.index];
  if (place === undefined || event === undefined) return events;
  const { path, value } = place;
  const luck = random();
  const ours = OURS.has(String(path[0]));
  const now =
    luck < 0.12
      ? undefined
      : Array.isArray(value) && (ours || luck < 0.7)
        ? otherList(value, random)
        : otherValue(place, places, random);
  if (ours && (place.name === 'name' || !sameType(now, value))) return events;
  const made = withValue(event, path, now);
  return events.map((one, index) => (index === place.index ? (made as Opened) : one));
}

/** The value with another at the path; undefined takes it out. What is not there any more stays as it is. */
function withValue(value: Json, [key, ...rest]: Place['path'], now: Json | undefined): Json {
  if (key === undefined) return now ?? null;
  if (Array.isArray(value)) {
    const index = Number(key);
    if (rest.length === 0 && now === undefined) return value.filter((_each, at) => at !== index);
    return value.map((each: Json, at) => (at === index ? withValue(each, rest, now) : each));
  }
  if (!isObject(value) || !(key in value)) return value;
  if (rest.length > 0) return { ...value, [key]: withValue(value[key] ?? null, rest, now) };
  const { [key]: _gone, ...others } = value;
  return now === undefined ? others : { ...value, [key]: now };
}

/** Events left out, said twice, in another order, at the same time as another, or of another scenario. */
function rearranged(events: readonly Opened[], random: Random): readonly Opened[] {
  const at = Math.floor(random() * events.length);
  const to = Math.floor(random() * events.length);
  const [event, other] = [events[at], events[to]];
  if (event === undefined || other === undefined) return events;
  const rest = events.filter((_each, index) => index !== at);
  const luck = random();
  if (luck < 0.2) return rest;
  if (luck < 0.3) return events.filter((one) => one.exchange === undefined || one.exchange !== event.exchange);
  if (luck < 0.4) return [...events.slice(0, at), event, ...events.slice(at)];
  if (luck < 0.5) return [...rest.slice(0, to), event, ...rest.slice(to)];
  if (luck < 0.6) return [...events.slice(0, at), ...events.slice(at + 1, at + 2), event, ...events.slice(at + 2)];
  if (luck < 0.7) return events.slice(0, at);
  if (luck < 0.8) return again(events, random() < 0.5 ? 'again' : undefined);
  if (luck < 0.9) {
    const time = {
      t: other.t ?? 0,
      ...('began' in event ? { began: random() < 0.5 ? (other.t ?? 0) : (event.began ?? 0) } : {}),
    };
    return events.map((one, index) => (index === at ? { ...one, ...time } : one));
  }
  const { scenario: _none, ...free } = event;
  return events.map((one, index) => (index === at ? (random() < 0.5 ? free : { ...one, scenario: 'other' }) : one));
}

/** The whole record twice, one after the other, as the same scenario or another one. */
function again(events: readonly Opened[], scenario: string | undefined): readonly Opened[] {
  const last = events.reduce((latest, { t }) => Math.max(latest, Number(t)), 0);
  const second = events.map((event) => ({
    ...event,
    t: Number(event.t) + last,
    ...('began' in event ? { began: Number(event.began) + last } : {}),
    ...(typeof event.exchange === 'string' ? { exchange: `${event.exchange}b` } : {}),
    ...(typeof event.connection === 'string' ? { connection: `${event.connection}b` } : {}),
    ...(scenario === undefined || event.scenario === undefined ? {} : { scenario }),
  }));
  return [...events, ...second];
}
