import type { Observed } from '../model/finding.js';
import { BoundedSet } from '../session/bounded.js';
import { field } from '../session/classify.js';
import type { CommandRun, PackageRun, Session } from '../session/observation.js';
import type { HttpRequestEvent } from '../trace/event.js';
import {
  answered,
  codeOf,
  failed,
  finished,
  isSecure,
  isUpload,
  label,
  line,
  reportOf,
  served,
  succeeded,
  transfersOf,
} from './common.js';
import {
  type Address,
  addressOf,
  carriedOut,
  elsewhere,
  isIntricate,
  methodOf,
  targetOf,
  wayOf,
} from './content-common.js';
import { Knowledge } from './knowledge.js';
import { NOTHING, oracle } from './oracle.js';
import { mayBeSkipped } from './readings.js';
import { held, unclear, violated } from './say.js';
import { Strays } from './strays.js';

/**
 * CDL-01, 02, 03: a transfer goes by the command's method to exactly the URI given, and what HGET fetched is incorporated; CDL-08: on whichever host
 * and port; CDL-09: with its query and escapes (CR 6.1.3, 6.2-4b, 6.2-4c).
 */
export const exactPlace = oracle({
  name: 'content/exact-place',
  on: 'client',
  requirements: ['CDL-01', 'CDL-02', 'CDL-03', 'CDL-08', 'CDL-09'],
  sees: ['two', 'side', 'three', 'settled'],
  create: ({ text }) => {
    const strays = new Strays();
    const knowledge = new Knowledge(text);
    return (seen) => {
      strays.see(seen);
      const run = finished(seen);
      if (run === undefined) return NOTHING;
      const found = transfersOf(run).flatMap((command) => judgeTransfer(run, command, strays));
      for (const read of knowledge.learn(run)) {
        const { known } = read;
        const fetched = known?.command.command.name === 'HGET' && !known.gone;
        if (!fetched || ![...read.marks].some((mark) => known.marks.has(mark))) continue;
        const [first] = known.command.exchanges;
        if (first === undefined || !isExact(first.request, addressOf(known.command.command.serverUri))) continue;
        found.push(
          held('CDL-01', 'What was fetched from exactly the URI given stands in its place.', run.session, [
            first.request,
            read.command.exchanges[0]?.request ?? reportOf(run),
          ]),
        );
      }
      return found;
    };
  },
});

function judgeTransfer(run: PackageRun, command: CommandRun, strays: Strays): Observed[] {
  const address = addressOf(command.command.serverUri);
  if (address === undefined) return [];
  const method = methodOf(command.command);
  const [own] = carriedOut(command);
  const [other] = command.exchanges;
  const text = label(command.command);
  if (own === undefined && other !== undefined) {
    const details = { expected: `${method} ${address.target}`, actual: line(other.request) };
    const message = `${text} was carried out by ${other.request.method}.`;
    return [violated(wayOf(command.command), message, run.session, [other.request, run.response], details)];
  }
  if (own === undefined) {
    const stray = strays.insteadOf(command, run);
    if (stray === undefined) return [];
    const id = isIntricate(address) ? 'CDL-09' : wayOf(command.command);
    const details = { expected: `${method} ${address.target}`, actual: line(stray) };
    return [violated(id, `${text} went to another URI.`, run.session, [stray, run.response], details)];
  }
  if (elsewhere(own.request, address)) {
    const details = { expected: address.authority, actual: field(own.request.headers, 'host') ?? 'none' };
    return [
      violated('CDL-08', `${text} went to another host or port.`, run.session, [own.request, run.response], details),
    ];
  }
  return succeeded(command) && served(own) !== undefined ? reached(run, command, own.request, address) : [];
}

const MOST_PLAIN = 64;

/** CDL-07: repositories over HTTPS (CR 6.1.3). */
export const overTls = oracle({
  name: 'content/over-tls',
  on: 'client',
  requirements: ['CDL-07'],
  sees: ['three'],
  create: ({ header, book }) => {
    /** Uploads that went well over plain HTTP in the session: nothing but TLS can be wrong with them. */
    const plain = new WeakMap<Session, Set<string>>();
    return (seen) => {
      const run = answered(seen);
      if (run === undefined) return NOTHING;
      const good = plain.get(run.session) ?? new BoundedSet<string>(MOST_PLAIN);
      plain.set(run.session, good);
      return transfersOf(run).flatMap((command) => {
        const { serverUri, name, clientUris } = command.command;
        const key = `${name} ${clientUris.join()}`;
        const [exchange] = carriedOut(command);
        const events = [run.three.request, exchange?.request, run.response];
        if (!isSecure(serverUri)) {
          if (succeeded(command)) good.add(key);
          return [];
        }
        if (succeeded(command) && served(exchange) !== undefined)
          return [held('CDL-07', `${label(command.command)} went over TLS.`, run.session, events)];
        // One that came by another method did come over TLS: that is the row of its method (CDL-01, 02, 03).
        if (!failed(command) || command.exchanges.length > 0 || book.isUnreachable(serverUri)) return [];
        if (mayBeSkipped(run, command.index)) return [];
        const message = `${label(command.command)} never came to the repository.`;
        if (header.statement.trustsSuite !== true || !good.has(key))
          return [
            unclear(
              'CDL-07',
              `${message} Whether the client trusts its certificate is not known.`,
              run.session,
              events,
            ),
          ];
        const details = { expected: 'the same as over plain HTTP', actual: `status ${codeOf(command) ?? 0}` };
        return [violated('CDL-07', message, run.session, events, details)];
      });
    };
  },
});

/** What a transfer that went well shows. */
function reached(run: PackageRun, command: CommandRun, request: HttpRequestEvent, address: Address): Observed[] {
  if (!isExact(request, address)) return [];
  const found: Observed[] = [];
  const events = [request, run.response, reportOf(run)];
  if (isUpload(command.command)) {
    found.push(held(wayOf(command.command), `${line(request)}, as the command says.`, run.session, events));
  }
  const home = field(run.session.one.headers, 'host')?.toLowerCase();
  if (home !== undefined && home !== address.authority) {
    found.push(held('CDL-08', 'A repository on another host or port was used.', run.session, events));
  }
  if (isIntricate(address)) {
    found.push(held('CDL-09', 'Query and escapes of the URI were kept.', run.session, events));
  }
  return found;
}

function isExact(request: HttpRequestEvent, address: Address | undefined): boolean {
  return address !== undefined && targetOf(request) === address.target && !elsewhere(request, address);
}
