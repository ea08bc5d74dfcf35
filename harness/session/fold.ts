import { readPackageTwo } from '../protocol/read-packages.js';
import { bodyBytes, type ReadSpill } from '../trace/body.js';
import type {
  ConnectionEvent,
  HttpRequestEvent,
  HttpResponseEvent,
  ProcessEvent,
  TraceEvent,
  TraceHeader,
} from '../trace/event.js';
import { classify, field } from './classify.js';
import { LatestSessions } from './latest-sessions.js';
import { bodyText } from './marks.js';
import { NotificationLog, type SentNotification } from './notification-log.js';
import type { Asked, Observation, PackageRun, Report, Session, Standing } from './observation.js';
import { ownerOf, type Rival, takeCookies } from './rivals.js';
import { type CommandRunState, type RunState, SideExchanges } from './side-exchanges.js';

/** How many sessions that wait for their fence are remembered; more only happens when a peer floods. */
const MOST_UNSETTLED = 256;

interface SessionState extends Rival {
  state: Session['state'];
  rounds: number;
  run: RunState | undefined;
  /** The run before, whose transfers may still be under way. */
  previous: RunState | undefined;
  settled: boolean;
  /** A package that was to answer the #2 came in part, or may have been lost with a connection that the server reset: the client did not leave in silence. */
  torn: boolean;
  challenged: boolean;
  rival: SessionState | undefined;
}

type Awaiting = { readonly request: HttpRequestEvent } & Asked<SessionState>;

/**
 * Groups events into DM Sessions, decodes each package once and links what belongs together (CR 6.1a, 6.2).
 * Feed it events in order; it returns what they mean, in order. Memory: constant for each session, and bounded for those not yet settled.
 */
export class SessionFold {
  readonly #header: TraceHeader;
  readonly #readSpill: ReadSpill;
  readonly #asked = new Map<string, Awaiting>();
  readonly #side = new SideExchanges();
  readonly #latest: LatestSessions<SessionState>;
  readonly #ordinals = new Map<string, number>();
  readonly #unsettled = new Set<SessionState>();
  readonly #notifications: NotificationLog;
  #count = 0;

  constructor(header: TraceHeader, readSpill: ReadSpill) {
    this.#header = header;
    this.#readSpill = readSpill;
    this.#notifications = new NotificationLog(header, readSpill);
    // Only a resident client can be recognised outside its scenario: it has one device, and plays one session after another.
    const scope = header.role === 'server' ? 'device' : this.#perSession ? 'scenario' : 'run';
    this.#latest = new LatestSessions(scope);
  }

