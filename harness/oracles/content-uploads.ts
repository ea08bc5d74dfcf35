import type { Observed } from '../model/finding.js';
import { parseClientUri } from '../protocol/client-uri.js';
import { isJsonType, MEDIA, mediaTypeOf } from '../protocol/media-types.js';
import { readMoSerialization } from '../protocol/mo-data.js';
import { field } from '../session/classify.js';
import { marksIn } from '../session/marks.js';
import type { CommandRun, PackageRun } from '../session/observation.js';
import type { BodyRecord } from '../trace/event.js';
import { finished, isUpload, LONG_BODY, label, plainUri, succeeded } from './common.js';
import { carriedOut } from './content-common.js';
import { Knowledge, type KnownNode } from './knowledge.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { lies } from './readings.js';
import { held, violated } from './say.js';

/** CDL-04: several ClientURIs are all sent; CDL-17: the addressed nodes and nothing else (CR 6.2-4b). Told by values that the harness planted. */
export const sendsAddressed = oracle({
  name: 'content/sends-addressed',
  on: 'client',
  requirements: ['CDL-04', 'CDL-17'],
  sees: ['three', 'settled'],
  create: ({ text }) => {
    const knowledge = new Knowledge(text);
    return (seen) => {
      const run = finished(seen);
      if (run === undefined) return NOTHING;
      knowledge.learn(run);
      // A node that this package itself changed may be sent as it was before or after.
      const nodes = [...knowledge.nodes(run.session).values()].filter((node) => !node.gone && node.round < run.number);
      return run.commands.flatMap((command) => judgeUpload(run, command, nodes, text));
    };
  },
});

function judgeUpload(
  run: PackageRun,
  command: CommandRun,
  nodes: readonly KnownNode[],
  text: (body: BodyRecord) => string,
): Observed[] {
  const sent = carriedOut(command).filter(({ request }) => request.body.size <= LONG_BODY);
  if (!isUpload(command.command) || !command.command.clientUris.every(isRealName)) return [];
  const marks = new Set(sent.flatMap(({ request }) => [...marksIn(text(request.body))]));
  const parts = command.command.clientUris.map((uri) => {
    const within = nodes.filter((node) => lies(node.uri, plainUri(uri)));
    return { uri, within, shown: within.some((node) => shares(node, marks)) };
  });
  // Data in which no planted value can be read says nothing.
  if (!parts.some(({ shown }) => shown)) return [];
  const events = [...sent.map(({ request }) => request), run.response];
  const found: Observed[] = [];
  // A node whose name is there, or an upload without any value that can be read, may be the one: in a form of its own (D-22).
  const dark = sent.some(({ request }) => marksIn(text(request.body)).size === 0);
  const told = (uri: string) => sent.some(({ request }) => text(request.body).includes(nameOf(uri)));
  const missing = parts.find(({ uri, within, shown }) => within.length > 0 && !shown && !dark && !told(uri));
  if (missing !== undefined && (succeeded(command) || run.hasEnd)) {
    const details = { expected: 'the data of all nodes named', actual: `nothing of ${missing.uri}` };
    found.push(violated('CDL-04', `${label(command.command)} left a node out.`, run.session, events, details));
  } else if (parts.length > 1 && parts.every(({ shown }) => shown)) {
    found.push(held('CDL-04', `All ${parts.length} nodes were sent.`, run.session, events));
  }
  const addressed = new Set(parts.flatMap(({ within }) => within));
  const own = new Set([...addressed].flatMap((node) => [...node.marks]));
  const others = nodes.filter((node) => !addressed.has(node));
  const leak = others.find((node) => [...node.marks].some((mark) => marks.has(mark) && !own.has(mark)));
  if (leak !== undefined) {
    const details = { expected: 'the addressed nodes and nothing else', actual: `the value of ${leak.uri} as well` };
    found.push(violated('CDL-17', `${label(command.command)} sent more.`, run.session, events, details));
  } else if (others.length > 0) {
    found.push(held('CDL-17', 'The addressed nodes were sent and none of the others.', run.session, events));
  }
  return found;
}

/** What an empty instance, an x-name or a wildcard addresses is not known here. */
function isRealName(text: string): boolean {
  const { uri } = parseClientUri(text);
  return uri?.instance.kind === 'name' && uri.path.every(({ kind }) => kind === 'name');
}

function nameOf(uri: string): string {
  const plain = plainUri(uri);
  return plain.slice(plain.lastIndexOf('/') + 1);
}

function shares(node: KnownNode, marks: ReadonlySet<string>): boolean {
  return [...node.marks].some((mark) => marks.has(mark));
}

/** CDL-05: what is sent as an MO serialization fits its schema (TS: management data; the media type is D-14). */
export const fitsSchema = oracle({
  name: 'content/fits-schema',
  on: 'client',
  requirements: ['CDL-05'],
  sees: ['side'],
  create:
    ({ text }) =>
    (seen) => {
      const { request, response } = seen.exchange;
      const upload = request.to === 'repository' && (request.method === 'PUT' || request.method === 'POST');
      const type = mediaTypeOf(field(request.headers, 'content-type'));
      if (!upload || request.defect !== undefined || request.body.size > LONG_BODY) return NOTHING;
      // JSON of another type is either the same under another name, or data of its own that nobody here can judge.
      const named = type === MEDIA.mo;
      if (!isJsonType(type)) return NOTHING;
      const charged = seen.run?.session ?? request.scenario;
      const { problems } = readMoSerialization(Buffer.from(text(request.body)));
      const [first] = problems;
      if (first === undefined) {
        return [held('CDL-05', `An MO serialization of type ${type} fits its schema.`, charged, [request, response])];
      }
      if (!named) return NOTHING;
      const details = { expected: 'an array of items with ClientURI and MOData', actual: first.message };
      return [violated('CDL-05', 'What is sent as MO serialization is none.', charged, [request, response], details)];
    },
});

export const CONTENT_UPLOADS: readonly Oracle[] = [sendsAddressed, fitsSchema];
