import { cpSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { ConformError } from '../harness/model/errors.js';
import type { Result } from '../harness/model/result.js';
import type { Role } from '../harness/model/verdict.js';
import { TRACE_FILE } from '../harness/recorder/writer.js';
import { judgeEvents, resultOf } from '../harness/run/judging.js';
import type { TraceEvent } from '../harness/trace/event.js';
import { type Side, sideOf } from '../harness/trace/sides.js';
import { renderSummary } from '../reports/terminal.js';
import { wantsColour } from '../reports/terminal-colours.js';
import { parseFolder } from './options.js';
import { copyOutput, readSpill, shownPath } from './output.js';
import { readExpectations, readLedger, suiteVersion } from './paths.js';
import { openRecording, type RecordingFile, withFile } from './recording.js';
import { USUAL_FORMATS, writeResult, writeViews } from './views.js';

interface JudgeFlags {
  readonly out?: string;
  readonly role?: Role;
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly knownIssues?: string;
}

export function defineJudge(program: Command): void {
  program
    .command('judge')
    .description('judge a recorded trace (trace.ndjson) or a HAR file')
    .argument('<file>', 'trace or HAR')
    .option('--out <dir>', 'writes result.json and the reports there')
    .addOption(
      new Option(
        '--role <role>',
        'who is judged, for a HAR that does not say so, or a record of two foreign implementations',
      ).choices(['client', 'server']),
    )
    .option('--strict', 'warnings and inconclusive requirements fail too')
    .option('--known-issues <file>', 'failures that are known, with their reasons')
    .option('--json', 'print the result record and nothing else')
    .action(async (file: string, flags: JudgeFlags) => {
      process.exitCode = (await withFile(file, (recording) => judge(recording, flags))).exitCode;
    });
}

async function judge(file: RecordingFile, flags: JudgeFlags): Promise<Result> {
  const started = performance.now();
  const ledger = readLedger();
  const trace = openRecording(file.path, flags.role ?? 'client', file.shown);
  const side = sideOf(trace.header, flags.role ?? trace.header.role);
  if (side === undefined) {
    throw new ConformError('USAGE', 'the recording says itself who was judged', {
      subject: file.shown,
      found: `--role ${flags.role}`,
      expected: `--role ${trace.header.role}, or no --role`,
    });
  }
  const { header } = side;
  const spill = (name: string): Uint8Array | undefined => readSpill(file.folder, name);
  const judged = judgeEvents(header, seenBy(side, trace.events), spill);
  const result = resultOf({
    header,
    ledger,
    source: header.source === 'har' ? 'har' : 'trace',
    ...judged,
    ...(flags.knownIssues === undefined ? {} : { knownIssues: readExpectations(flags.knownIssues, ledger) }),
    selection: {},
    selectionWords: [],
    errors: [],
    durationMs: performance.now() - started,
    partial: trace.partial(),
    strict: flags.strict === true,
    trace: header.source === 'har' ? 'session.har' : TRACE_FILE,
    suiteVersion: suiteVersion(),
  });
  const files = flags.out === undefined ? [] : await writeAll(parseFolder(flags.out), result, file);
  if (flags.json === true) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  else process.stdout.write(renderSummary(result, { colour: wantsColour(process.env, process.stdout.isTTY), files }));
  return result;
}

function* seenBy({ sees }: Side, events: Iterable<TraceEvent>): Generator<TraceEvent> {
  for (const event of events) if (sees(event)) yield event;
}

/** Keeps the record beside its verdicts, so that the folder stands alone. */
async function writeAll(out: string, result: Result, { path, folder }: RecordingFile): Promise<readonly string[]> {
  const copy = copyOutput(path, out, result.trace);
  if (existsSync(join(folder, 'bodies')) && resolve(folder) !== resolve(out))
    cpSync(join(folder, 'bodies'), join(out, 'bodies'), { recursive: true });
  writeResult(result, out);
  return [shownPath(copy), ...(await writeViews(result, { folder: out, out, formats: USUAL_FORMATS }))];
}
