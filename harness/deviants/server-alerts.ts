import { FIELD } from '../protocol/headers.js';
import type { ServerHooks } from '../reference/hooks.js';
import type { Named } from './deviant.js';
import { isOne } from './rewrite.js';

const REGISTERED = /"AlertType":"urn:oma:at:(?!dm:2\.0:)/;
const FOREIGN = /"AlertType":"(?!urn:oma:at:)/;

/** Servers that do not get along with alerts. */
export const SERVER_ALERTS: Named<ServerHooks> = {
  'thanks-for-alerts': {
    accept: (request, next) => {
      const reply = next(request);
      const thanks = !isOne(request) && REGISTERED.test(request.body.toString('utf8'));
      return thanks
        ? { status: 200, headers: [[FIELD.contentType, 'text/plain']], body: Buffer.from('thank you') }
        : reply;
    },
  },
  'refuses-alerts-in-first-packages': {
    accept: (request, next, { refuse }) =>
      isOne(request) && REGISTERED.test(request.body.toString('utf8')) ? refuse(400) : next(request),
  },
  'refuses-unknown-alerts': {
    accept: (request, next, { refuse }) => (FOREIGN.test(request.body.toString('utf8')) ? refuse(400) : next(request)),
  },
};
