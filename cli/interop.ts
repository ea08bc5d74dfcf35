import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { CATALOGUE, type CatalogueSession, selectSessions } from '../harness/interop/catalogue.js';
import { checkRole, type Peer } from '../harness/interop/peers.js';
import { runMatrix } from '../harness/interop/run-matrix.js';
import { ConformError } from '../harness/model/errors.js';
import type { Evidence } from '../harness/model/evidence.js';
import type { Interop } from '../harness/model/interop.js';
import type { Role } from '../harness/model/verdict.js';
import { FAULTS, type FaultName } from '../harness/proxy/fault.js';
import { TRACE_FILE } from '../harness/recorder/writer.js';
import { asEvidence } from '../harness/run/evidence.js';
import { openTrace } from '../harness/run/trace-file.js';
import { renderInteropHtml } from '../reports/interop-html.js';
import { renderInteropMarkdown } from '../reports/interop-markdown.js';
import { renderInterop } from '../reports/interop-terminal.js';
import { cellText } from '../reports/interop-wording.js';
import { wantsColour } from '../reports/terminal-colours.js';
import { parseCount, parseDuration, parseFolder, parseList } from './options.js';
import { readSpill, shownPath, writeOutput } from './output.js';
import { readLedger, suiteVersion } from './paths.js';
import { readStatement } from './read-statement.js';

interface InteropFlags {
  readonly clients: string;
  readonly servers: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly jobs?: string;
  readonly seed: string;
  readonly only?: string;
  readonly patience: string;
  readonly faults?: string | true;
}

/** The word for the reference peer in this process. */
const REFERENCE = 'reference';

export function defineInterop(program: Command): void {
  program
    .command('interop')
    .description('play DM Clients against DM Servers, each with each, and judge both sides')
    .requiredOption('--clients <list>', `statements of DM Clients, or the word ${REFERENCE}: A,B`)
    .requiredOption('--servers <list>', `statements of DM Servers, or the word ${REFERENCE}: X,Y`)
    .option('--out <dir>', 'folder of the matrix (default: reports/out/<time>-interop)')
    .option('--json', 'print the record and nothing else')
    .option('--jobs <n>', 'pairs at once (default: as many as there are processors)')
    .option('--seed <word>', 'makes planted values and faults repeat', 'interop')
    .option(
      '--only <sessions>',
      `only these sessions of the catalogue: ${CATALOGUE.slice(0, 3)
        .map(({ name }) => name)
        .join(',')} …`,
    )
    .option('--patience <time>', 'how long to wait for a package', '10s')
    .option(
      '--faults [names]',
      `disturb sessions on the way, and judge resilience apart: ${FAULTS.join(',')} (default: all)`,
    )
    .action(async (flags: InteropFlags) => {
      process.exitCode = await run(flags);
    });
}

async function run(flags: InteropFlags): Promise<number> {
  const sessions = sessionsOf(flags.only);
  const faults = faultsOf(flags.faults);
  const out = flags.out === undefined ? join('reports', 'out', `${stamp()}-interop`) : parseFolder(flags.out);
  const quiet = flags.json === true;
  const { signal, release } = interruptible();
  try {
    const interop = await runMatrix({
      clients: peersOf('client', flags.clients),
      servers: peersOf('server', flags.servers),
      sessions,
      faults,
      ledger: readLedger(),
      out,
      jobs: flags.jobs === undefined ? cpus().length : parseCount(flags.jobs, '--jobs'),
      patienceMs: parseDuration(flags.patience, '--patience'),
      seed: flags.seed,
      suiteVersion: suiteVersion(),
      signal,
      onCell: (cell, done, all) => {
        if (!quiet) process.stdout.write(`${done}/${all}  ${cell.client} with ${cell.server}: ${cellText(cell)}\n`);
      },
    });
    const files = write(interop, out);
    if (quiet) process.stdout.write(`${JSON.stringify(interop, null, 2)}\n`);
    else {
      const colour = wantsColour(process.env, process.stdout.isTTY);
      process.stdout.write(`\n${renderInterop(interop, { colour, files })}`);
    }
    return interop.exitCode;
  } finally {
    release();
  }
}

function write(interop: Interop, out: string): readonly string[] {
  const evidence = new Map(interop.cells.map(({ folder }) => [folder, evidenceIn(join(out, folder))] as const));
  return [
    writeOutput(out, 'interop.json', `${JSON.stringify(interop, null, 2)}\n`),
    writeOutput(out, 'interop.html', renderInteropHtml(interop, evidence)),
    writeOutput(out, 'interop.md', renderInteropMarkdown(interop)),
  ].map(shownPath);
}

/** The events of a cell's trace, as reports show them. */
function evidenceIn(folder: string): readonly Evidence[] {
  const path = join(folder, TRACE_FILE);
  if (!existsSync(path)) return [];
  const { events } = openTrace(path);
  return [...events].map((event) => asEvidence(event, (name) => readSpill(folder, name)));
}

/** @throws ConformError USAGE, STATEMENT_INVALID */
function peersOf(role: Role, list: string): readonly Peer[] {
  const given = parseList(list);
  if (given.length === 0)
    throw new ConformError('USAGE', `no ${role}`, { subject: `--${role}s`, found: list, expected: 'statements' });
  const labels = new Map<string, number>();
  return given.map((word): Peer => {
    if (word === REFERENCE) return { role, label: unique(labels, `reference-${role}`), choice: { kind: 'reference' } };
    const { implementation, folder, path } = readStatement(word);
    const choice = { kind: 'statement', implementation, folder } as const;
    checkRole(role, choice, path);
    return { role, label: unique(labels, implementation.name), choice };
  });
}

/** Two of one name are told apart by a number. */
function unique(labels: Map<string, number>, name: string): string {
  const count = (labels.get(name) ?? 0) + 1;
  labels.set(name, count);
  return count === 1 ? name : `${name}-${count}`;
}

function sessionsOf(only: string | undefined): readonly CatalogueSession[] {
  const names = only === undefined ? undefined : parseList(only);
  const known = CATALOGUE.map(({ name }) => name);
  check('--only', names ?? [], known, 'no such session in the catalogue');
  return selectSessions(names);
}

function faultsOf(given: string | true | undefined): readonly FaultName[] {
  if (given === undefined) return [];
  if (given === true) return FAULTS;
  const names = parseList(given);
  check('--faults', names, FAULTS, 'no such fault');
  return FAULTS.filter((name) => names.includes(name));
}

function check(subject: string, given: readonly string[], known: readonly string[], message: string): void {
  const stranger = given.find((name) => !known.includes(name));
  if (stranger === undefined) return;
  throw new ConformError('USAGE', message, { subject, found: stranger, expected: known.join(', ') });
}

/** Ctrl-C ends the run with what there is; a second one ends the process. */
function interruptible(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    process.stderr.write('\ninterrupted: ending the sessions, keeping what there is (again to stop at once)\n');
    controller.abort('interrupted');
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, stop);
  const release = (): void => {
    for (const name of signals) process.off(name, stop);
  };
  return { signal: controller.signal, release };
}

function stamp(): string {
  return new Date().toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');
}
