import type { Observed } from '../model/finding.js';
import { isJsonType, mediaTypeOf } from '../protocol/media-types.js';
import { BoundedMap } from '../session/bounded.js';
import { field } from '../session/classify.js';
import type { CommandRun } from '../session/observation.js';
import { sameBody } from '../trace/body.js';
import type { HttpRequestEvent } from '../trace/event.js';
import { line, served } from './common.js';
import { NOTHING, type Oracle, oracle, type Seen } from './oracle.js';
import { held, unclear, violated } from './say.js';

const MOST = 256;

type Side = Seen<'side'>;
type Asked = Extract<Side, { command: CommandRun }>;

/** A transfer that a command of the server under test asked for, at its own repository. */
function asked(seen: Side): Asked | undefined {
  return seen.command !== undefined && seen.exchange.request.to === 'repository' ? seen : undefined;
}

/** CDL-16: the server's repository serves GET and takes PUT and POST as plain HTTP (CR 6.1.3). */
export const plainHttp = oracle({
  name: 'content/plain-http',
  on: 'server',
  requirements: ['CDL-16'],
  sees: ['side'],
  create: () => {
    const done = new BoundedMap<string | undefined, Map<string, HttpRequestEvent>>(MOST);
    return (seen) => {
      const side = asked(seen);
      if (side === undefined) return NOTHING;
      const { request, response } = side.exchange;
      const { session } = side.run;
      const events = [response, request, side.run.response];
      const { status, defect } = response;
      if (served(side.exchange) !== undefined) {
        const methods = done.get(request.scenario) ?? new Map<string, HttpRequestEvent>();
        done.set(request.scenario, methods.set(request.method, request));
        if (!['GET', 'PUT', 'POST'].every((method) => methods.has(method))) return NOTHING;
        return [
          held('CDL-16', 'GET, PUT and POST were served as the commands asked.', session, [
            ...methods.values(),
            response,
          ]),
        ];
      }
      const broken = defect !== undefined || status === 405 || status === 501 || (status >= 500 && status !== 503);
      const message = `${line(request)}, as a command of the server asks, is answered ${status}${defect === undefined ? '' : ` (${defect})`}.`;
      if (!broken) return status >= 400 ? [unclear('CDL-16', message, session, events)] : NOTHING;
      return [violated('CDL-16', message, session, events, { expected: '2xx', actual: defect ?? `${status}` })];
    };
  },
});

/** CDL-15: the repository sends no content coding that was not asked for (RFC 9110 12.5.3). */
export const noUnaskedCoding = oracle({
  name: 'content/no-unasked-coding',
  on: 'server',
  requirements: ['CDL-15'],
  sees: ['side'],
  create: () => (seen) => {
    const side = asked(seen);
    const response = served(side?.exchange);
    if (side === undefined || response === undefined || response.body.size === 0) return NOTHING;
    const { request } = side.exchange;
    // A request that says nothing leaves the coding to the server.
    if (request.method !== 'GET' || field(request.headers, 'accept-encoding')?.trim() !== 'identity') return NOTHING;
    const coding = field(response.headers, 'content-encoding')?.trim().toLowerCase() ?? 'identity';
    const plain = coding === 'identity';
    const message = plain
      ? 'The data came without a content coding.'
      : `The data came as ${coding}, which was not asked for.`;
    const details = { expected: 'no Content-Encoding', actual: coding };
    return [(plain ? held : violated)('CDL-15', message, side.run.session, [response, request], details)];
  },
});

/** CDL-20: the server's repository takes and gives data of any media type (CR 6.1.3): a permission. */
export const anyMediaType = oracle({
  name: 'content/any-media-type',
  on: 'server',
  requirements: ['CDL-20'],
  sees: ['side'],
  create: () => {
    const stored = new BoundedMap<string, HttpRequestEvent>(MOST);
    return (seen): readonly Observed[] => {
      const side = asked(seen);
      const response = served(side?.exchange);
      if (side === undefined || response === undefined) return NOTHING;
      const { request } = side.exchange;
      if (request.method === 'PUT') stored.set(request.target, request);
      const put = request.method === 'GET' ? stored.get(request.target) : undefined;
      const type = put === undefined ? undefined : mediaTypeOf(field(put.headers, 'content-type'));
      if (put === undefined || type === undefined || isJsonType(type)) return NOTHING;
      const same = sameBody(put.body, response.body) && mediaTypeOf(field(response.headers, 'content-type')) === type;
      const message = `Data of type ${type} came back byte for byte.`;
      return same ? [held('CDL-20', message, side.run.session, [response, put, request])] : NOTHING;
    };
  },
});

export const CONTENT_SERVER: readonly Oracle[] = [plainHttp, noUnaskedCoding, anyMediaType];
