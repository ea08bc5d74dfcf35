import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Command } from 'commander';
import { isNarrowed, type Selection } from '../harness/ledger/select.js';
import { ConformError } from '../harness/model/errors.js';
import type { KnownIssue } from '../harness/model/known-issue.js';
import type { Ledger } from '../harness/model/requirement.js';
import type { Result } from '../harness/model/result.js';
import type { Role } from '../harness/model/verdict.js';
import { runSuite, scenariosSelected } from '../harness/run/run-suite.js';
import type { Network } from '../harness/run/stated-targets.js';
import type { TargetChoice } from '../harness/run/theatre.js';
import type { AskPerson } from '../harness/targets/steer-manual.js';
import { renderRepeats } from '../reports/repeats.js';
import { renderSummary } from '../reports/terminal.js';
import { wantsColour } from '../reports/terminal-colours.js';
import { personAtTerminal } from './ask-person.js';
import { parseCount, parseDuration, parseFolder, parseList } from './options.js';
import { shownPath } from './output.js';
import { ROOT, readExpectations, readLedger, STEPS_GLOB, suiteVersion } from './paths.js';
import { readStatement } from './read-statement.js';
import { type Repeat, refuseSameFolder, repeatOf } from './repeat-failed.js';
import { showProgress } from './show-progress.js';
import { USUAL_FORMATS, writeResult, writeViews } from './views.js';

interface RunFlags {
  readonly role?: string;
  readonly target?: string;
  readonly clientCommand?: string;
  readonly serverUrl?: string;
  readonly out?: string;
  readonly only?: string;
  readonly chapter?: string;
  readonly tags?: string;
  readonly strict?: boolean;
  readonly profile: string;
  readonly seed?: string;
  readonly patience?: string;
  readonly timeout?: string;
  readonly json?: boolean;
  readonly knownIssues?: string;
  readonly listen?: string;
  readonly advertiseHost?: string;
  readonly repeat?: string;
  readonly failed?: string;
  readonly destructive?: boolean;
  readonly record: boolean;
}

const USUAL_PATIENCE = '10s';
const ANY_ADDRESS = ['0.0.0.0', '::'];
const MOST_TIMES = 1000;
const PROFILES = ['default', 'ts-2016'];

export function defineRun(program: Command): void {
  program
    .command('run')
    .description('judge an implementation; without a target the embedded reference pair in both roles')
    .option('--role <role>', 'client, server or both: which role the implementation has')
    .option(
      '--target <statement>',
      'implementation under test: its statement (implementation.yaml), or the folder of one',
    )
    .option(
      '--client-command <command>',
      "DM Client under test, one process for each session: 'acme-client {server.url}'",
    )
    .option('--server-url <url>', 'DM Server under test: where #1 goes')
    .option('--out <dir>', 'folder of the run (default: reports/out/<time>-<target>)')
    .option('--only <ids>', 'only these requirements: ORD-01,STA-03')
    .option('--chapter <ids>', 'only these chapters: SES,PKG')
    .option('--tags <expression>', 'only scenarios with these tags (cucumber tag expression)')
    .option('--strict', 'warnings and inconclusive requirements fail the run too')
    .option('--profile <name>', `profile of the judgement: ${PROFILES.join(', ')}`, 'default')
    .option('--seed <word>', 'makes shuffled orders and planted values repeat')
    .option(
      '--patience <time>',
      `how long to wait for a package (default: as the statement says, else ${USUAL_PATIENCE})`,
    )
    .option('--timeout <time>', 'ends the whole run after that time, with a partial result')
    .option(
      '--listen <address>',
      "client under test: address of this machine for the suite's own servers (default 127.0.0.1)",
    )
    .option('--advertise-host <name>', 'client under test: name by which it reaches them (default: as --listen says)')
    .option(
      '--destructive',
      'client under test: change also nodes that every device has and the statement does not name',
    )
    .option('--repeat <times>', 'play it all so many times, and tell how often each requirement did not pass')
    .option('--failed <result>', 'play only what failed or was inconclusive in that result, and merge the two')
    .option('--known-issues <file>', 'failures that are known, with their reasons (default: as the statement says)')
    .option('--json', 'print the result records and nothing else')
    .option('--no-record', 'neither record nor judge (for measuring what that costs)')
    .action(async (flags: RunFlags) => {
      process.exitCode = await run(flags);
    });
}

