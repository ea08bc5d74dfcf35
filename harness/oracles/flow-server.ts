import type { Observed } from '../model/finding.js';
import { BoundedMap, BoundedSet } from '../session/bounded.js';
import type { PackageRun } from '../session/observation.js';
import { codeOf, failed } from './common.js';
import {
  commandsIn,
  describeReply,
  isGoodReport,
  isPlain,
  isPutOff,
  isToGoodPackage,
  isTwo,
  isUsual,
  mayRefuse,
  Openings,
  type Reply,
} from './common-server.js';
import { deviceKey } from './device-key.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { held, unclear, violated } from './say.js';

/** A reply of success whose body is no #2 at all. One without a body leaves the session, which is END-01's. */
function isNoTwo(reply: Reply): boolean {
  const { response, reading } = reply;
  const success = response.defect === undefined && response.status < 300;
  return success && reading !== undefined && reading.view === undefined;
}

/** FLW-02: #1 with and without MOS and alerts is accepted (CR 6.2-2). */
export const acceptsAnyOne = oracle({
  name: 'flow/accepts-any-one',
  on: 'server',
  requirements: ['FLW-02'],
  sees: ['one', 'reply'],
  create: () => {
    const openings = new Openings();
    /** Scenarios in which a #1 without events was accepted: there a refusal of one with events is about these (ALT-06, ALT-07). */
    const accepted = new BoundedSet<string | undefined>(256);
    return (seen) => {
      openings.see(seen);
      if (seen.kind !== 'reply' || seen.to !== 'one') return NOTHING;
      const { view, problems } = seen.session.opening;
      if (view === undefined || problems.length > 0 || openings.isCrowded(seen.session)) return NOTHING;
      if (!isPlain(seen.request)) return NOTHING;
      const message = `A #1 ${view.mos === undefined ? 'without' : 'with'} MOS and with ${view.alerts.length} alert(s)`;
      const events = [seen.response, seen.request];
      const { scenario } = seen.request;
      const hasEvents = view.alerts.some(({ initiation }) => initiation === undefined);
      if (isTwo(seen)) {
        if (!hasEvents) accepted.add(scenario);
        return [held('FLW-02', `${message} was accepted.`, seen.session, events)];
      }
      const usual = view.mos !== undefined && view.alerts.length === 1;
      const { status, defect } = seen.response;
      if (usual || defect !== undefined || status < 300) return NOTHING;
      if (hasEvents && accepted.has(scenario) && status >= 400) return NOTHING;
      const details = { expected: '200 with a #2', actual: describeReply(seen) };
      if (mayRefuse(status) || status < 400)
        return [
          unclear('FLW-02', `The server did not take the #1 (${describeReply(seen)}).`, seen.session, events, details),
        ];
      return [violated('FLW-02', `${message} was refused.`, seen.session, events, details)];
    };
  },
});

/** FLW-03: the response to #1 holds at least one command (CR 6.2-3). */
export const firstReplyHasCommands = oracle({
  name: 'flow/first-reply-has-commands',
  on: 'server',
  requirements: ['FLW-03'],
  sees: ['reply'],
  create: () => (seen) => {
    if (seen.to !== 'one' || seen.response.defect !== undefined) return NOTHING;
    const { status } = seen.response;
    if (status >= 300) return NOTHING;
    const count = commandsIn(seen).length;
    const events = [seen.response, seen.request];
    if (count > 0) return [held('FLW-03', `The response to #1 holds ${count} command(s).`, seen.session, events)];
    // A body that cannot be read is PKG-12's.
    if (seen.reading !== undefined && seen.reading.view === undefined) return NOTHING;
    if (!isToGoodPackage(seen)) return NOTHING;
    return [
      violated('FLW-03', 'The response to #1 holds no command.', seen.session, events, {
        expected: 'at least one command',
        actual: describeReply(seen),
      }),
    ];
  },
});

