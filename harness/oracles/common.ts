import type { PackageThree, Reading, SeenCommand, SeenStatus } from '../protocol/packages.js';
import type { Hold } from '../session/book.js';
import type {
  CommandRun,
  Observation,
  PackageRun,
  ReportedRun,
  Session,
  SideExchange,
} from '../session/observation.js';
import type { HttpRequestEvent, HttpResponseEvent, TraceHeader } from '../trace/event.js';

/** A package of more commands than this is "long": only the rows about long packages judge it (CR 6 speaks of less capable devices). */
export const LONG_PACKAGE = 10;
/** Bodies of more bytes are not searched for planted values: the harness plants none in them. */
export const LONG_BODY = 1024 * 1024;
/** Rounds that every client must manage; more is a SHOULD. */
export const MANY_ROUNDS = 10;

const TRANSFERS: ReadonlySet<string | undefined> = new Set(['HGET', 'HPUT', 'HPOST']);

const SECURE = /^https:/i;

/** HGET, HPUT or HPOST in good form: a command whose work is seen at the repository. */
export function isTransfer(command: SeenCommand): boolean {
  return command.standing === 'well-formed' && TRANSFERS.has(command.name);
}

/** HPUT or HPOST in good form. */
export function isUpload(command: SeenCommand): boolean {
  return isTransfer(command) && command.name !== 'HGET';
}

/** The one ClientURI of a command in good form; undefined where it has none, or several. */
export function soleUri({ standing, clientUris }: SeenCommand): string | undefined {
  return standing === 'well-formed' && clientUris.length === 1 ? clientUris[0] : undefined;
}

export function isSecure(uri: string | undefined): boolean {
  return SECURE.test(String(uri));
}

export function transfersOf(run: PackageRun): readonly CommandRun[] {
  return run.commands.filter((command) => isTransfer(command.command));
}

/** Code of the command's status; undefined without a status, or where the status has no number. */
export function codeOf({ status }: CommandRun): number | undefined {
  return status?.sc;
}

/** What came with the command's status. */
export function dataOf({ status }: CommandRun): Readonly<Record<string, unknown>> {
  return status?.data ?? {};
}

/** Where the command's status says that something was put. */
export function placesOf({ status }: CommandRun): readonly string[] {
  return status?.uris ?? [];
}

/** The command says that it did not do its work. */
export function failed(command: CommandRun): boolean {
  return (codeOf(command) ?? 0) >= 400;
}

/** The command says that it did its work. */
export function succeeded(command: CommandRun): boolean {
  const code = codeOf(command) ?? 0;
  return code >= 200 && code < 300;
}

/** The package that ended the session; undefined for one that has not come to END. */
export function endPackageOf(session: Session): PackageRun | undefined {
  return session.state === 'ended' ? session.run : undefined;
}

/**
 * The package whose work is over with this observation: it was answered by a #3, or it had END and its fence has passed.
 */
export function finished(observation: Observation): PackageRun | undefined {
  if (observation.kind === 'three' && observation.standing === 'answers') return observation.run;
  return observation.kind === 'settled' ? endPackageOf(observation.session) : undefined;
}

/**
 * A package that was answered by a #3 whose body could be read. That is how it stands with this observation: after a challenge the #3 comes again
 * (D-19), so what is kept for later is a `ReportedRun`.
 */
export interface AnsweredRun extends ReportedRun {
  readonly three: {
    readonly request: HttpRequestEvent;
    readonly reading: Reading<PackageThree> & { readonly view: PackageThree };
  };
}

/** One with as many statuses as commands, so that each command has its own. */
export interface FullyAnsweredRun extends AnsweredRun {
  readonly commands: readonly AnsweredCommand[];
}

export interface AnsweredCommand extends CommandRun {
  readonly status: SeenStatus;
}

/** The package that this observation answers by a body that could be read. */
export function answered(observation: Observation): AnsweredRun | undefined {
  const run = observation.kind === 'three' && observation.standing === 'answers' ? observation.run : undefined;
  return run !== undefined && wasRead(run) ? run : undefined;
}

function wasRead(run: ReportedRun): run is AnsweredRun {
  return run.three.reading.view !== undefined;
}

/** The same, when there are as many statuses as commands: with fewer or more nobody knows which belongs to which (STA-01). */
export function answeredInFull(observation: Observation): FullyAnsweredRun | undefined {
  const run = answered(observation);
  return run !== undefined && isInFull(run) ? run : undefined;
}

function isInFull(run: AnsweredRun): run is FullyAnsweredRun {
  return run.three.reading.view.statuses.length === run.commands.length;
}

/** The #3 that answers a package, if one has come. */
export function reportOf({ three }: PackageRun): HttpRequestEvent | undefined {
  return three?.request;
}

/** The first request that a command caused, or else the #3. */
export function requestOf(run: ReportedRun, command: CommandRun): HttpRequestEvent {
  return command.exchanges[0]?.request ?? run.three.request;
}

/** A transfer that the repository served whole and with success. */
export function served(exchange: SideExchange | undefined): HttpResponseEvent | undefined {
  const response = exchange?.response;
  if (response === undefined || response.defect !== undefined) return undefined;
  return response.status >= 200 && response.status < 300 ? response : undefined;
}

/** Scheme, host and port of a command's ServerURI, as they stand. */
export function originOf({ command }: CommandRun): string {
  return /^[^/]*\/\/[^/]*/.exec(String(command.serverUri))?.[0] ?? '';
}

export function label(command: SeenCommand): string {
  const text = command.raw.map(String).join(' ');
  return text.length > 160 ? `${text.slice(0, 157)}...` : text;
}

/** `METHOD target`, for messages. */
export function line(request: HttpRequestEvent): string {
  return `${request.method} ${request.target}`;
}

/** Takes what a DELETE that was done, or may have been done, removed out of a set of addresses. */
export function forgetDeleted(uris: Set<string>, command: CommandRun): void {
  const [target] = command.command.clientUris;
  if (command.command.name !== 'DELETE' || target === undefined || failed(command)) return;
  const gone = plainUri(target);
  for (const uri of uris) if (plainUri(uri) === gone || uri.startsWith(`${gone}/`)) uris.delete(uri);
}

/** ClientURI without the one closing slash that an interior node may be written with (TS 6). */
export function plainUri(uri: string): string {
  return uri.endsWith('/') && !uri.endsWith('//') ? uri.slice(0, -1) : uri;
}

/**
 * What it shows that a client did something only when the harness had let go: a client on the virtual clock had come to rest before (`waits`); any
 * other had the whole patience, and may still be slow (`clock`, D-27, D-34), or not even that (`nothing`).
 */
export function shownBy(hold: Hold, header: TraceHeader): 'waits' | 'clock' | 'nothing' {
  if (header.statement.start.kind === 'embedded') return 'waits';
  const heldMs = (hold.until ?? Number.POSITIVE_INFINITY) - hold.since;
  return heldMs < header.patienceMs ? 'nothing' : 'clock';
}
