import type { Observed } from '../model/finding.js';
import { accepts, isJsonType, MEDIA, mediaTypeOf, parseAccept } from '../protocol/media-types.js';
import { BoundedMap } from '../session/bounded.js';
import { field } from '../session/classify.js';
import type { CommandRun, ReportedRun, SideExchange } from '../session/observation.js';
import { pathOf } from '../session/side-exchanges.js';
import type { HttpResponseEvent } from '../trace/event.js';
import { answered, codeOf, isUpload, label } from './common.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { mayBeSkipped } from './readings.js';
import { held, violated } from './say.js';

/** Types that the suite made up: no client has them. */
const NOBODY_HAS = /^application\/vnd\.dmconform\./;
const NOT_FOUND = 404;
const NOT_ACCEPTABLE = 406;
const MOST_PLACES = 256;

interface Wish {
  readonly types: string;
  readonly response: HttpResponseEvent;
}

/**
 * NEG-04: after OMADM-Accept an upload has one of the types it names or a standard one, else the command is reported as 406; STA-13: a type that the
 * client lacks is reported as 406 for that command (TS 5.5, D-20).
 */
export const heedsAccept = oracle({
  name: 'negotiation/heeds-accept',
  on: 'client',
  requirements: ['NEG-04', 'STA-13'],
  sees: ['side', 'three'],
  create: () => {
    /** What was asked for first at each address. */
    const wishes = new BoundedMap<string | undefined, Wish>(MOST_PLACES);
    return (seen) => {
      if (seen.kind === 'side') {
        const { request, response } = seen.exchange;
        const types = field(response.headers, 'omadm-accept');
        if (types === undefined || wishes.has(request.target)) return NOTHING;
        wishes.set(request.target, { types, response });
        return NOTHING;
      }
      const run = answered(seen);
      if (run === undefined) return NOTHING;
      return run.commands.flatMap((command) => {
        const wish = wishes.get(pathOf(command.command.serverUri));
        if (wish === undefined || !isUpload(command.command)) return NOTHING;
        return [...refusedType(run, command), ...afterWish(run, command, wish)];
      });
    };
  },
});

/** The repository refused the type of the upload and named only types that nobody has. */
function refusedType(run: ReportedRun, command: CommandRun): readonly Observed[] {
  const response = command.exchanges.at(-1)?.response;
  const sc = codeOf(command);
  if (sc === undefined || (response?.status !== 415 && response?.status !== NOT_ACCEPTABLE)) return NOTHING;
  const types = field(response.headers, 'omadm-accept');
  if (types === undefined) return NOTHING;
  if (!parseAccept(types).ranges.every(({ essence }) => NOBODY_HAS.test(essence))) return NOTHING;
  const events = [run.three.request, response];
  if (sc === NOT_ACCEPTABLE)
    return [held('STA-13', `${label(command.command)} was reported as 406.`, run.session, events)];
  return [
    violated(
      'STA-13',
      `${label(command.command)}, refused by ${response.status}, was not reported as 406.`,
      run.session,
      events,
      {
        expected: '406',
        actual: String(sc),
        ...(sc >= 400 ? { decision: 'D-20' } : {}),
      },
    ),
  ];
}

/** An upload to an address that has said before what it takes. */
function afterWish(run: ReportedRun, command: CommandRun, { types, response }: Wish): readonly Observed[] {
  if (run.response.t < response.t) return NOTHING;
  const [first] = command.exchanges;
  const sc = codeOf(command);
  const events = [first?.request ?? run.three.request, response];
  if (first === undefined) {
    // The node may be gone, or the command was never begun.
    if (sc === NOT_FOUND || mayBeSkipped(run, command.index)) return NOTHING;
    if (sc === NOT_ACCEPTABLE)
      return [
        held('NEG-04', 'What OMADM-Accept does not allow was not sent, and reported as 406.', run.session, events),
      ];
    return [
      violated('NEG-04', 'After OMADM-Accept an upload was neither sent nor reported as 406.', run.session, events, {
        expected: `a type of ${types}, a standard one, or status 406`,
        actual: `status ${sc ?? 'missing'}`,
        decision: 'D-20',
      }),
    ];
  }
  const wrong = command.exchanges.find((exchange) => !isAllowed(exchange, types));
  if (wrong === undefined)
    return [
      held('NEG-04', 'After OMADM-Accept the upload had a type that it names, or a standard one.', run.session, events),
    ];
  return [
    violated('NEG-04', 'After OMADM-Accept an upload had another type.', run.session, [wrong.request, response], {
      expected: `a type of ${types}, or a standard one`,
      actual: field(wrong.request.headers, 'content-type') ?? 'no Content-Type',
      decision: 'D-20',
    }),
  ];
}

/** Any JSON type is standard here, since that of the MO serialization is our choice (D-14). */
function isAllowed({ request }: SideExchange, types: string): boolean {
  const type = field(request.headers, 'content-type');
  const essence = mediaTypeOf(type);
  return essence !== undefined && (isJsonType(type) || essence === MEDIA.mo || accepts(types, essence));
}

export const NEGOTIATION_CLIENT: readonly Oracle[] = [heedsAccept];