/** FLW-04: after a #2 without END the server takes the #3 and answers it, after one with END it waits for nothing (CR 6.2-3, D-03). */
export const meansWhatEndSays = oracle({
  name: 'flow/means-what-end-says',
  on: 'server',
  requirements: ['FLW-04'],
  sees: ['two', 'reply', 'one', 'three'],
  create: () => {
    const openings = new Openings();
    const took = new BoundedSet<string>(1024);
    const ended = new BoundedMap<string, PackageRun>(1024);
    return (seen) => {
      openings.see(seen);
      if (seen.kind === 'two' && seen.run.hasEnd) ended.set(deviceKey(seen.run.session), seen.run);
      if (seen.kind !== 'reply' || seen.session === undefined || !isPlain(seen.request)) return NOTHING;
      const key = deviceKey(seen.session);
      const events = [seen.response, seen.request];
      const { status, defect } = seen.response;
      if (seen.standing === 'answers') {
        // A refusal at the URI of a CONT is CNT-04's, one of error statuses FLW-11's.
        const allGood =
          isGoodReport(seen, openings) &&
          seen.request.target === seen.session.one.target &&
          !seen.run.commands.some(failed);
        if (defect !== undefined) return NOTHING;
        if (status === 200) took.add(key);
        else if (isRefusal(seen.response) && allGood) {
          return [
            violated('FLW-04', 'A #2 without END was sent, and the #3 that answers it refused.', seen.session, events, {
              expected: '200 with a #2',
              actual: describeReply(seen),
            }),
          ];
        }
        return NOTHING;
      }
      const before = ended.get(key);
      if (seen.to !== 'one' || before === undefined) return NOTHING;
      ended.delete(key);
      if (isTwo(seen)) {
        return took.has(key)
          ? [
              held(
                'FLW-04',
                'The #3 was taken while one was due, and after END a new #1 was served at once.',
                seen.session,
                events,
              ),
            ]
          : NOTHING;
      }
      if (defect !== undefined || status < 400 || mayRefuse(status) || !isToGoodPackage(seen)) return NOTHING;
      const all = [...events, before.response];
      const details = { expected: '200 with a #2', actual: describeReply(seen) };
      const message = 'After a #2 with END a new #1 was refused';
      // One of a usual kind is SES-12's.
      return isUsual(seen.session, openings)
        ? [unclear('FLW-04', `${message}; see SES-12.`, seen.session, all, details)]
        : [violated('FLW-04', `${message}.`, seen.session, all, details)];
    };
  },
});

/** FLW-07: the answer to a #3 is again a #2 with commands (CR 6.2-5); FLW-11: also when the #3 reports errors. */
export const answersReports = oracle({
  name: 'flow/answers-reports',
  on: 'server',
  requirements: ['FLW-07', 'FLW-11'],
  sees: ['one', 'three', 'reply'],
  create: () => {
    const openings = new Openings();
    return (seen) => {
      openings.see(seen);
      return seen.kind === 'reply' && isGoodReport(seen, openings) ? answerTo(seen) : NOTHING;
    };
  },
});

function answerTo(seen: Extract<Reply, { standing: 'answers' }>): readonly Observed[] {
  const events = [seen.response, seen.request];
  const details = { expected: '200 with a #2', actual: describeReply(seen) };
  const found: Observed[] = [];
  const errors = seen.run.commands.filter(failed).map((command) => codeOf(command));
  if (isTwo(seen)) {
    found.push(held('FLW-07', 'The answer to #3 is a #2 with commands.', seen.session, events));
    if (errors.length > 0)
      found.push(
        held('FLW-11', `After statuses ${errors.join(', ')} the server went on or ended.`, seen.session, events),
      );
  } else if (isNoTwo(seen)) {
    found.push(violated('FLW-07', 'The answer to #3 is no #2.', seen.session, events, details));
  } else if (errors.length > 0 && isRefusal(seen.response)) {
    found.push(
      violated('FLW-11', `A #3 with statuses ${errors.join(', ')} was refused.`, seen.session, events, details),
    );
  }
  return found;
}

function isRefusal({ status, defect }: Reply['response']): boolean {
  return defect === undefined && status >= 400 && !isPutOff(status);
}

export const FLOW_SERVER: readonly Oracle[] = [acceptsAnyOne, firstReplyHasCommands, meansWhatEndSays, answersReports];
