import type { Observed } from '../model/finding.js';
import { field } from '../session/classify.js';
import type { PackageRun, Session } from '../session/observation.js';
import { pathOf } from '../session/side-exchanges.js';
import type { HttpRequestEvent } from '../trace/event.js';
import { failed } from './common.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { held, violated } from './say.js';

/** CNT-01 and CNT-02: after CONT this and every later #3 goes to the given URI; CNT-05: of several the last counts; CNT-03: the next session starts at the account's URI again (TS 5.3). */
export const continuesAt = oracle({
  name: 'cont/continues-at',
  on: 'client',
  requirements: ['CNT-01', 'CNT-02', 'CNT-03', 'CNT-05'],
  sees: ['two', 'one', 'three'],
  create: () => {
    const at = new WeakMap<Session, { readonly url: string; readonly since: number; readonly several: boolean }>();
    let moved: { readonly url: string; readonly session: Session } | undefined;
    return (seen) => {
      if (seen.kind === 'two') {
        const conts = contsOf(seen.run);
        const url = conts.at(-1);
        if (url === undefined) return NOTHING;
        at.set(seen.run.session, { url, since: seen.run.number, several: conts.length > 1 });
        if (seen.run.session.one.target !== pathOf(url)) moved = { url, session: seen.run.session };
        return NOTHING;
      }
      if (seen.kind === 'one') return nextSession(seen.request, seen.session);
      if (seen.session === undefined || seen.standing === 'after-end') return NOTHING;
      const place = at.get(seen.session);
      if (place === undefined) return NOTHING;
      // A CONT that the client refused leaves nothing to judge here; FLW-10 judges a refusal of the command as such.
      const refused = seen.run?.commands.some((command) => command.command.name === 'CONT' && failed(command)) === true;
      const first = seen.run?.number === place.since;
      if (refused && !goes(seen.request, place.url)) at.delete(seen.session);
      const id = place.several ? 'CNT-05' : first ? 'CNT-01' : 'CNT-02';
      return goesTo(id, place.url, seen.request, seen.session, seen.run, refused);
    };

    function nextSession(request: HttpRequestEvent, session: Session): readonly Observed[] {
      const before = moved;
      if (before === undefined) return NOTHING;
      moved = undefined;
      const events = [request, before.session.run?.response];
      if (goes(request, before.url)) {
        return [
          violated('CNT-03', 'The next session started at the CONT URI of the one before.', session, events, {
            expected: "the account's URI",
            actual: before.url,
          }),
        ];
      }
      // Elsewhere is neither: it may be the account of another server.
      if (request.target !== before.session.one.target) return NOTHING;
      return [held('CNT-03', "The next session started at the account's URI again.", session, events)];
    }
  },
});

function goesTo(
  id: string,
  url: string,
  request: HttpRequestEvent,
  session: Session,
  run: PackageRun | undefined,
  refused: boolean,
): readonly Observed[] {
  if (goes(request, url)) return [held(id, 'The #3 went to the CONT URI.', session, [request, run?.response])];
  if (refused) return NOTHING;
  return [
    violated(id, 'The #3 did not go to the CONT URI.', session, [request, run?.response], {
      expected: url,
      actual: `${field(request.headers, 'host') ?? ''}${request.target}`,
    }),
  ];
}

function contsOf(run: PackageRun): readonly string[] {
  return run.commands.flatMap(({ command }) =>
    command.name === 'CONT' && command.standing === 'well-formed' && command.serverUri !== undefined
      ? [command.serverUri]
      : [],
  );
}

/** Path and query decide; the host too where the request names it. */
function goes(request: HttpRequestEvent, url: string): boolean {
  if (pathOf(url) !== request.target) return false;
  const host = field(request.headers, 'host');
  if (host === undefined) return true;
  const { protocol, host: wanted } = new URL(url);
  // A port that the scheme implies may be named or not.
  return hostOf(`${protocol}//${host}`) === wanted;
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}

export const CONT_CLIENT: readonly Oracle[] = [continuesAt];
