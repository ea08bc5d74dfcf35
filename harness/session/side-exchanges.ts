import type { SeenStatus } from '../protocol/packages.js';
import type { HttpRequestEvent, HttpResponseEvent } from '../trace/event.js';
import { field } from './classify.js';
import type { CommandRun, Observation, PackageRun, SideExchange } from './observation.js';

export interface SideState extends SideExchange {
  response: HttpResponseEvent | undefined;
}

export interface CommandRunState extends CommandRun {
  readonly exchanges: SideState[];
  status: SeenStatus | undefined;
}

export interface RunState extends PackageRun {
  readonly commands: readonly CommandRunState[];
  three: PackageRun['three'];
}

interface Place {
  readonly run: RunState;
  readonly command: CommandRunState;
}

/** HTTP method by which the client carries out a command (TS 5.3). */
const METHOD: Readonly<Record<string, string>> = { HGET: 'GET', HPUT: 'PUT', HPOST: 'POST', SHOW: 'GET' };
/** Methods that ask about a resource and move nothing: a client may send them before a transfer, and they carry out no command. */
const ASKING: ReadonlySet<string> = new Set(['HEAD', 'OPTIONS']);

/** Links requests of interfaces 3 and 4 to the commands whose ServerURI they go to (CR 6.1.3, 6.1.4). */
export class SideExchanges {
  readonly #places = new Map<string, Place[]>();
  readonly #open = new Map<string, { readonly exchange: SideState; readonly place: Place | undefined }>();

  /** From now on requests to the ServerURIs of this package are its own. */
  expect(run: RunState): void {
    for (const command of run.commands) {
      const path = placeOf(command);
      if (path === undefined) continue;
      const places = this.#places.get(path);
      if (places === undefined) this.#places.set(path, [{ run, command }]);
      else places.push({ run, command });
    }
  }

  /** Forgets a package whose transfers cannot be under way any more. */
  retire(run: RunState): void {
    for (const command of run.commands) {
      const path = placeOf(command);
      const places = path === undefined ? undefined : this.#places.get(path);
      if (path === undefined || places === undefined) continue;
      const rest = places.filter((place) => place.run !== run);
      if (rest.length === 0) this.#places.delete(path);
      else this.#places.set(path, rest);
    }
  }

  request(event: HttpRequestEvent): void {
    const exchange: SideState = { request: event, response: undefined };
    const asks = ASKING.has(event.method);
    const place = asks ? undefined : this.#choose(this.#places.get(event.target) ?? [], event);
    place?.command.exchanges.push(exchange);
    this.#open.set(event.exchange, { exchange, place });
  }

  response(event: HttpResponseEvent): Observation | undefined {
    const open = this.#open.get(event.exchange);
    if (open === undefined) return undefined;
    this.#open.delete(event.exchange);
    const cause = open.place ?? { command: undefined, run: undefined };
    return { kind: 'side', exchange: Object.assign(open.exchange, { response: event }), ...cause };
  }

  /**
   * Equal commands of a package take equal requests in turn; one that answers a challenge, or drops an expectation, belongs to the command that was refused (D-19). A request belongs to the latest package that still waits for it; one that nobody waits
   * for is charged to the last command with that URI.
   */
  #choose(places: readonly Place[], request: HttpRequestEvent): Place | undefined {
    const challenged = places.find((place) => answersChallenge(request, place.command.exchanges.at(-1)));
    if (challenged !== undefined) return challenged;
    const fitting = places.filter((place) => METHOD[place.command.command.name ?? ''] === request.method);
    const candidates = fitting.length > 0 ? fitting : places;
    const latest = candidates.at(-1)?.run;
    const waits = (place: Place): boolean => place.command.exchanges.length === 0;
    return (
      candidates.find((place) => place.run === latest && waits(place)) ??
      candidates.findLast(waits) ??
      candidates.at(-1)
    );
  }
}

/** What a refusal asks for: a field that was not there, or stood otherwise. */
const ASKED_FOR: Readonly<Record<number, string>> = { 401: 'authorization', 407: 'proxy-authorization' };

/** The same request as before, now with credentials that were asked for by a 401 or 407, or without the expectation that was refused by a 417. */
function answersChallenge(request: HttpRequestEvent, before: SideExchange | undefined): boolean {
  if (before?.response === undefined || before.request.method !== request.method) return false;
  const { status } = before.response;
  const had = (name: string) => field(before.request.headers, name);
  const has = (name: string) => field(request.headers, name);
  if (status === 417) return had('expect') !== undefined && has('expect') === undefined;
  const credentials = ASKED_FOR[status];
  return credentials !== undefined && has(credentials) !== undefined && has(credentials) !== had(credentials);
}

/** Where the transfer of a command goes; undefined for a command that transfers nothing. */
function placeOf({ command }: CommandRunState): string | undefined {
  return command.name !== undefined && command.name in METHOD ? pathOf(command.serverUri) : undefined;
}

/** An origin, then a path and a query in which nothing is left to normalise: no dot segment, no escape, no fragment. */
const PLAIN = /^(https?:\/\/[a-z0-9.-]+(?::\d+)?)(\/[\w~/-]*(?:\?[\w~=&/-]+)?)$/;
const MOST_ORIGINS = 64;
/** Origins that were found to be well-formed: a run knows few, and their URIs need no full parsing. */
const origins = new Set<string>();

/** Path and query of an absolute URI, as a request target shows them; undefined when it is none. */
export function pathOf(uri: string | undefined): string | undefined {
  if (uri === undefined) return undefined;
  const [, origin, path] = PLAIN.exec(uri) ?? [];
  if (origin !== undefined && origins.has(origin)) return path;
  try {
    const url = new URL(uri);
    if (origin !== undefined && origins.size < MOST_ORIGINS) origins.add(origin);
    return `${url.pathname}${url.search}`;
  } catch {
    return undefined;
  }
}
