import { isCommands, listIn, otherCommand, type Round, roundsIn, someCommand, withList } from './perturb-rounds.js';
import { isObject, type Json, type Opened, pick, type Random } from './perturb-values.js';

type Edit = (events: readonly Opened[], random: Random) => readonly Opened[];

const STATUSES = [200, 201, 202, 204, 299, 300, 301, 303, 304, 307, 399, 400, 401, 403, 404, 405, 408, 410, 413, 417];
const MORE_STATUSES = [429, 499, 500, 501, 502, 503, 599, 600];
const CODES = [199, 200, 201, 202, 299, 300, 304, 399, 400, 401, 403, 404, 405, 410, 500, 501, 503];
const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS'];
const FIELDS: readonly (readonly [string, string])[] = [
  ['Location', '/elsewhere'],
  ['Location', 'http://other.example:9000/x'],
  ['Content-Type', 'application/json'],
  ['Content-Type', 'application/vnd.example+json'],
  ['Content-Type', 'application/octet-stream'],
  ['Content-Type', 'image/png'],
  ['Host', 'other.example:9000'],
  ['Host', 'other.example'],
  ['Host', 'DM.EXAMPLE:8080'],
  ['Server', 'Apache/2.4'],
  ['OMADM-Extra', '1'],
  ['Expect', '100-continue'],
  ['Authorization', 'Basic *'],
  ['Accept-Encoding', 'identity'],
  ['Content-Encoding', 'GZIP'],
  ['Retry-After', '5'],
];
const DATA: readonly Json[] = [null, '', {}, [], { x: '' }, { Value: null }, 'mark', 1, false, '2.0', [{ x: 'y' }]];

/**
 * What traffic of this protocol differs in: an address above or below another, a round of before again at a later time, another answer of a repository, a
 * field more, a device that was reset. Each is as likely as the others, however many places a record has for it.
 */
export function otherTraffic(events: readonly Opened[], random: Random): readonly Opened[] {
  return (pick(EDITS, random) ?? again)(events, random);
}

/** A round of the record once more, after another one; half of the time about another command. */
function again(events: readonly Opened[], random: Random): readonly Opened[] {
  const rounds = roundsIn(events);
  const [source, place] = [pick(rounds, random), pick(rounds, random)];
  if (source === undefined || place === undefined) return events;
  return inserted(events, source, place, random() < 0.5 ? undefined : someCommand(events, random));
}

/** One command of a round names a node above, below or beside its own. */
function reaimed(events: readonly Opened[], random: Random): readonly Opened[] {
  return withCommand(events, random, (command) => {
    const [name, ...params] = command;
    const at = params.findIndex((param) => typeof param === 'string' && !param.includes('://'));
    if (name === undefined || at < 0) return command;
    return [name, ...params.map((param, index) => (index === at ? otherNode(String(param), events, random) : param))];
  });
}

/** A round again, whose command names a node above, below or beside that of the first time. */
function againReaimed(events: readonly Opened[], random: Random): readonly Opened[] {
  const rounds = roundsIn(events);
  const source = pick(rounds, random);
  const place = pick(rounds, random);
  const [command] = source === undefined ? [] : (listIn(events[source.from] ?? {}, 'CMD') ?? []);
  const [status] = source === undefined ? [] : (listIn(events[source.to] ?? {}, 'Status') ?? []);
  if (source === undefined || place === undefined || !isList(command)) return events;
  const named = random() < 0.4 ? [otherCommand(command, random), ...command.slice(1)] : command;
  const last = named.length - 1;
  const aimed = named.map((param, index) =>
    index === last && typeof param === 'string' && random() < 0.7 ? otherNode(param, events, random) : param,
  );
  const ended = random() < 0.5 ? { sc: pick(CODES, random) ?? 200 } : (status ?? { sc: 200 });
  return inserted(events, source, place, { command: aimed, status: ended });
}

/** A command with a member too many, one too few, or one that is no string. */
function misformed(events: readonly Opened[], random: Random): readonly Opened[] {
  return withCommand(events, random, (command) => {
    const luck = random();
    const uri = pick(urisIn(events), random) ?? 'x';
    if (luck < 0.35) return [...command, otherNode(uri, events, random)];
    if (luck < 0.6) return command.slice(0, -1);
    if (luck < 0.8) return [...command, 7];
    return [otherCommand(command, random), ...command.slice(1)];
  });
}

