import { notificationIds } from '../protocol/alerts.js';
import type { PackageOne, PackageThree, Problem } from '../protocol/packages.js';
import { readPackageOne, readPackageThree, readPackageTwo } from '../protocol/read-packages.js';
import type { PeerHandler, PeerReply, PeerRequest } from '../stimuli/peer.js';
import type { CommandList, SessionPlan, Turn } from '../stimuli/plan.js';
import type { Tolerance } from './client-options.js';
import { type Clock, realClock } from './clock.js';
import { cookieOf } from './cookies.js';
import { DeviceGate, type KnownDevice } from './device-gate.js';
import type { ServerHookContext, ServerHooks } from './hooks.js';
import { fieldOf } from './http-fields.js';
import { type PlannedFor, PlanQueue } from './plan-queue.js';
import { reportTime } from './repeated-report.js';
import { Scratch } from './scratch.js';
import { takeRequest } from './server-checks.js';
import { DEFAULT_SENDER, type NotificationSender, ServerNotifications } from './server-notifications.js';
import { END_REPLY, refusal, replyOf, twoOf, withCookie } from './server-replies.js';
import { NOTHING, ServerSession } from './server-session.js';
import { SessionTable } from './session-table.js';
import type { WebPages } from './web-pages.js';

/** What happened at the server, for whoever drives it. */
export type ServerEvent =
  | { readonly kind: 'opened' | 'ended'; readonly session: ServerSession }
  | { readonly kind: 'report'; readonly session: ServerSession; readonly report: PackageThree }
  | { readonly kind: 'refused'; readonly request: PeerRequest; readonly status: number };

export interface ReferenceServerOptions {
  /** Default real time; only the age of sessions depends on it. */
  readonly clock?: Clock;
  readonly hooks?: ServerHooks;
  /** Default strict. */
  readonly tolerance?: Tolerance;
  /** Plan of a session that has just been opened; undefined = what is queued for the device, else END. */
  readonly planFor?: (session: ServerSession) => SessionPlan | undefined;
  readonly onEvent?: (event: ServerEvent) => void;
  /** Whether #2s carry a cookie by which the session and its last #2 are recognised (D-13); default true. */
  readonly cookies?: boolean;
  /** Who its notifications say it is. */
  readonly sender?: NotificationSender;
  /** POSIX seconds, for the TIMESTAMP of notifications; default the machine's own clock. */
  readonly wallSeconds?: () => number;
  /** The server's web pages, whose users' answers become commands (CR 6.1.4). */
  readonly pages?: WebPages;
  /** Devices that must prove who they are (TS 9); default none. */
  readonly devices?: readonly KnownDevice[];
  /** Sessions kept at once; default 4096. */
  readonly maxSessions?: number;
  /** After how many silent milliseconds a session is forgotten; default 30 minutes. */
  readonly idleMs?: number;
}

const COOKIE = 'OMADM-Session';
/** A #3 that belongs to no open session (D-10): it contradicts what the server knows. */
const CONFLICT = 409;

/** The reference DM Server (CR 6.1a, 6.2; TS 5.2): sends each session the #2s of its plan, then END. */
export class ReferenceServer {
  readonly #clock: Clock;
  readonly #hooks: ServerHooks;
  readonly #options: ReferenceServerOptions;
  readonly #tolerance: Tolerance;
  readonly #queue = new PlanQueue();
  readonly #sessions: SessionTable;
  readonly #notifications: ServerNotifications;
  readonly #gate: DeviceGate | undefined;
  readonly #scratch = new Scratch();
  /** Whether the sessions' beginning and end matter to nobody but the client. */
  readonly #unwatched: boolean;

