import type { Observed } from '../model/finding.js';
import type { Observation, PackageRun, Session } from '../session/observation.js';
import { type Lateness, Promptness } from '../session/promptness.js';
import type { TraceEvent, TraceHeader } from '../trace/event.js';

/**
 * Rows that a package breaks or keeps by its own bytes, whatever the other side did before it: that the suite was late is no excuse for them.
 */
const OF_ITSELF: ReadonlySet<string> = new Set([
  'ALT-04',
  'ALT-05',
  'END-07',
  'FLW-01',
  'FLW-14',
  'PKG-04',
  'PKG-06',
  'PKG-07',
  'PKG-09',
  'PKG-10',
  'PKG-11',
  'PKG-13',
  'PKG-23',
  'STA-02',
]);

/** Rows that silence after END keeps. */
const AFTER_END: ReadonlySet<string> = new Set(['END-04', 'END-05', 'END-10', 'FLW-06']);

/**
 * Takes back what is held against the target where the suite itself was late: a client that waited for longer than it says it does may have left, sent
 * again, or reported a failure with good reason (D-34). What was found is then inconclusive and says why. Nor does silence speak for a client
 * that may have gone before END reached it.
 */
export class LateSuite {
  readonly #promptness: Promptness;
  readonly #role: TraceHeader['role'];

  constructor(header: TraceHeader) {
    this.#promptness = new Promptness(header);
    this.#role = header.role;
  }

  push(event: TraceEvent): void {
    this.#promptness.push(event);
  }

  /** The finding, or that nothing can be said, when the observation that it came of rests on the suite's promptness. */
  soften(observed: Observed, seen: Observation): Observed {
    const late = this.#excuse(observed, seen);
    if (late === undefined) return observed;
    const { requirement, scenario, session, events } = observed;
    return {
      requirement,
      outcome: 'unclear',
      message: `${late.reason.charAt(0).toUpperCase()}${late.reason.slice(1)}, which may be why: ${observed.message} (D-34)`,
      events: late.witness === undefined || events.includes(late.witness) ? events : [...events, late.witness],
      ...(scenario === undefined ? {} : { scenario }),
      ...(session === undefined ? {} : { session }),
    };
  }

  #excuse({ outcome, requirement, events }: Observed, seen: Observation): Lateness | undefined {
    // It may rest on an answer of an earlier session, which it names.
    if (outcome === 'violated' && !OF_ITSELF.has(requirement))
      return this.#lateness(seen) ?? this.#promptness.among(events);
    // END came too late to be what silenced the client.
    if (outcome === 'held' && seen.kind === 'settled' && AFTER_END.has(requirement))
      return this.#answered(seen.session.run);
    return undefined;
  }

  #lateness(seen: Observation): Lateness | undefined {
    if (this.#role === 'server') return this.#ofServer(seen);
    const promptness = this.#promptness;
    switch (seen.kind) {
      case 'left':
      case 'settled':
        return this.#work(seen.session.run) ?? this.#silence(seen.session, seen.witness);
      case 'three':
        return this.#work(seen.run ?? seen.session?.run) ?? promptness.unanswered(seen.request);
      case 'one':
        return promptness.latestAnswer ?? promptness.unanswered(seen.request);
      case 'two':
        return this.#answered(seen.run);
      case 'reply':
        return promptness.answer(seen.response.exchange);
      case 'side':
        return promptness.answer(seen.exchange.request.exchange) ?? this.#work(seen.run);
      case 'notification-fence':
        return promptness.stalled(seen.sent.event.t, seen.witness.t);
      case 'event':
        return this.#inVain(seen.event);
      default:
        return undefined;
    }
  }

  /** A server may forget a session, or close its connection, when the next package does not come for so long. */
  #ofServer(seen: Observation): Lateness | undefined {
    if (seen.kind !== 'reply' || seen.run === undefined) return undefined;
    const refused = seen.response.status !== 200 || seen.response.defect !== undefined;
    return refused ? this.#promptness.stalled(seen.run.response.t, seen.request.t) : undefined;
  }

  #answered(run: PackageRun | undefined): Lateness | undefined {
    return this.#promptness.answer(run?.response.exchange);
  }

  /** The package came late, or the answer to one of its transfers did. */
  #work(run: PackageRun | undefined): Lateness | undefined {
    const late = this.#answered(run);
    if (late !== undefined || run === undefined) return late;
    for (const { exchanges } of run.commands)
      for (const { request } of exchanges) {
        const transfer = this.#promptness.answer(request.exchange);
        if (transfer !== undefined) return transfer;
      }
    return undefined;
  }

  /** What is missing may have been on its way in a stall: a handshake, for one, needs the suite. */
  #silence({ run, scenario }: Session, { t }: TraceEvent): Lateness | undefined {
    const from = run?.response.t;
    if (from === undefined) return undefined;
    return this.#promptness.stalled(from, this.#promptness.until(scenario, from, t));
  }

  #inVain(event: TraceEvent): Lateness | undefined {
    if (event.kind !== 'action' || event.action.name !== 'gave-up') return undefined;
    return this.#promptness.stalled(event.t - event.action.afterMs, event.t);
  }
}