/** Another end, or other data, of one command. */
function otherStatus(events: readonly Opened[], random: Random): readonly Opened[] {
  const round = pick(roundsIn(events), random);
  const list = round === undefined ? undefined : listIn(events[round.to] ?? {}, 'Status');
  if (round === undefined || list === undefined || list.length === 0) return events;
  const at = Math.floor(random() * list.length);
  const luck = random();
  const made = list.map((status, index) => {
    if (index !== at || !isObject(status)) return status;
    if (luck < 0.55) return { ...status, sc: pick(CODES, random) ?? 200 };
    const others = Object.keys(status).filter((name) => name !== 'sc');
    const name = pick(others.length > 0 ? others : ['Data', 'URI', 'MO'], random) ?? 'Data';
    if (luck < 0.8)
      return { ...status, [name]: name === 'URI' ? otherPlaces(events, random) : someData(events, random) };
    return {
      sc: status.sc ?? 200,
      [name]: name === 'URI' ? otherPlaces(events, random) : (pick(DATA, random) ?? null),
    };
  });
  return events.map((event, index) => (index === round.to ? withList(event, 'Status', made) : event));
}

/** A message of interface 3, 4 or 2 with another status, method, target, field or body, or one that broke off. */
function otherMessage(events: readonly Opened[], random: Random): readonly Opened[] {
  const messages = events.filter(({ kind }) => kind === 'http-request' || kind === 'http-response');
  const beside = messages.filter((one) => ![one.from, one.to].includes('server'));
  const message = pick(beside.length > 0 && random() < 0.7 ? beside : messages, random);
  if (message === undefined) return events;
  return events.map((event) => (event === message ? changed(event, messages, random) : event));
}

function changed(event: Opened, messages: readonly Opened[], random: Random): Opened {
  const luck = random();
  if (luck < 0.1) return { ...event, defect: 'cut' };
  if (luck < 0.35) return otherLine(event, random);
  if (luck < 0.75) {
    const [name, value] = pick(FIELDS, random) ?? ['X', 'x'];
    const fields = Array.isArray(event.headers) ? (event.headers as readonly Json[]) : [];
    const rest = fields.filter((field) => !(isList(field) && String(field[0]).toLowerCase() === name.toLowerCase()));
    return { ...event, headers: random() < 0.25 ? rest : [...rest, [name, value]] };
  }
  const body = pick(messages, random)?.body;
  if (luck < 0.85) return { ...event, body: { size: 0 } };
  return { ...event, body: body ?? null };
}

function otherLine(event: Opened, random: Random): Opened {
  if (event.kind === 'http-response') return { ...event, status: pick([...STATUSES, ...MORE_STATUSES], random) ?? 200 };
  if (random() < 0.4) return { ...event, method: pick(METHODS, random) ?? 'GET' };
  const target = String(event.target);
  const ways = [`${target}/`, `${target}?q=1`, `/%2e${target}`, `http://repo.example:8000${target}`, '*', `${target}x`];
  return { ...event, target: pick(ways, random) ?? target };
}

/** The whole exchange of a message is not there, or it is there twice. */
function otherExchange(events: readonly Opened[], random: Random): readonly Opened[] {
  const beside = events.filter((one) => one.kind === 'http-request' && one.to !== 'server');
  const request = pick(beside, random);
  if (request === undefined) return events;
  if (random() < 0.4) return events.filter((one) => one.exchange !== request.exchange);
  const own = events.filter((one) => one.exchange === request.exchange);
  const last = events.findLastIndex((one) => one.exchange === request.exchange);
  const copies = own.map((one) => ({
    ...(random() < 0.2 ? changed(one, own, random) : one),
    t: Number(events[last]?.t) + 0.001,
    began: Number(events[last]?.t) + 0.001,
    exchange: `${String(one.exchange)}t`,
  }));
  return [...events.slice(0, last + 1), ...copies, ...events.slice(last + 1)];
}

