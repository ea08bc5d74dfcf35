import type { Observed } from '../model/finding.js';
import { BoundedMap, BoundedSet } from '../session/bounded.js';
import { field } from '../session/classify.js';
import type { CommandRun, Observation, PackageRun } from '../session/observation.js';
import { sameBody } from '../trace/body.js';
import type { BodyRecord, HttpRequestEvent } from '../trace/event.js';
import { finished, isUpload, LONG_BODY, label, line, served, transfersOf } from './common.js';
import { ASKING, addressOf, carriedOut, redirectedTo, resembles, targetOf } from './content-common.js';
import { NOTHING, oracle } from './oracle.js';
import { held, violated } from './say.js';

const MOST_SCENARIOS = 256;
/** Addresses remembered for a scenario; one with more is not judged. */
const MOST_CAUSES = 8192;
const ADDRESSES = /https?:\/\/[^"\\\s]+/g;

/**
 * CDL-19: every request to a repository is caused by a command, a live SUB or a DEFAULT (CR 6.2-4b, 6.2-4c). An account of the whole trace: each
 * address that ever stood in a #2, or in a redirect, is a cause; a second upload for one command is not.
 */
export const everyRequestHasCause = oracle({
  name: 'content/every-request-has-cause',
  on: 'client',
  requirements: ['CDL-19'],
  sees: ['event', 'reply', 'side', 'three', 'settled'],
  create: ({ text }) => {
    const causes = new Causes();
    return (seen) => {
      causes.see(seen, text);
      if (seen.kind === 'event' && seen.event.kind === 'http-request') return judgeRequest(seen.event, causes);
      const run = finished(seen);
      const found = run === undefined ? [] : transfersOf(run).flatMap((command) => sentTwice(run, command));
      if (seen.kind !== 'settled') return found;
      const account = seen.session.run === undefined ? undefined : causes.of(seen.session.scenario);
      if (account === undefined || account.unsound || account.transfers.length === 0) return found;
      const message = 'All requests to the repositories had a command as their cause.';
      return [...found, held('CDL-19', message, seen.session, [...account.transfers, seen.witness])];
    };
  },
});

interface Account {
  readonly targets: Set<string>;
  /** Requests that came for a command; the first few. */
  readonly transfers: HttpRequestEvent[];
  unsound: boolean;
}

/** Addresses that the client was given, by scenario. */
class Causes {
  readonly #accounts = new BoundedMap<string | undefined, Account>(MOST_SCENARIOS);

  see(seen: Observation, text: (body: BodyRecord) => string): void {
    if (seen.kind === 'reply') {
      for (const [address] of text(seen.response.body).matchAll(ADDRESSES)) this.#add(seen.response.scenario, address);
    }
    if (seen.kind !== 'side') return;
    const { request, response } = seen.exchange;
    const location = field(response.headers, 'location');
    if (location !== undefined) this.#add(request.scenario, redirectedTo(location, request));
    // What was fetched may itself name an address, as that of a firmware package that an EXEC then downloads.
    if (request.to === 'repository' && response.body.size <= LONG_BODY)
      for (const [address] of text(response.body).matchAll(ADDRESSES)) this.#add(request.scenario, address);
    const account = this.#accounts.get(request.scenario);
    if (
      seen.command !== undefined &&
      request.to === 'repository' &&
      account !== undefined &&
      account.transfers.length < 4
    )
      account.transfers.push(request);
  }

  /** Whether anything named this address; undefined where nothing is known of the scenario. */
  knows(request: HttpRequestEvent): boolean | undefined {
    const account = this.#accounts.get(request.scenario);
    if (account === undefined || account.targets.size >= MOST_CAUSES) return undefined;
    const target = targetOf(request);
    // A URI that the client did not keep is another row's matter: it has a cause.
    if (account.targets.has(target) || [...account.targets].some((one) => resembles(target, one))) return true;
    // A package that came late to an address that all scenarios share is charged to another scenario, and so is what it was answered.
    return [...this.#accounts.values()].some(({ targets }) => targets.has(target));
  }

  spoil(scenario: string | undefined): void {
    const account = this.#accounts.get(scenario);
    if (account !== undefined) account.unsound = true;
  }

  of(scenario: string | undefined): Account | undefined {
    return this.#accounts.get(scenario);
  }

  #add(scenario: string | undefined, text: string): void {
    const target = addressOf(text)?.target;
    if (target === undefined) return;
    const account = this.#accounts.get(scenario) ?? {
      targets: new BoundedSet(MOST_CAUSES),
      transfers: [],
      unsound: false,
    };
    this.#accounts.set(scenario, account);
    account.targets.add(target);
  }
}

function judgeRequest(request: HttpRequestEvent, causes: Causes): readonly Observed[] {
  if (request.to !== 'repository' || ASKING.has(request.method) || causes.knows(request) !== false) return NOTHING;
  causes.spoil(request.scenario);
  return [
    violated(
      'CDL-19',
      `${line(request)} came to a repository, and nothing had named that address.`,
      request.scenario,
      [request],
      {
        expected: 'a request at an address of a command, a SUB or a DEFAULT',
        actual: line(request),
      },
    ),
  ];
}

/** One command, two uploads, though the first was answered well. */
function sentTwice(run: PackageRun, command: CommandRun): Observed[] {
  if (!isUpload(command.command)) return [];
  const uploads = carriedOut(command);
  const [first, again] = uploads;
  if (first === undefined || again === undefined || served(first) === undefined) return [];
  // Of several nodes each may be sent by itself, and they may hold the same.
  const { clientUris } = command.command;
  if (uploads.length <= clientUris.length || clientUris.some((uri) => uri.includes('*'))) return [];
  if (!sameBody(first.request.body, again.request.body)) return [];
  const details = { expected: 'one upload', actual: `${carriedOut(command).length}` };
  const message = `${label(command.command)} was carried out more than once.`;
  return [violated('CDL-19', message, run.session, [again.request, first.request, run.response], details)];
}
