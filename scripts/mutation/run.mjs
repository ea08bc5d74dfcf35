// Runs the mutation tests and counts what they leave alive:
//   node scripts/mutation/run.mjs                    all of harness/oracles and harness/protocol, in parts; a part whose report is there already is kept
//   node scripts/mutation/run.mjs --whole            the same with the mutants of code that runs while modules load (slow)
//   node scripts/mutation/run.mjs --changed [REF]    the files that differ from REF (main)
//   node scripts/mutation/run.mjs --sample WORD      a few files, others for another word; for CI
//   node scripts/mutation/run.mjs FILE ...           these files
//   node scripts/mutation/run.mjs --keep REPORT ...  no run: the figures of these reports of Stryker, of other machines for example
// All of it, and --keep, write fixtures/mutation/score.json, file by file, the list of those that live (survivors.md), and the line of the README. The others exit 1 where a file is worse than it was.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { countsOf, readmeLine, regressions, scoreOf } from './score.mjs';
import { survivorsOf, survivorsPage } from './survivors.mjs';

const REPORTS = '.mutation';
const SCORE = 'fixtures/mutation/score.json';
const REASONS = 'fixtures/mutation/reasons.yaml';
const SURVIVORS = 'fixtures/mutation/survivors.md';
const README = 'README.md';
/** Files in one start of Stryker: what a killed run loses at most. */
const PART = 24;
const SAMPLE = 3;

const [mode, word] = process.argv.slice(2);
const all = ['harness/oracles', 'harness/protocol'].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`),
);
const whole = mode === undefined || mode === '--whole';
const chosen = whole
  ? all
  : mode === '--changed'
    ? changed(word ?? 'main')
    : mode === '--sample'
      ? sample(word ?? '')
      : process.argv.slice(2);

mkdirSync(REPORTS, { recursive: true });
const reports =
  mode === '--keep'
    ? process.argv.slice(3).map((file) => JSON.parse(readFileSync(file, 'utf8')))
    : parts(chosen).map((files) => tested(files));
const counts = countsOf(reports);
for (const [file, count] of Object.entries(counts))
  process.stdout.write(`${file} ${scoreOf(count)} %  ${JSON.stringify(count)}\n`);

const before = existsSync(SCORE) ? JSON.parse(readFileSync(SCORE, 'utf8')) : { files: {} };
const worse = regressions(counts, before);
for (const line of worse) process.stderr.write(`${line}\n`);
if (whole || mode === '--keep') keep();
else if (worse.length > 0) process.exitCode = 1;

function parts(files) {
  return Array.from({ length: Math.ceil(files.length / PART) }, (_none, part) =>
    files.slice(part * PART, (part + 1) * PART),
  );
}

/** @returns the report of Stryker on these files, of an earlier run where sources, tests and traces are the same. */
function tested(files) {
  const name = createHash('sha256')
    .update([mode === '--whole', digest(), ...files].join('\n'))
    .digest('hex')
    .slice(0, 16);
  const report = `${REPORTS}/${name}.json`;
  if (!existsSync(report)) {
    process.stdout.write(`mutating ${files.join(' ')}\n`);
    const env = {
      ...process.env,
      DMCONFORM_MUTATION_REPORT: report,
      DMCONFORM_MUTATION_STATIC: mode === '--whole' ? '1' : '0',
    };
    const { status } = spawnSync('stryker', ['run', '--mutate', files.join(',')], { stdio: 'inherit', env });
    if (status !== 0) process.exit(3);
  }
  return JSON.parse(readFileSync(report, 'utf8'));
}

/** Of all that a mutant's fate hangs on. */
function digest() {
  const hash = createHash('sha256');
  const listed = execFileSync(
    'git',
    [
      'ls-files',
      'harness',
      'test/oracles',
      'test/protocol',
      'test/session',
      'fixtures',
      'scripts/mutation',
      'stryker.config.mjs',
    ],
    { encoding: 'utf8' },
  );
  for (const file of listed
    .trim()
    .split('\n')
    .filter((each) => !each.startsWith('fixtures/mutation/') && existsSync(each)))
    hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
}

function changed(ref) {
  const names = execFileSync('git', ['diff', '--name-only', `${ref}...`], { encoding: 'utf8' })
    .trim()
    .split('\n');
  return all.filter((file) => names.includes(file));
}

/** A few files, chosen by the word. */
function sample(seed) {
  const place = (file) => createHash('sha256').update(`${seed} ${file}`).digest('hex');
  return [...all].sort((left, right) => (place(left) < place(right) ? -1 : 1)).slice(0, SAMPLE);
}

/** What was not tested now keeps its figures; what is no file any more loses them. */
function keep() {
  mkdirSync('fixtures/mutation', { recursive: true });
  const files = Object.fromEntries(
    all.flatMap((file) => {
      const count = counts[file] ?? before.files[file];
      return count === undefined ? [] : [[file, count]];
    }),
  );
  const record = { measuredOn: new Date().toISOString().slice(0, 10), sources: all.length, files };
  writeFileSync(SCORE, `${JSON.stringify(record, null, 2)}\n`);
  const listed = survivorsOf(reports, parse(readFileSync(REASONS, 'utf8')));
  writeFileSync(SURVIVORS, survivorsPage(listed, record.measuredOn));
  const text = readFileSync(README, 'utf8');
  writeFileSync(
    README,
    text.replace(
      /(<!-- mutation -->\n\n)[\s\S]*?(\n\n<!-- \/mutation -->)/,
      (_all, open, close) => `${open}${readmeLine(record)}${close}`,
    ),
  );
}
