import type { PackageOne, PackageThree, PackageTwo, Reading, SeenCommand, SeenStatus } from '../protocol/packages.js';
import type { HttpRequestEvent, HttpResponseEvent, TraceEvent } from '../trace/event.js';
import type { Answering, SentNotification } from './notification-log.js';

/** A DM Session as the fold knows it (CR 6.1a). The object lives as long as the session; oracles must not keep more than a constant amount for each. */
export interface Session {
  readonly id: string;
  /** `OMADM-DevID` of its #1. */
  readonly device: string | undefined;
  readonly scenario: string | undefined;
  /** 1 for the first session of its device in this trace. */
  readonly ordinal: number;
  readonly one: HttpRequestEvent;
  /** What its #1 holds. */
  readonly opening: Reading<PackageOne>;
  /** `open`; `ended`: a #2 with END was delivered; `failed`: a reply was no #2, or was cut; `left`: the client is gone without END. */
  readonly state: 'open' | 'ended' | 'failed' | 'left';
  /** Its last package was answered 401: the one that comes again with credentials is no new package, and answers the same #2 (D-19). */
  readonly challenged: boolean;
  /** How many well-formed #2 were delivered. */
  readonly rounds: number;
  /** The package under way, or the last one. */
  readonly run: PackageRun | undefined;
}

/** An HTTP exchange of interface 3 or 4, linked to the command whose ServerURI it goes to. */
export interface SideExchange {
  readonly request: HttpRequestEvent;
  /** Complete or cut (`defect`); undefined while it is under way. */
  readonly response: HttpResponseEvent | undefined;
}

/** One that is over. */
export interface AnsweredExchange extends SideExchange {
  readonly response: HttpResponseEvent;
}

/** One command of a delivered #2 and all that the record shows of it. */
export interface CommandRun {
  readonly index: number;
  readonly command: SeenCommand;
  /** Requests that went to its ServerURI, in order of arrival. A command that stands n times takes them in turn. */
  readonly exchanges: readonly SideExchange[];
  readonly status: SeenStatus | undefined;
}

/** One delivered #2 with the work it caused and the #3 that answers it. */
export interface PackageRun {
  readonly session: Session;
  /** 1 for the answer to #1. */
  readonly number: number;
  /** The #1 or #3 that it answers. */
  readonly request: HttpRequestEvent;
  readonly response: HttpResponseEvent;
  readonly two: PackageTwo;
  readonly commands: readonly CommandRun[];
  readonly hasEnd: boolean;
  /** Content-Length, usual header case, one piece; or anything else that HTTP allows. */
  readonly delivery: 'plain' | 'unusual';
  readonly three: Report | undefined;
}

/** A #3 as it came. */
export interface Report {
  readonly request: HttpRequestEvent;
  readonly reading: Reading<PackageThree>;
}

/** A #2 that a #3 has answered. */
export interface ReportedRun extends PackageRun {
  readonly three: Report;
}

/**
 * How a #3 stands to the session: `answers` a #2; `after-end`; `unasked`: no #2 waits for it; `no-session`. `run` is the package that it answers, or
 * the END package that it comes after.
 */
export type Standing<S = Session> =
  | { readonly standing: 'answers'; readonly session: S; readonly run: ReportedRun }
  | { readonly standing: 'after-end'; readonly session: S; readonly run: PackageRun }
  | { readonly standing: 'unasked'; readonly session: S; readonly run: undefined }
  | { readonly standing: 'no-session'; readonly session: undefined; readonly run: undefined };

/** What a reply of the DM endpoint answers. */
export type Asked<S = Session> =
  | { readonly to: 'one'; readonly session: S; readonly standing: undefined; readonly run: undefined }
  | ({ readonly to: 'three' } & Standing<S>)
  | {
      readonly to: 'other';
      readonly session: S | undefined;
      readonly standing: undefined;
      readonly run: undefined;
    };

/** The command that caused an exchange, and its package; undefined when no command did. */
export type Cause =
  | { readonly command: CommandRun; readonly run: PackageRun }
  | { readonly command: undefined; readonly run: undefined };

/** What a request at the DM endpoint was recognised by: its media type, the shape of its body, or its place. */
export type RecognisedBy = 'type' | 'shape' | 'place';

export type Observation =
  /** Every event, before anything that follows from it. */
  | { readonly kind: 'event'; readonly event: TraceEvent }
  /** A #1 was received whole. */
  | {
      readonly kind: 'one';
      readonly session: Session;
      readonly request: HttpRequestEvent;
      readonly by: RecognisedBy;
      readonly reading: Reading<PackageOne>;
      /** What it has to do with the notifications before it. */
      readonly notified: Answering;
    }
  /** A #3 was received whole. */
  | ({
      readonly kind: 'three';
      readonly request: HttpRequestEvent;
      readonly by: RecognisedBy;
      readonly reading: Reading<PackageThree>;
    } & Standing)
  /** A request at the DM endpoint that is neither: another method, or unreadable. */
  | { readonly kind: 'other'; readonly request: HttpRequestEvent; readonly session: Session | undefined }
  /** The DM endpoint's reply to any of these, complete or cut. `reading` is there when it has a body. */
  | ({
      readonly kind: 'reply';
      readonly request: HttpRequestEvent;
      readonly response: HttpResponseEvent;
      readonly reading: Reading<PackageTwo> | undefined;
    } & Asked)
  /** A well-formed #2 with status 200 was delivered whole; follows its `reply`. */
  | { readonly kind: 'two'; readonly run: PackageRun }
  /** An exchange of interface 3 or 4 is over. */
  | ({ readonly kind: 'side'; readonly exchange: AnsweredExchange } & Cause)
  /** The client went away without END, and left `run` unanswered (witness: a fresh #1, or the process's exit). */
  | { readonly kind: 'left'; readonly session: Session; readonly run: PackageRun; readonly witness: TraceEvent }
  /**
   * A fence after the session's last package has passed: nothing of it can still be due.
   * Witness: the END of a later session of the same device, the process's exit, or the close of a quiet window.
   */
  | { readonly kind: 'settled'; readonly session: Session; readonly witness: TraceEvent }
  /** A notification was handed to the client, or came from the server under test. */
  | { readonly kind: 'notification'; readonly sent: SentNotification }
  /**
   * No session has answered this notification, and it should have by now. Witness: the END of a session that a later notification
   * caused, or the close of a virtual quiet time. `heeded`: the client has answered some notification (D-12).
   */
  | {
      readonly kind: 'notification-fence';
      readonly sent: SentNotification;
      readonly witness: TraceEvent;
      readonly heeded: boolean;
    };