  /** @param options what is left out is usual: strict, real time, no hooks. */
  constructor(options: ReferenceServerOptions = {}) {
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    this.#hooks = options.hooks ?? {};
    this.#tolerance = options.tolerance ?? 'strict';
    this.#unwatched = [options.hooks, options.planFor, options.onEvent].every((each) => each === undefined);
    this.#notifications = new ServerNotifications({
      clock: this.#clock,
      hooks: this.#hooks,
      sender: options.sender ?? DEFAULT_SENDER,
      wallSeconds: options.wallSeconds ?? (() => Math.floor(Date.now() / 1000)),
    });
    const { devices = [] } = options;
    this.#gate = devices.length === 0 ? undefined : new DeviceGate({ devices, clock: this.#clock, hooks: this.#hooks });
    const { maxSessions: most = 4096, idleMs = 30 * 60_000 } = options;
    this.#sessions = new SessionTable(this.#clock, { most, idleMs });
  }

  /** Packages for the device's next sessions: those up to one with END for one session, the rest for the one after it. */
  queue(device: string, packages: readonly CommandList[], session: PlannedFor = 'any'): void {
    this.#queue.add(device, packages, session);
  }

  /** Asks the device for a session: the bytes of the notification, to be delivered to it (CR 6.1.1). */
  notify(device: string): Buffer {
    return this.#notifications.notify(device, { ...this.#context(undefined), device });
  }

  /** A plan for one session of the device. */
  queuePlan(device: string, plan: SessionPlan): void {
    this.#queue.addPlan(device, plan);
  }

  /** Sessions that the server remembers, open or ended. */
  get sessions(): number {
    return this.#sessions.size;
  }

  /** Back to the state after the start. */
  reset(): void {
    this.#queue.clear();
    this.#options.pages?.reset();
    this.#sessions.clear();
    this.#notifications.clear();
    this.#gate?.clear();
    this.#scratch.clear();
  }

  /** Answers any request at the DM endpoint; at once unless a hook takes its time. */
  readonly handle: PeerHandler = (request) => {
    const { accept, reply } = this.#hooks;
    if (accept === undefined && reply === undefined) return this.#answer(request);
    const next = (wanted: PeerRequest) => this.#answer(wanted);
    const answer = accept?.(request, next, this.#context(this.#sessionOf(request), request)) ?? next(request);
    if (reply === undefined) return answer;
    const finish = (made: PeerReply) => reply(made, request, this.#context(this.#sessionOf(request), request));
    return answer instanceof Promise ? answer.then(finish) : finish(answer);
  };

  #answer(request: PeerRequest): PeerReply {
    const stopped = this.#gate?.refuse(request, () => this.#context(this.#sessionOf(request), request));
    if (stopped !== undefined) return this.#refused(request, stopped);
    const taken = takeRequest(request, this.#tolerance);
    if (taken === 'one') return this.#takeOne(request);
    if (taken === 'three') return this.#takeThree(request);
    return this.#refused(request, taken);
  }

  #takeOne(request: PeerRequest): PeerReply {
    const { view, problems } = readPackageOne(request.body);
    if (this.#isUnusable(view, problems)) return this.#malformed(request, problems);
    const key = this.#keyOf(request);
    const former = this.#sessions.get(key);
    // Nobody watches, nothing is to be done: the session is over before there is anything to keep of it.
    if (former === undefined && this.#unwatched && !this.#queue.has(key) && !this.#notifications.has(key))
      return END_REPLY;
    if (former?.state === 'open' && this.#hooks.restart !== undefined) {
      const choice = this.#hooks.restart(request, this.#context(former, request));
      if (choice === 'continue') return this.#next(former);
      if (choice !== 'fresh') return this.#refused(request, choice);
    }
    return this.#next(this.#open(key, request, former, view));
  }

  /** A new session; one that was still open is over, and its plan is started anew (D-26). */
  #open(key: string, request: PeerRequest, former: ServerSession | undefined, view?: PackageOne): ServerSession {
    const device = fieldOf(request, 'omadm-devid');
    const session = new ServerSession(key, device, (former?.ordinal ?? 0) + 1, request.target);
    const identifiers = (view?.alerts ?? []).flatMap(({ raw, initiation }) =>
      initiation === undefined ? [] : notificationIds(raw),
    );
    const notified = this.#notifications.answered(device ?? '', identifiers, () => this.#context(session, request));
    const unfinished = former?.state === 'open' ? former.plan : undefined;
    session.plan =
      this.#options.planFor?.(session) ?? unfinished ?? this.#queue.take(device ?? '', notified) ?? NOTHING;
    this.#sessions.touch(key, session);
    this.#options.onEvent?.({ kind: 'opened', session });
    return session;
  }

  #takeThree(request: PeerRequest): PeerReply {
    const { view, problems } = readPackageThree(request.body);
    if (view === undefined || this.#isUnusable(view, problems)) return this.#malformed(request, problems);
    const session = this.#sessionOf(request);
    if (session === undefined || session.state === 'ended') return this.#tooLate(request, session);
    const cookie = cookieOf(fieldOf(request, 'cookie'), COOKIE);
    const strict = this.#tolerance === 'strict';
    const standing = reportTime(session, request.body, view, cookie, strict);
    if (standing === 'stale' && strict) return this.#tooLate(request, session);
    if (standing === 'repeated' && session.lastReply !== undefined) {
      const choice = this.#hooks.repeated?.(request, this.#context(session, request)) ?? 'repeat';
      if (choice === 'repeat') return session.lastReply;
      if (choice !== 'next') return choice;
    }
    this.#sessions.touch(session.key, session);
    session.reports.push(view);
    session.lastReport = request.body;
    this.#options.onEvent?.({ kind: 'report', session, report: view });
    return this.#next(session);
  }

  /** The next #2 of the plan; with nothing left to do, END (CR 6.1.2). */
  #next(session: ServerSession): PeerReply {
    const asked = this.#options.pages?.takeAnswers(session.device ?? '') ?? [];
    const planned = asked.length > 0 ? { commands: asked } : session.nextTurn();
    const { nextTurn } = this.#hooks;
    const turn = nextTurn === undefined ? planned : nextTurn(planned, this.#context(session));
    session.packages += 1;
    session.answered = session.outstanding;
    if (turn === undefined && this.#hooks.commands === undefined) return this.#ended(session, END_REPLY);
    const commands = this.#commandsOf(turn ?? { commands: [['END']] }, session);
    const plain = turn === undefined ? twoOf(commands) : replyOf(turn, commands);
    session.outstanding = commands;
    if (commands.some(([name]) => name === 'END')) return this.#ended(session, plain);
    session.state = isTwo(plain, turn) ? 'open' : 'spent';
    const reply =
      this.#options.cookies === false ? plain : withCookie(plain, COOKIE, `${session.id}.${session.packages}`);
    session.lastReply = reply;
    return reply;
  }

  #commandsOf(turn: Turn, session: ServerSession): CommandList {
    if (turn.body !== undefined)
      return readPackageTwo(turn.body).view?.commands.map(({ raw }) => raw.map(String)) ?? [];
    const { device, reports } = session;
    const commands = typeof turn.commands === 'function' ? turn.commands({ device, reports }) : turn.commands;
    const sent = this.#hooks.commands?.(commands, this.#context(session)) ?? commands;
    this.#options.pages?.shown(sent, device ?? '');
    return sent;
  }

  #ended(session: ServerSession, reply: PeerReply): PeerReply {
    session.state = 'ended';
    // A session that ended at once holds nothing worth forgetting.
    if (session.packages > 1) this.#sessions.touch(session.key, session.toEnded());
    this.#options.onEvent?.({ kind: 'ended', session });
    return reply;
  }

  /** The device's session; a lenient server also finds it by its cookie, should the device have changed its name in mid-session. */
  #sessionOf(request: PeerRequest): ServerSession | undefined {
    const session = this.#sessions.get(this.#keyOf(request));
    if (session !== undefined || this.#tolerance === 'strict') return session;
    const [id = ''] = cookieOf(fieldOf(request, 'cookie'), COOKIE)?.split('.') ?? [];
    return this.#sessions.byId(id);
  }

  #keyOf(request: PeerRequest): string {
    const key = fieldOf(request, 'omadm-devid') ?? '';
    return this.#hooks.sessionKey?.(key, request, this.#context(undefined, request)) ?? key;
  }

  #isUnusable(view: unknown, problems: readonly Problem[]): boolean {
    return view === undefined || (this.#tolerance === 'strict' && problems.length > 0);
  }

  #malformed(request: PeerRequest, problems: readonly Problem[]): PeerReply {
    const made = this.#hooks.onMalformed?.(request, problems, this.#context(this.#sessionOf(request), request));
    return made ?? this.#refused(request, refusal(400));
  }

  /** A #3 after END, or of no session: no commands (CR 6.1a, D-10). */
  #tooLate(request: PeerRequest, session: ServerSession | undefined): PeerReply {
    return (
      this.#hooks.afterEnd?.(request, this.#context(session, request)) ?? this.#refused(request, refusal(CONFLICT))
    );
  }

  #refused(request: PeerRequest, reply: PeerReply): PeerReply {
    this.#options.onEvent?.({ kind: 'refused', request, status: reply.status });
    return reply;
  }

  #context(session: ServerSession | undefined, request?: PeerRequest): ServerHookContext {
    return {
      session: session?.ordinal ?? 0,
      package: session?.packages ?? 0,
      device: session?.device ?? (request === undefined ? undefined : fieldOf(request, 'omadm-devid')),
      clock: this.#clock,
      scratch: this.#scratch,
      own: session?.own ?? new Scratch(),
      two: twoOf,
      refuse: refusal,
    };
  }
}

/** Whether a client that gets this reply can answer it with a #3. */
function isTwo(reply: PeerReply, turn: Turn | undefined): boolean {
  if (reply.status !== 200 || reply.delivery?.cut !== undefined || reply.delivery?.raw !== undefined) return false;
  return turn?.body === undefined || readPackageTwo(reply.body).problems.length === 0;
}