async function run(flags: RunFlags): Promise<number> {
  const repeat = flags.failed === undefined ? undefined : repeatOf(flags.failed, flags);
  const { roles, target } = whatToJudge(repeat === undefined ? flags : { ...flags, role: flags.role ?? repeat.role });
  if (!PROFILES.includes(flags.profile)) {
    throw new ConformError('USAGE', 'no such profile', {
      subject: '--profile',
      found: flags.profile,
      expected: PROFILES.join(' or '),
    });
  }
  const stated = target.kind === 'statement' ? target.implementation : undefined;
  const patienceMs = parseDuration(flags.patience ?? stated?.patience ?? USUAL_PATIENCE, '--patience');
  const times = flags.repeat === undefined ? 1 : parseCount(flags.repeat, '--repeat', MOST_TIMES);
  const ledger = readLedger();
  const out = flags.out !== undefined ? parseFolder(flags.out) : join('reports', 'out', `${stamp()}-${nameOf(target)}`);
  if (repeat !== undefined && repeat.ids.length === 0) {
    process.stdout.write(`nothing failed or was inconclusive in ${flags.failed}: nothing to repeat\n`);
    return 0;
  }
  if (flags.failed !== undefined) refuseSameFolder(flags.failed, out);
  const selection = {
    ...(repeat === undefined ? {} : { ids: repeat.ids }),
    ...(flags.only === undefined ? {} : { ids: parseList(flags.only) }),
    ...(flags.chapter === undefined ? {} : { chapters: parseList(flags.chapter) }),
  };
  const played = await rolesSelected(roles, { ledger, selection, tags: flags.tags, root: ROOT });
  const { signal, release } = endings(flags.timeout);
  const person = stated?.control?.manual === true ? personAtTerminal(signal) : undefined;
  const judged = withConsent(target, flags, person?.ask);
  const results: Result[] = [];
  try {
    for (let round = 1; round <= times; round += 1) {
      const folder = times > 1 ? join(out, String(round)) : out;
      for (const role of played) {
        if (signal.aborted && results.length > 0) break;
        const where = roles.length > 1 ? join(folder, role) : folder;
        results.push(
          await runRole(role, { flags, selection, repeat, patienceMs, ledger, target: judged, out: where, signal }),
        );
      }
    }
  } finally {
    person?.leave();
    release();
  }
  if (times > 1 && flags.json !== true) process.stdout.write(renderRepeats(results));
  if (flags.json === true)
    process.stdout.write(`${JSON.stringify(roles.length === 1 && times === 1 ? results[0] : results, null, 2)}\n`);
  return combined(results);
}

interface RoleRun {
  readonly flags: RunFlags;
  readonly selection: Selection;
  readonly repeat: Repeat | undefined;
  readonly patienceMs: number;
  readonly ledger: Ledger;
  readonly target: TargetChoice;
  readonly out: string;
  readonly signal: AbortSignal;
}

/** The roles that the selection leaves something to play for. @throws ConformError USAGE when there is none. */
async function rolesSelected(
  roles: readonly Role[],
  narrowed: Omit<Parameters<typeof scenariosSelected>[0], 'role'>,
): Promise<readonly Role[]> {
  const { selection, tags } = narrowed;
  if (!isNarrowed(selection) && tags === undefined) return roles;
  const counts = await Promise.all(roles.map((role) => scenariosSelected({ ...narrowed, role })));
  const played = roles.filter((_, index) => counts[index] !== 0);
  if (played.length > 0) return played;
  const words = [...(selection.ids ?? []), ...(selection.chapters ?? []), ...(tags === undefined ? [] : [tags])];
  throw new ConformError('USAGE', `no scenario for a DM ${roles.map(roleWord).join(' or ')} fits the selection`, {
    found: words.join(' '),
    expected: 'requirements of that role that have scenarios',
    remedy: 'dmconform list shows them',
  });
}

async function runRole(
  role: Role,
  { flags, selection, repeat, patienceMs, ledger, target, out, signal }: RoleRun,
): Promise<Result> {
  const quiet = flags.json === true;
  const manual = target.kind === 'statement' && target.ask !== undefined;
  const progress = showProgress(ledger, role, { quiet, redraw: !manual });
  const played = await runSuite({
    role,
    target,
    ledger,
    out,
    selection,
    selectionWords:
      repeat !== undefined
        ? repeat.ids
        : [flags.only, flags.chapter, flags.tags].flatMap((word) => (word === undefined ? [] : [word])),
    tags: flags.tags,
    patienceMs,
    seed: flags.seed ?? createHash('sha256').update(ledger.digest).digest('hex').slice(0, 8),
    profile: flags.profile,
    ...networkOf(flags),
    knownIssues: knownIssuesOf(flags, target, ledger),
    decisions: target.kind === 'statement' ? (target.implementation.decisions ?? {}) : {},
    strict: flags.strict === true,
    record: flags.record,
    root: ROOT,
    stepsGlob: STEPS_GLOB,
    suiteVersion: suiteVersion(),
    signal,
    news: progress.news,
  }).finally(() => progress.finish());
  if (!flags.record) {
    if (!quiet) process.stdout.write(`${played.scenarios.length} scenarios played, neither recorded nor judged\n`);
    return { ...played, exitCode: played.errors.length > 0 ? 3 : 0 };
  }
  const result = repeat === undefined ? played : repeat.merge(played, out);
  writeResult(result, out);
  const files = await writeViews(result, { folder: out, out, formats: USUAL_FORMATS });
  if (!quiet) {
    process.stdout.write(
      renderSummary(result, {
        colour: wantsColour(process.env, process.stdout.isTTY),
        files: [shownPath(join(out, result.trace)), ...files],
      }),
    );
  }
  return result;
}