/** What the harness does in between: the device is reset, or changes a node by itself, or what it did was not taken. */
function otherDeed(events: readonly Opened[], random: Random): readonly Opened[] {
  const deeds = events.filter(({ kind }) => kind === 'action');
  const at = Math.floor(random() * events.length);
  const { t = 0, scenario } = events[at] ?? {};
  const luck = random();
  const uri = pick(urisIn(events), random) ?? 'urn:x/y/z';
  const action: Json | undefined =
    luck < 0.4
      ? { name: 'reset', accepted: random() < 0.8 }
      : luck < 0.6
        ? { name: 'set-node', uri: otherNode(uri, events, random), value: 'other', accepted: random() < 0.8 }
        : luck < 0.7
          ? { name: 'absent-node', uri: otherNode(uri, events, random) }
          : pick(deeds, random)?.action;
  if (action === undefined) return events;
  const made: Opened = { seq: 0, kind: 'action', t, ...(scenario === undefined ? {} : { scenario }), action };
  return [...events.slice(0, at), made, ...events.slice(at)];
}

const EDITS: readonly Edit[] = [
  again,
  again,
  againReaimed,
  againReaimed,
  reaimed,
  misformed,
  otherStatus,
  otherMessage,
  otherMessage,
  otherExchange,
  otherDeed,
];

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function urisIn(events: readonly Opened[]): readonly string[] {
  return events
    .flatMap((event) => listIn(event, 'CMD') ?? [])
    .flatMap((command) => (isList(command) ? command.slice(1) : []))
    .filter((param): param is string => typeof param === 'string' && !param.includes('://'));
}

/** A node above, below or beside this one, or another one of the record. */
function otherNode(uri: string, events: readonly Opened[], random: Random): string {
  const plain = uri.replace(/\/+$/, '');
  const above = plain.slice(0, Math.max(0, plain.lastIndexOf('/')));
  const ways = [above, `${above}/`, `${plain}/`, `${plain}/x`, `${plain}x`, `x${plain}`, `${above}/other`];
  return pick(random() < 0.4 ? [...urisIn(events), uri] : ways, random) ?? uri;
}

function otherPlaces(events: readonly Opened[], random: Random): Json {
  const uri = pick(urisIn(events), random) ?? 'urn:x/y/z';
  return pick<Json>([[], [uri], [otherNode(uri, events, random)], [uri, `${uri}x`], [`${uri}/x`]], random) ?? [];
}

function someData(events: readonly Opened[], random: Random): Json {
  const all = events
    .flatMap((event) => listIn(event, 'Status') ?? [])
    .flatMap((status) => (isObject(status) ? Object.entries(status).filter(([name]) => name !== 'sc') : []));
  return pick(all, random)?.[1] ?? null;
}

function withCommand(
  events: readonly Opened[],
  random: Random,
  edit: (command: readonly Json[]) => readonly Json[],
): readonly Opened[] {
  const places = events.flatMap((event, index) => (isCommands(event) ? [index] : []));
  const place = pick(places, random);
  const event = place === undefined ? undefined : events[place];
  const list = event === undefined ? undefined : listIn(event, 'CMD');
  if (event === undefined || list === undefined) return events;
  const at = Math.floor(random() * list.length);
  const made = list.map((command, index) => (index === at && isList(command) ? edit(command) : command));
  return events.map((one, index) => (index === place ? withList(one, 'CMD', made) : one));
}

/** The events of one round after those of another, as the next round of its session; with another first command where one is given. */
function inserted(
  events: readonly Opened[],
  source: Round,
  place: Round,
  other: { readonly command: Json; readonly status: Json } | undefined,
): readonly Opened[] {
  const [answered, report] = [events[source.from]?.exchange, events[source.to]?.exchange];
  const before = events[place.to]?.exchange;
  const began = Number(events[place.to]?.t);
  const renamed = `${String(before)}s`;
  const copies = events.slice(source.from, source.to + 1).map((event, index, all): Opened => {
    const mine =
      event.exchange === answered ? before : event.exchange === report ? renamed : `${String(event.exchange)}s`;
    const t = began + (index + 1) / (1000 * all.length);
    const name = index === 0 ? 'CMD' : index === all.length - 1 ? 'Status' : undefined;
    const list = name === undefined ? undefined : listIn(event, name);
    const edited =
      name === undefined || list === undefined || other === undefined
        ? event
        : withList(event, name, [name === 'CMD' ? other.command : other.status, ...list.slice(1)]);
    return {
      ...edited,
      t,
      ...('began' in event ? { began: t } : {}),
      ...('exchange' in event ? { exchange: mine ?? null } : {}),
    };
  });
  const after = events
    .slice(place.to + 1)
    .map((event) => (event.exchange === before ? { ...event, exchange: renamed } : event));
  return [...events.slice(0, place.to + 1), ...copies, ...after];
}
