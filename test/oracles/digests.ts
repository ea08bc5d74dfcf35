import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConformError } from '../../harness/model/errors.js';
import type { Observed } from '../../harness/model/finding.js';
import type { Oracle } from '../../harness/oracles/oracle.js';
import type { Trace } from '../../harness/trace/ndjson.js';
import { FOLDER, type Golden, judge, load, oracleOf, traces } from './goldens.js';
import { otherwise, perturbed } from './perturb.js';

/** Perturbed records of each golden trace: fewer of long ones. */
const RECORDS = 200;
const EVENTS = 6000;
/** Records that share a digest. */
const BUNDLE = 10;
/** Hexadecimal digits of a digest. */
export const DIGITS = 4;

const FILE = join(FOLDER, 'perturbed.json');

/** Golden traces by title; one that stands twice in the index is taken once. */
export const SAMPLES: ReadonlyMap<string, Golden> = new Map(
  traces.map((golden) => [`${golden.oracle} on ${golden.file}`, golden]),
);

/** Digests as they are kept, by title. */
export function keptDigests(): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Readonly<Record<string, string>>;
}

/** The kept digests' file, and what is to stand in it now. */
export function newDigests(): { readonly file: string; readonly text: string } {
  const digests = Object.fromEntries([...SAMPLES].map(([title, golden]) => [title, [...digestsOf(golden)].join('')]));
  return { file: FILE, text: `${JSON.stringify(digests, null, 1)}\n` };
}

/** What is said of one record: outcomes, what softens them, and the evidence; and the words for people. */
export interface Spoken {
  readonly verdicts: string;
  readonly words: string;
}

/** What the oracle of a golden trace says of its perturbed records, one after another. */
export function* spokenOf(golden: Golden): Generator<Spoken> {
  const { header, events } = load(golden.file);
  const oracle = oracleOf(golden);
  const count = BUNDLE * Math.ceil(Math.min(RECORDS, EVENTS / events.length) / BUNDLE);
  const seed = `${golden.oracle} ${golden.file}`;
  for (const record of perturbed(events, seed, count)) yield saidOf({ header, events: record }, oracle);
  for (const record of otherwise(events, seed, count / 2)) yield saidOf({ header, events: record }, oracle);
}

/** A digest of the verdicts for each ten of {@link spokenOf}, and at last one of all words: whoever mends a message changes that one alone. */
export function* digestsOf(golden: Golden): Generator<string> {
  let hash = createHash('sha256');
  const words = createHash('sha256');
  let count = 0;
  for (const spoken of spokenOf(golden)) {
    hash.update(`${spoken.verdicts}\n\n`);
    words.update(`${spoken.words}\n\n`);
    count += 1;
    if (count % BUNDLE !== 0) continue;
    yield hash.digest('hex').slice(0, DIGITS);
    hash = createHash('sha256');
  }
  yield words.digest('hex').slice(0, DIGITS);
}

function saidOf(record: Trace, oracle: Oracle): Spoken {
  try {
    const observed = judge(record, [oracle]);
    return { verdicts: observed.map(told).sort().join('\n'), words: observed.map(worded).sort().join('\n') };
  } catch (error) {
    // The file of a large body, which golden traces do without, is wanted where a change puts that body into the place of another.
    if (error instanceof ConformError && error.code === 'TRACE_UNREADABLE')
      return { verdicts: error.code, words: error.code };
    throw error;
  }
}

function told({ requirement, outcome, scenario, session, decision, atMost, events, count }: Observed): string {
  return [requirement, outcome, scenario, session, decision, atMost, events.join(), count].join(' ');
}

function worded({ message, expected, actual }: Observed): string {
  return [message, expected, actual].join(' | ');
}