function whatToJudge(flags: RunFlags): { readonly roles: readonly Role[]; readonly target: TargetChoice } {
  const { role, clientCommand, serverUrl, target } = flags;
  if (role !== undefined && role !== 'client' && role !== 'server' && role !== 'both') {
    throw new ConformError('USAGE', 'no such role', {
      subject: '--role',
      found: role,
      expected: 'client, server or both',
    });
  }
  const given = Object.entries({ '--target': target, '--client-command': clientCommand, '--server-url': serverUrl });
  const named = given.flatMap(([option, value]) => (value === undefined ? [] : [option]));
  if (named.length > 1) {
    throw new ConformError('USAGE', 'one run judges one implementation', {
      found: named.join(' and '),
      expected: 'one of them',
    });
  }
  const statement = target === undefined ? undefined : readStatement(target);
  const of = statement?.implementation.role ?? (clientCommand !== undefined ? 'client' : serverUrl && 'server');
  if (of !== undefined && role !== undefined && role !== of) {
    throw new ConformError('USAGE', 'role and target do not fit', {
      found: `--role ${role}`,
      expected: `--role ${of}, or no --role`,
    });
  }
  if (statement !== undefined) {
    const { implementation, folder } = statement;
    return { roles: [implementation.role], target: { kind: 'statement', implementation, folder } };
  }
  if (clientCommand !== undefined)
    return { roles: ['client'], target: { kind: 'client-command', command: clientCommand } };
  if (serverUrl !== undefined) return { roles: ['server'], target: { kind: 'server-url', url: serverUrl } };
  const roles: readonly Role[] = role === 'client' || role === 'server' ? [role] : ['client', 'server'];
  return { roles, target: { kind: 'embedded' } };
}

/** The target with what the user allows, and whom the suite may ask. */
function withConsent(target: TargetChoice, { destructive }: RunFlags, ask: AskPerson | undefined): TargetChoice {
  if (target.kind !== 'statement' && target.kind !== 'client-command') return target;
  return { ...target, ...(destructive === true ? { destructive } : {}), ...(ask === undefined ? {} : { ask }) };
}

/** @throws ConformError USAGE for an address that says of no machine which it is. */
function networkOf({ listen, advertiseHost }: RunFlags): { readonly network?: Network } {
  if (listen === undefined && advertiseHost === undefined) return {};
  if (listen !== undefined && ANY_ADDRESS.includes(listen) && advertiseHost === undefined) {
    throw new ConformError('USAGE', 'a device cannot be sent to every address', {
      subject: '--listen',
      found: listen,
      expected: 'an address of this machine, or --advertise-host beside it',
    });
  }
  return {
    network: {
      ...(listen === undefined ? {} : { listen }),
      ...(advertiseHost === undefined ? {} : { advertise: advertiseHost }),
    },
  };
}

function knownIssuesOf(flags: RunFlags, target: TargetChoice, ledger: Ledger): readonly KnownIssue[] | undefined {
  const stated = target.kind === 'statement' ? target.implementation.knownIssues : undefined;
  const inFolder = target.kind === 'statement' && stated !== undefined ? join(target.folder, stated) : undefined;
  const file = flags.knownIssues ?? inFolder;
  return file === undefined ? undefined : readExpectations(file, ledger);
}

function roleWord(role: Role): string {
  return role === 'client' ? 'Client' : 'Server';
}

/** Ctrl-C and the time limit end the run with what there is; a second Ctrl-C ends the process. */
function endings(timeout: string | undefined): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  let firstAt = 0;
  const interrupt = (): void => {
    // Under npm one key press arrives more than once.
    if (firstAt !== 0 && performance.now() - firstAt > 500) process.exit(130);
    if (firstAt === 0) {
      firstAt = performance.now();
      process.stderr.write('\ninterrupted: ending the scenario, keeping what there is (again to stop at once)\n');
      controller.abort('interrupted');
    }
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  process.on('SIGHUP', interrupt);
  const limit = timeout === undefined ? undefined : parseDuration(timeout, '--timeout');
  const timer =
    limit === undefined ? undefined : setTimeout(() => controller.abort(`time limit of ${timeout} reached`), limit);
  const release = (): void => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    process.off('SIGHUP', interrupt);
    clearTimeout(timer);
  };
  return { signal: controller.signal, release };
}

/** The worst of several exit codes: 130, then 3, 4, 1, 0. */
function combined(results: readonly Result[]): number {
  const codes = results.map((result) => result.exitCode);
  return [130, 3, 4, 1].find((code) => codes.includes(code)) ?? 0;
}

function stamp(): string {
  return new Date().toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');
}

function nameOf(target: TargetChoice): string {
  if (target.kind === 'embedded') return 'embedded';
  if (target.kind === 'statement') return target.implementation.name;
  return target.kind === 'client-command' ? 'client' : 'server';
}
