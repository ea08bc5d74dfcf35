import type { Observed } from '../model/finding.js';
import { mediaTypeOf } from '../protocol/media-types.js';
import { BoundedMap, pushBounded } from '../session/bounded.js';
import { field } from '../session/classify.js';
import type { Observation } from '../session/observation.js';
import type { HttpRequestEvent, HttpResponseEvent } from '../trace/event.js';
import { line, served } from './common.js';
import { mayRefuse } from './common-server.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { held, unclear, violated } from './say.js';

const HTML: ReadonlySet<string> = new Set(['text/html', 'application/xhtml+xml']);
/** Interactions remembered in all. */
const MOST = 256;
/** Values that the harness planted differ from plan to plan. */
const PLANTED = /dmc[0-9a-f]{12}/g;

/** UIX-05: the page at the URI of a SHOW is served as a web page (CR 6.1.4). */
export const servesPages = oracle({
  name: 'interaction/serves-pages',
  on: 'server',
  requirements: ['UIX-05'],
  sees: ['side'],
  create: () => (seen) => {
    if (seen.command === undefined || seen.command.command.name !== 'SHOW') return NOTHING;
    const { request, response } = seen.exchange;
    if (request.method !== 'GET') return NOTHING;
    const events = [response, request, seen.run.response];
    const type = mediaTypeOf(field(response.headers, 'content-type'));
    if (served(seen.exchange) !== undefined) {
      if (HTML.has(type ?? '')) return [held('UIX-05', 'The page came as a web page.', seen.run.session, events)];
      return [
        unclear(
          'UIX-05',
          `What came is ${type ?? 'of no type'}, which a browser may show or not.`,
          seen.run.session,
          events,
        ),
      ];
    }
    const { status, defect } = response;
    if (defect === undefined && (status < 400 || (mayRefuse(status) && status !== 404))) return NOTHING;
    const details = { expected: '200 and a web page', actual: `${status}${defect === undefined ? '' : `, ${defect}`}` };
    return [
      violated('UIX-05', `${line(request)}, the page of a SHOW, is not to be had.`, seen.run.session, events, details),
    ];
  },
});

/** One answer of a user, and what the server then had the device do. */
interface Interaction {
  readonly device: string;
  readonly scenario: string | undefined;
  readonly uri: string | undefined;
  readonly answer: string;
  readonly request: HttpRequestEvent;
  readonly commands: string[];
  /** The #2 with END that closes it. */
  end: HttpResponseEvent | undefined;
  /** The first #2 after the answer. */
  first: HttpResponseEvent | undefined;
}

/** UIX-06: what the user answers changes the next commands; UIX-08: the URI tells UI sessions apart (CR 6.1.4, 6.2-4a). Both are permissions. */
export const heedsAnswers = oracle({
  name: 'interaction/heeds-answers',
  on: 'server',
  requirements: ['UIX-06', 'UIX-08'],
  sees: ['side', 'two'],
  create: ({ text }) => {
    const closed: Interaction[] = [];
    const open: Open = new BoundedMap(MOST);
    const pages: Pages = new BoundedMap(MOST);
    return (seen) => {
      if (seen.kind === 'side') note(seen, pages, open, (request) => text(request.body));
      if (seen.kind !== 'two') return NOTHING;
      const { session, response, two } = seen.run;
      const interaction = open.get(session.device);
      if (interaction === undefined) return NOTHING;
      interaction.first ??= response;
      const work = two.commands.filter(({ name }) => name !== 'SHOW' && name !== 'END');
      interaction.commands.push(...work.map(({ raw }) => JSON.stringify(raw).split(PLANTED).join()));
      if (!seen.run.hasEnd) return NOTHING;
      interaction.end = response;
      open.delete(interaction.device);
      const others = closed.filter(({ scenario }) => scenario === interaction.scenario);
      pushBounded(closed, interaction, MOST);
      return [...changed(interaction, others), ...toldApart(interaction, others)];
    };
  },
});

/** The answer that a device's user gave last, while the server acts on it. */
type Open = Map<string | undefined, Interaction>;
/** The page that a device loaded last. */
type Pages = Map<string, string | undefined>;

/** A page that was loaded, or an answer that was given there; the harness names the device with each request. */
function note(
  seen: Extract<Observation, { kind: 'side' }>,
  pages: Pages,
  open: Open,
  text: (request: HttpRequestEvent) => string,
): void {
  const { request } = seen.exchange;
  const device = request.label;
  if (request.to !== 'pages' || device === undefined) return;
  if (seen.command?.command.name === 'SHOW' && request.method === 'GET') {
    pages.set(device, seen.command.command.serverUri);
    return;
  }
  if (served(seen.exchange) === undefined) return;
  const answer = request.method === 'POST' ? text(request) : String(request.target.split('?')[1]);
  const { scenario } = request;
  const uri = pages.get(device);
  open.set(device, { device, scenario, uri, answer, request, commands: [], end: undefined, first: undefined });
}

function isSame(one: Interaction, other: Interaction): boolean {
  return JSON.stringify(one.commands) === JSON.stringify(other.commands);
}

/** Twice the same answer and the same commands, once another answer and other commands, all of one device. */
function changed(last: Interaction, others: readonly Interaction[]): Observed[] {
  const own = others.filter(({ device }) => device === last.device);
  const like = own.find((one) => one.answer === last.answer && isSame(one, last));
  const unlike = own.find((one) => one.answer !== last.answer && !isSame(one, last));
  if (like === undefined || unlike === undefined) return [];
  const events = [last.end, last.request, like.request, unlike.request, unlike.end];
  return [
    held(
      'UIX-06',
      'Other answers of the user led to other commands, the same ones to the same.',
      last.scenario,
      events,
    ),
  ];
}

/** Two UI sessions of two devices at once, with two URIs: each device got commands by its own user's answer. */
function toldApart(last: Interaction, others: readonly Interaction[]): Observed[] {
  const other = others.find(({ device }) => device !== last.device);
  if (other === undefined || other.uri === last.uri || other.answer === last.answer || isSame(other, last)) return [];
  const atOnce = (other.first?.seq ?? 0) > last.request.seq && (last.first?.seq ?? 0) > other.request.seq;
  if (!atOnce) return [];
  const events = [last.request, other.request, last.first, other.first];
  return [held('UIX-08', 'Two UI sessions at once, each at its own URI, were not mixed up.', last.scenario, events)];
}

export const INTERACTION_SERVER: readonly Oracle[] = [servesPages, heedsAnswers];
