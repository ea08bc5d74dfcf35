import { COMMANDS, isObject, type Json, type Opened, pick, type Random } from './perturb-values.js';

/** A #2 and the #3 that reports on it, with what came between: places in the list of events. */
export interface Round {
  readonly from: number;
  readonly to: number;
}

/** Another command in a package, one fewer, or a whole round again with another command: each with its status, as a longer or another session would have it. */
export function otherRounds(events: readonly Opened[], random: Random): readonly Opened[] {
  const round = pick(roundsIn(events), random);
  if (round === undefined) return events;
  const luck = random();
  if (luck < 0.45) return repeated(events, round, random);
  if (luck < 0.85) return withCommand(events, round, random);
  return withoutCommand(events, round, random);
}

export function roundsIn(events: readonly Opened[]): readonly Round[] {
  return events.flatMap((event, from) => {
    if (event.kind !== 'http-response' || listIn(event, 'CMD') === undefined) return [];
    const to = events.findIndex((one, at) => at > from && one.kind === 'http-request' && listIn(one, 'Status'));
    return to < 0 ? [] : [{ from, to }];
  });
}

export function listIn({ body }: Opened, name: 'CMD' | 'Status'): readonly Json[] | undefined {
  const json = isObject(body) ? body.json : undefined;
  const list = isObject(json) ? json[name] : undefined;
  return Array.isArray(list) ? list : undefined;
}

export function withList(event: Opened, name: 'CMD' | 'Status', list: readonly Json[]): Opened {
  const body = isObject(event.body) ? event.body : {};
  const json = isObject(body.json) ? body.json : {};
  return { ...event, body: { ...body, json: { ...json, [name]: list } } };
}

/** The events with the two lists of a round edited alike. */
function edited(
  events: readonly Opened[],
  { from, to }: Round,
  edit: (list: readonly Json[], name: 'CMD' | 'Status') => readonly Json[],
): readonly Opened[] {
  return events.map((event, index) => {
    const name = index === from ? 'CMD' : index === to ? 'Status' : undefined;
    const list = name === undefined ? undefined : listIn(event, name);
    return name === undefined || list === undefined ? event : withList(event, name, edit(list, name));
  });
}

function withCommand(events: readonly Opened[], round: Round, random: Random): readonly Opened[] {
  const other = someCommand(events, random);
  const at = random();
  return edited(events, round, (list, name) => {
    const place = Math.round(at * list.length);
    return [...list.slice(0, place), name === 'CMD' ? other.command : other.status, ...list.slice(place)];
  });
}

/** The name of another command. */
export function otherCommand([name]: readonly Json[], random: Random): string {
  return (
    pick(
      COMMANDS.filter((one) => one !== name),
      random,
    ) ?? 'GET'
  );
}

export function isCommands(event: Opened): boolean {
  return event.kind === 'http-response' && listIn(event, 'CMD') !== undefined;
}

function withoutCommand(events: readonly Opened[], round: Round, random: Random): readonly Opened[] {
  const at = random();
  return edited(events, round, (list) => list.filter((_each, index) => index !== Math.floor(at * list.length)));
}

/** A command that stands somewhere in the record, with the status it got; half of the time under another name, of another node, or with another end. */
export function someCommand(
  events: readonly Opened[],
  random: Random,
): { readonly command: Json; readonly status: Json } {
  const from = pick(roundsIn(events), random);
  const commands = from === undefined ? [] : (listIn(events[from.from] ?? {}, 'CMD') ?? []);
  const statuses = from === undefined ? [] : (listIn(events[from.to] ?? {}, 'Status') ?? []);
  const at = Math.floor(random() * commands.length);
  const [command, status] = [commands[at] ?? ['GET'], statuses[at] ?? { sc: 200 }];
  if (!Array.isArray(command)) return { command, status };
  const uris = events.flatMap((event) =>
    (listIn(event, 'CMD') ?? []).flatMap((one) => (Array.isArray(one) ? one.slice(1) : [])),
  );
  const named = random() < 0.5 ? [pick(COMMANDS, random) ?? 'GET', ...command.slice(1)] : command;
  const aimed = random() < 0.4 ? [...named.slice(0, -1), pick(uris, random) ?? ''] : named;
  const ended = random() < 0.4 ? { sc: pick([200, 202, 304, 400, 404, 405, 500], random) ?? 200 } : status;
  return { command: aimed, status: ended };
}

/** The round once more, right after itself; the second time often about another command. */
function repeated(events: readonly Opened[], { from, to }: Round, random: Random): readonly Opened[] {
  const [answered, report] = [events[from]?.exchange, events[to]?.exchange];
  const began = Number(events[to]?.t);
  const exchange = `${String(report)}r`;
  const copies = events.slice(from, to + 1).map((event, index, all): Opened => {
    const mine =
      event.exchange === answered ? report : event.exchange === report ? exchange : `${String(event.exchange)}r`;
    const t = began + (index + 1) / (1000 * all.length);
    return {
      ...event,
      t,
      ...('began' in event ? { began: t } : {}),
      ...('exchange' in event ? { exchange: mine ?? null } : {}),
    };
  });
  const after = events.slice(to + 1).map((event) => (event.exchange === report ? { ...event, exchange } : event));
  const second = { from: 0, to: copies.length - 1 };
  const other = someCommand(events, random);
  const changed =
    random() < 0.3
      ? copies
      : edited(copies, second, (list, name) => {
          const one = name === 'CMD' ? other.command : other.status;
          return list.length < 2 ? [one] : [one, ...list.slice(1)];
        });
  return [...events.slice(0, to + 1), ...changed, ...after];
}
