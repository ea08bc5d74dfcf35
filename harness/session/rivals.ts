import type { HttpRequestEvent, HttpResponseEvent } from '../trace/event.js';
import { field } from './classify.js';
import type { Session } from './observation.js';

/** Cookies of one session that are remembered. */
const MOST_COOKIES = 8;

/** A session as far as it tells which packages are its own. */
export interface Rival extends Session {
  /** `name=value` of the cookies that the server set in it. */
  readonly cookies: Set<string>;
  /** A session of the same device that was under way when this one was opened. */
  rival: Rival | undefined;
}

/** Remembers the cookies by which the server knows the session again (D-13). */
export function takeCookies({ cookies }: Rival, { headers }: HttpResponseEvent): void {
  for (const [name, value] of headers) {
    const pair = name.toLowerCase() === 'set-cookie' ? value.split(';')[0]?.trim() : undefined;
    if (pair !== undefined && pair !== '' && cookies.size < MOST_COOKIES) cookies.add(pair);
  }
}

/**
 * Which of two sessions of a device a #3 belongs to, where nothing names it (D-13): the one whose cookie it carries; else the one on whose
 * connection it comes; else the latest that waits for a #3. A #1 that reaches the server twice opens two of them, and whoever sent it knows of one.
 */
export function ownerOf<S extends Rival>(request: HttpRequestEvent, latest: S, rival: S): S {
  const carried = new Set((field(request.headers, 'cookie') ?? '').split(';').map((pair) => pair.trim()));
  const byCookie = only([latest, rival], ({ cookies }) => [...cookies].some((pair) => carried.has(pair)));
  if (byCookie !== undefined) return byCookie;
  const byConnection = only([latest, rival], (session) => connectionOf(session) === request.connection);
  return byConnection ?? only([latest, rival], waitsForReport) ?? latest;
}

/** The one of them of which it is true, if it is of one alone. */
function only<S>(sessions: readonly S[], test: (session: S) => boolean): S | undefined {
  const fitting = sessions.filter(test);
  return fitting.length === 1 ? fitting[0] : undefined;
}

function connectionOf({ run, one }: Session): string {
  return (run?.request ?? one).connection;
}

function waitsForReport({ state, run }: Session): boolean {
  return state === 'open' && run !== undefined && run.three === undefined;
}
