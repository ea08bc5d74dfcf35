import type { Session } from '../session/observation.js';
import { NOTHING, type Oracle } from './oracle.js';
import { held, violated } from './say.js';

/** Bytes that nobody asked for are a package when they look like one; a 408 on an idle connection is plain HTTP. */
const LOOKS_LIKE_TWO = /vnd\.oma\.dm\.request\+json|"CMD"/i;

/** ORD-09: one #2 for each #1 or #3: no unsolicited and no second response (CR 6.1a). */
export const oneReplyEach: Oracle = {
  name: 'ordering/one-reply-each',
  on: 'server',
  requirements: ['ORD-09'],
  create: () => {
    const replies = new Map<string, number>();
    const broken = new Set<string>();
    return (seen) => {
      if (seen.kind === 'event' && seen.event.kind === 'connection') {
        const { event } = seen;
        if (event.phase === 'stray' && event.from === 'server' && LOOKS_LIKE_TWO.test(event.detail ?? '')) {
          broken.add(event.connection);
          return [
            violated('ORD-09', 'The server sent a package that answers no request.', event.scenario, [event], {
              expected: 'one response for each request',
              actual: (event.detail ?? '').slice(0, 200),
            }),
          ];
        }
        if (event.phase === 'closed' || event.phase === 'reset') {
          replies.delete(event.connection);
          broken.delete(event.connection);
        }
        return NOTHING;
      }
      if (seen.kind !== 'reply' || seen.response.defect !== undefined) return NOTHING;
      const { connection } = seen.response;
      const count = (replies.get(connection) ?? 0) + 1;
      replies.set(connection, count);
      // The next exchange of the connection is the fence for the one before it.
      if (count < 2 || broken.has(connection)) return NOTHING;
      return [held('ORD-09', 'Each request of the connection brought one response.', seen.session, [seen.response])];
    };
  },
};

/** ORD-11: the server sends a plan in its order, repeats included (CR 6.2-4). */
export const planInOrder: Oracle = {
  name: 'ordering/plan-in-order',
  on: 'server',
  requirements: ['ORD-11'],
  create: ({ book }) => {
    const sent = new WeakMap<Session, string[]>();
    const sessions = new Map<string, number>();
    return (seen) => {
      if (seen.kind === 'one') {
        const key = `${seen.session.scenario ?? ''} ${seen.session.device ?? ''}`;
        if (sessions.size > 1024) sessions.clear();
        sessions.set(key, (sessions.get(key) ?? 0) + 1);
        return NOTHING;
      }
      if (seen.kind !== 'two') return NOTHING;
      const { session, response } = seen.run;
      const plans = book.plans(session.scenario).filter((plan) => plan.device === session.device);
      const only = sessions.get(`${session.scenario ?? ''} ${session.device ?? ''}`) === 1;
      const [plan] = plans;
      if (plan === undefined || plans.length > 1 || !only) return NOTHING;
      const planned = plan.packages
        .flat()
        .filter((command) => command[0] !== 'END')
        .map((command) => JSON.stringify(command));
      const so = sent.get(session) ?? [];
      sent.set(session, so);
      so.push(
        ...seen.run.two.commands
          .filter((command) => command.name !== 'END')
          .map((command) => JSON.stringify(command.raw)),
      );
      const wrong = so.findIndex((command, index) => command !== planned[index]);
      const short = seen.run.hasEnd && so.length < planned.length;
      if (wrong >= 0 || short) {
        const at = wrong >= 0 ? wrong : so.length;
        return [
          violated('ORD-11', 'The server did not send its plan in order.', session, [response, session.one], {
            expected: planned[at] ?? 'END',
            actual: so[at] ?? 'END',
          }),
        ];
      }
      if (!seen.run.hasEnd || planned.length < 2) return NOTHING;
      return [
        held('ORD-11', `A plan of ${planned.length} commands came in its order.`, session, [session.one, response]),
      ];
    };
  },
};

export const ORDERING_SERVER: readonly Oracle[] = [oneReplyEach, planInOrder];