  push(event: TraceEvent): readonly Observation[] {
    const out: Observation[] = [{ kind: 'event', event }];
    if (event.kind === 'http-request') this.#request(event, out);
    else if (event.kind === 'http-response') this.#response(event, out);
    else if (event.kind === 'process') this.#process(event, out);
    else if (event.kind === 'connection') this.#connection(event);
    else if (event.kind === 'notification')
      out.push({ kind: 'notification', sent: this.#notifications.add(event, this.#underWay(event.scenario)) });
    else if (event.kind === 'action') {
      this.#notifications.act(event);
      if (event.action.name === 'quiet-closed') this.#quiet(event, event.action.mode, out);
    }
    return out;
  }

  #request(event: HttpRequestEvent, out: Observation[]): void {
    if (event.to === 'server') this.#packageRequest(event, out);
    else this.#side.request(event);
  }

  /** A package that was on its way over a connection which the server resets is lost without a trace, and is not sent again (D-17). */
  #connection({ phase, from }: ConnectionEvent): void {
    if (phase !== 'reset' || from !== 'server') return;
    for (const session of this.#unsettled) if (session.state === 'open') session.torn = true;
  }

  #packageRequest(event: HttpRequestEvent, out: Observation[]): void {
    const device = field(event.headers, 'omadm-devid');
    const latest = this.#latest.find(event, device);
    const known = this.#owner(event, latest);
    const body = 'text' in event.body ? event.body.text : bodyBytes(event.body, this.#readSpill);
    const expects = known?.state === 'open' && known.run !== undefined ? 'three' : 'one';
    const what = event.defect === undefined ? classify(event, body, expects) : ({ package: 'none' } as const);
    if (what.package === 'one') {
      const session = this.#open(event, what.reading, latest, out);
      this.#asked.set(event.exchange, { request: event, to: 'one', session, standing: undefined, run: undefined });
      const notified = this.#notifications.one(session, what.reading.view, bodyText(event.body, this.#readSpill));
      out.push({ kind: 'one', session, request: event, by: what.by, reading: what.reading, notified });
    } else if (what.package === 'three') {
      if (known?.challenged === true && field(event.headers, 'authorization') !== undefined) resume(known);
      const standing = take(known, { request: event, reading: what.reading });
      this.#asked.set(event.exchange, { request: event, to: 'three', ...standing });
      out.push({ kind: 'three', request: event, by: what.by, reading: what.reading, ...standing });
    } else {
      if (known !== undefined && event.defect !== undefined) known.torn = true;
      this.#asked.set(event.exchange, {
        request: event,
        to: 'other',
        session: known,
        standing: undefined,
        run: undefined,
      });
      out.push({ kind: 'other', request: event, session: known });
    }
  }

  /** The harness names its own sessions where it plays several at once. */
  #owner(event: HttpRequestEvent, latest: SessionState | undefined): SessionState | undefined {
    const rival = event.label === undefined ? latest?.rival : undefined;
    return latest === undefined || rival === undefined ? latest : ownerOf(event, latest, rival);
  }

  #open(
    event: HttpRequestEvent,
    opening: Session['opening'],
    before: SessionState | undefined,
    out: Observation[],
  ): SessionState {
    const device = field(event.headers, 'omadm-devid');
    // Only the same device shows by a fresh #1 that it has left.
    if (before?.device === device && before !== undefined && this.#header.role === 'client')
      this.#leave(before, event, out);
    const ordinalKey = device ?? '';
    const ordinal = (this.#ordinals.get(ordinalKey) ?? 0) + 1;
    this.#ordinals.set(ordinalKey, ordinal);
    this.#count += 1;
    const session: SessionState = {
      id: `s${this.#count}`,
      device,
      scenario: event.scenario,
      ordinal,
      one: event,
      opening,
      state: 'open',
      rounds: 0,
      run: undefined,
      previous: undefined,
      settled: false,
      torn: false,
      challenged: false,
      cookies: new Set(),
      rival: undefined,
    };
    if (this.#header.role === 'server' && before?.device === device && before?.state === 'open') {
      session.rival = before;
      before.rival = undefined;
    }
    this.#latest.set(event, device, session);
    if (this.#unsettled.size >= MOST_UNSETTLED) {
      const oldest = this.#unsettled.values().next().value;
      if (oldest !== undefined) this.#forget(oldest);
    }
    this.#unsettled.add(session);
    return session;
  }

  #response(event: HttpResponseEvent, out: Observation[]): void {
    if (event.status >= 100 && event.status < 200) return;
    const asked = this.#asked.get(event.exchange);
    if (asked !== undefined) {
      this.#asked.delete(event.exchange);
      this.#reply(event, asked, out);
      return;
    }
    const side = this.#side.response(event);
    if (side !== undefined) out.push(side);
  }

  #reply(event: HttpResponseEvent, asked: Awaiting, out: Observation[]): void {
    const { request, session, standing, to } = asked;
    const reading =
      event.body.size > 0
        ? readPackageTwo('text' in event.body ? event.body.text : bodyBytes(event.body, this.#readSpill))
        : undefined;
    out.push({ kind: 'reply', ...asked, response: event, reading });
    if (session === undefined || to === 'other' || standing === 'after-end') return;
    takeCookies(session, event);
    // Our own #3 may be sent again on purpose; its answer carries the session on (D-31).
    if (standing === 'unasked' && this.#header.role === 'client') return;
    const two = reading?.view;
    const good =
      event.status === 200 && event.defect === undefined && two !== undefined && reading?.problems.length === 0;
    if (!good || two === undefined) {
      session.challenged = event.status === 401 && (to === 'one' || standing === 'answers');
      if (session.state === 'open') session.state = 'failed';
      return;
    }
    if (session.state === 'left') return;
    if (session.previous !== undefined) this.#side.retire(session.previous);
    const run: RunState = {
      session,
      number: session.rounds + 1,
      request,
      response: event,
      two,
      commands: two.commands.map(
        (command, index): CommandRunState => ({ index, command, exchanges: [], status: undefined }),
      ),
      hasEnd: two.hasEnd,
      delivery: deliveryOf(event),
      three: undefined,
    };
    session.rounds = run.number;
    session.previous = session.run;
    session.run = run;
    session.torn = false;
    session.state = two.hasEnd ? 'ended' : 'open';
    this.#side.expect(run);
    out.push({ kind: 'two', run });
    if (two.hasEnd) this.#fence(this.#notifications.ended(session), event, out);
    if (two.hasEnd && this.#header.role === 'client' && !this.#perSession) this.#settleBefore(session, event, out);
  }

  /** An ended session of a resident client is the fence for all earlier ones of that device. */
  #settleBefore(session: SessionState, witness: TraceEvent, out: Observation[]): void {
    for (const earlier of this.#unsettled) {
      if (earlier === session || earlier.state === 'open' || earlier.device !== session.device) continue;
      this.#settle(earlier, witness, out);
    }
  }

  #process(event: ProcessEvent, out: Observation[]): void {
    if (event.phase !== 'exited' || event.killed === true) return;
    for (const session of this.#unsettled) {
      if (session.scenario !== event.scenario) continue;
      this.#leave(session, event, out);
      this.#settle(session, event, out);
    }
  }

  #quiet(event: TraceEvent, mode: 'real' | 'virtual', out: Observation[]): void {
    for (const session of this.#unsettled) {
      if (session.scenario === event.scenario && session.state !== 'open') this.#settle(session, event, out);
    }
    // A client with a session under way may keep notifications for the time after it (D-32).
    if (mode === 'virtual' && this.#underWay(event.scenario) === undefined)
      this.#fence(this.#notifications.quiet(event.scenario), event, out);
  }

  #fence(due: readonly SentNotification[], witness: TraceEvent, out: Observation[]): void {
    const { heeded } = this.#notifications;
    for (const sent of due) out.push({ kind: 'notification-fence', sent, witness, heeded });
  }

  /** The session of the scenario that has not come to its END. */
  #underWay(scenario: string | undefined): SessionState | undefined {
    for (const session of this.#unsettled)
      if (session.state === 'open' && session.scenario === scenario) return session;
    return undefined;
  }

  /** A fresh #1, or the process's exit, shows that an open session was left without END (D-34). */
  #leave(session: SessionState, witness: TraceEvent, out: Observation[]): void {
    if (session.state !== 'open') return;
    const { run } = session;
    const owed = run !== undefined && run.three === undefined && !session.torn;
    session.state = owed ? 'left' : 'failed';
    if (owed) out.push({ kind: 'left', session, run, witness });
  }

  #settle(session: SessionState, witness: TraceEvent, out: Observation[]): void {
    if (session.settled) return;
    session.settled = true;
    out.push({ kind: 'settled', session, witness });
    this.#forget(session);
  }

  #forget(session: SessionState): void {
    this.#unsettled.delete(session);
    if (session.previous !== undefined) this.#side.retire(session.previous);
    if (session.run !== undefined) this.#side.retire(session.run);
  }

  get #perSession(): boolean {
    // A HAR shows no process exit, so there the next session of the device is the fence.
    return this.#header.statement.start.per === 'session' && this.#header.source !== 'har';
  }
}

/** The session goes on where it was before the challenge. */
function resume(session: SessionState): void {
  session.challenged = false;
  if (session.state !== 'failed' || session.run === undefined) return;
  session.state = 'open';
  session.run.three = undefined;
}

/** Tells how a #3 stands to the session, and gives it to the #2 that it answers. */
function take(session: SessionState | undefined, report: Report): Standing<SessionState> {
  if (session === undefined) return { standing: 'no-session', session, run: undefined };
  const { state, run } = session;
  if (run !== undefined && state === 'ended') return { standing: 'after-end', session, run };
  if (run === undefined || state !== 'open' || run.three !== undefined)
    return { standing: 'unasked', session, run: undefined };
  const statuses = report.reading.view?.statuses ?? [];
  for (const command of run.commands) command.status = statuses[command.index];
  return { standing: 'answers', session, run: Object.assign(run, { three: report }) };
}

function deliveryOf(response: HttpResponseEvent): PackageRun['delivery'] {
  const usual =
    response.framing.by === 'length' &&
    response.framing.segments === undefined &&
    response.headers.some(([name]) => name === 'Content-Type') &&
    response.headers.some(([name]) => name === 'Content-Length');
  return usual ? 'plain' : 'unusual';
}
