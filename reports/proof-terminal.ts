import { createColors } from 'picocolors';
import type { Proof, ProvenPeer, ProvenRequirement } from '../harness/model/proof.js';
import { howText, proofSentences, rowText } from './proof-wording.js';
import { paint } from './terminal-colours.js';
import { duration, visibleLine } from './visible-text.js';

export interface ProofSummaryOptions {
  readonly colour: boolean;
  /** Files that were written, as the user should see them. */
  readonly files?: readonly string[];
}

/** A proof by requirement: caught of all deviants, what was missed, what is unrelated; then what makes it fail. Ends with a line feed. */
export function renderProof(proof: Proof, options: ProofSummaryOptions): string {
  const colours = createColors(options.colour);
  const failed = proof.problems.length > 0;
  const verdict = paint(colours, failed ? 'fail' : 'pass', failed ? 'NOT PROVEN' : 'PROVEN');
  const lines = [
    ...(proof.only === undefined ? requirementLines(proof) : proof.peers.flatMap(peerLines)),
    '',
    ...(proof.thin.length === 0 || proof.only !== undefined
      ? []
      : [`Fewer than two caught deviants: ${proof.thin.join(' ')}`, '']),
    ...(proof.unavailable.length === 0 ? [] : [`This machine cannot show ${proof.unavailable.join(' ')}`, '']),
    ...proof.problems.map((problem) => `${paint(colours, 'fail', 'PROBLEM')} ${visibleLine(problem)}`),
    ...(failed ? [''] : []),
    `${verdict}: ${proofSentences(proof)[0]}`,
    ...proofSentences(proof)
      .slice(1)
      .map((sentence) => `  ${sentence}`),
    `  ${howText(proof)}`,
    ...(options.files ?? []).map((file) => `  ${file}`),
  ];
  return `${lines.join('\n')}\n`;
}

function requirementLines({ requirements }: Proof): readonly string[] {
  const chapters = [...byChapter(requirements)];
  return [
    'Caught of all deviants, by requirement',
    ...chapters.map(([chapter, rows]) => `  ${chapter}  ${rows.map(shortText).join('  ')}`),
  ];
}

/** Of a narrowed proof: what was said of each peer. */
function peerLines({ role, name, kind, against, messages, scenarios, durationMs }: ProvenPeer): readonly string[] {
  return [
    `${role} ${name} (${kind}, ${scenarios} scenarios, ${duration(durationMs)})`,
    ...Object.entries(against).map(([id, verdict]) => `  ${id} ${verdict}: ${visibleLine(messages[id] ?? '')}`),
  ];
}

/** The number alone, without the chapter that stands before the line. */
function shortText(row: ProvenRequirement): string {
  return rowText(row).slice(4);
}

function byChapter(rows: readonly ProvenRequirement[]): ReadonlyMap<string, readonly ProvenRequirement[]> {
  const chapters = new Map<string, ProvenRequirement[]>();
  for (const row of rows) {
    const key = `${row.id.slice(0, 3)} ${row.on}`;
    chapters.set(key, [...(chapters.get(key) ?? []), row]);
  }
  return chapters;
}
