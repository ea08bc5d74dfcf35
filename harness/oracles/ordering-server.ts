import type { QueuedPlan } from '../session/book.js';
import { BoundedMap } from '../session/bounded.js';
import type { Observation, Session } from '../session/observation.js';
import { answeredInFull, failed } from './common.js';
import { isTwo, type Reply } from './common-server.js';
import { deviceKey } from './device-key.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { held, violated } from './say.js';
import { Proofs } from './security-proofs.js';

/** Bytes that nobody asked for are a package when they look like one; a 408 on an idle connection is plain HTTP. */
const LOOKS_LIKE_TWO = /vnd\.oma\.dm\.request\+json|"CMD"/i;

/** ORD-09: one #2 for each #1 or #3: no unsolicited and no second response (CR 6.1a). */
export const oneReplyEach = oracle({
  name: 'ordering/one-reply-each',
  on: 'server',
  requirements: ['ORD-09'],
  sees: ['reply', 'event'],
  create: () => {
    interface Answered {
      readonly replies: number;
      readonly last: Reply;
    }
    const connections = new BoundedMap<string, Answered>(1024);
    return (seen) => {
      if (seen.kind === 'reply') {
        const { connection, defect } = seen.response;
        if (defect === undefined)
          connections.set(connection, { replies: (connections.get(connection)?.replies ?? 0) + 1, last: seen });
        return NOTHING;
      }
      const { event } = seen;
      if (event.kind === 'action' && event.action.name === 'quiet-closed') {
        // Whatever was sent unasked had its time to arrive on the connections that are still open.
        const quiet = [...connections.values()].find(
          ({ replies, last }) => replies >= 2 && last.request.scenario === event.scenario,
        );
        if (quiet === undefined) return NOTHING;
        const events = [quiet.last.response, event];
        return [
          held(
            'ORD-09',
            `${quiet.replies} requests of one connection brought one response each.`,
            event.scenario,
            events,
          ),
        ];
      }
      if (event.kind !== 'connection') return NOTHING;
      connections.delete(event.connection);
      const detail = String(event.detail);
      if (event.phase !== 'stray' || event.from !== 'server' || !LOOKS_LIKE_TWO.test(detail)) return NOTHING;
      return [
        violated('ORD-09', 'The server sent a package that answers no request.', event.scenario, [event], {
          expected: 'one response for each request',
          actual: detail.slice(0, 200),
        }),
      ];
    };
  },
});

/** ORD-11: the server sends a plan in its order, repeats included (CR 6.2-4). */
export const planInOrder = oracle({
  name: 'ordering/plan-in-order',
  on: 'server',
  requirements: ['ORD-11'],
  sees: ['event', 'one', 'two', 'three', 'reply'],
  create: ({ book, header }) => {
    const proofs = new Proofs(header);
    const sent = new WeakMap<Session, string[]>();
    const texts = new WeakMap<QueuedPlan, readonly string[]>();
    const sessions = new BoundedMap<string, number>(1024);
    /** Sessions in which something else went wrong, or a #3 came twice: what was sent then is other rows' matter. */
    const disturbed = new WeakSet<Session>();
    return (seen) => {
      proofs.see(seen);
      const troubled = disturbance(seen);
      if (troubled !== undefined) disturbed.add(troubled);
      if (seen.kind === 'one') {
        const key = deviceKey(seen.session);
        sessions.set(key, (sessions.get(key) ?? 0) + 1);
        return NOTHING;
      }
      if (isChallenge(seen)) {
        // The #1 comes again with credentials: that one is the first of the session (D-19).
        const key = deviceKey(seen.session);
        sessions.set(key, (sessions.get(key) ?? 0) - 1);
      }
      if (seen.kind !== 'two') return NOTHING;
      const { session, response } = seen.run;
      // What a device gets that has not proved who it is is no plan of its own (D-56).
      const proven = proofs.known(session.device) === undefined || proofs.of(session.one).worth === 'right';
      if (disturbed.has(session) || !proven) return NOTHING;
      const plans = book.plans(session.scenario).filter((plan) => plan.device === session.device);
      const only = sessions.get(deviceKey(session)) === 1;
      const [plan] = plans;
      if (plan === undefined || plans.length > 1 || !only) return NOTHING;
      const planned = texts.get(plan) ?? textsOf(plan);
      texts.set(plan, planned);
      const so = sent.get(session) ?? [];
      sent.set(session, so);
      // What the server sends of its own, between the packages it was asked for, is in nobody's order.
      so.push(
        ...seen.run.two.commands.map((command) => JSON.stringify(command.raw)).filter((raw) => planned.includes(raw)),
      );
      const wrong = so.findIndex((command, index) => command !== planned[index]);
      const short = seen.run.hasEnd && so.length < planned.length;
      if (wrong >= 0 || short) {
        return [
          violated('ORD-11', 'The server did not send its plan in order.', session, [response, session.one], {
            expected: planned[wrong >= 0 ? wrong : so.length] ?? 'END',
            actual: so[wrong] ?? 'END',
          }),
        ];
      }
      if (!seen.run.hasEnd || planned.length < 2) return NOTHING;
      return [
        held('ORD-11', `A plan of ${planned.length} commands came in its order.`, session, [session.one, response]),
      ];
    };
  },
});

function isChallenge(seen: Observation): seen is Extract<Reply, { to: 'one' }> {
  return seen.kind === 'reply' && seen.to === 'one' && seen.response.status === 401;
}

/** The commands of a plan but for END; those up to a package with END are for the first session. */
function textsOf({ packages }: QueuedPlan): readonly string[] {
  const end = packages.findIndex((commands) => commands.some(([name]) => name === 'END'));
  return (end < 0 ? packages : packages.slice(0, end + 1))
    .flat()
    .filter((command) => command[0] !== 'END')
    .map((command) => JSON.stringify(command));
}

function disturbance(seen: Observation): Session | undefined {
  if (seen.kind === 'reply' && seen.to !== 'other' && !isTwo(seen)) return seen.session;
  if (seen.kind !== 'three') return undefined;
  const run = answeredInFull(seen);
  // After an error status the server may end the session (FLW-11).
  const good = run !== undefined && seen.reading.problems.length === 0 && !run.commands.some(failed);
  return good ? undefined : seen.session;
}

export const ORDERING_SERVER: readonly Oracle[] = [oneReplyEach, planInOrder];
