import { createColors } from 'picocolors';
import type { ChangeKind, DiffSide, ResultDiff, RowChange } from '../harness/model/result-diff.js';
import { visibleLine } from './visible-text.js';

const TITLE: Readonly<Record<ChangeKind, string>> = {
  regression: 'Regressions',
  progress: 'Progress',
  'same-verdict': 'Still wrong, in another way',
  other: 'Other changes',
};

/** What changed between two results, for a terminal: regressions first. Ends with a line feed. */
export function renderDiff(diff: ResultDiff, { colour }: { readonly colour: boolean }): string {
  const colours = createColors(colour);
  const sections = (Object.keys(TITLE) as ChangeKind[]).flatMap((kind) => {
    const changes = diff.changes.filter((change) => change.kind === kind);
    if (changes.length === 0) return [];
    const title = `${TITLE[kind]} (${changes.length})`;
    const painted = kind === 'regression' ? colours.red(title) : kind === 'progress' ? colours.green(title) : title;
    return [painted, ...changes.flatMap(changeLines), ''];
  });
  const lines = [
    `DM ${diff.role === 'client' ? 'Client' : 'Server'}: ${sideText(diff.before)} → ${sideText(diff.after)}`,
    ...diff.notes.map((note) => `  ${visibleLine(note)}`),
    '',
    ...sections,
    lastLine(diff),
  ];
  return `${lines.join('\n')}\n`;
}

function sideText({ target, version, startedAt }: DiffSide): string {
  return visibleLine(`${target}${version === undefined ? '' : ` ${version}`} (${startedAt})`);
}

function changeLines({ id, before, after, statement, message }: RowChange): readonly string[] {
  const line = `  ${id}  ${before ?? 'not judged'} → ${after ?? 'not judged'}  ${statement}`;
  return message === undefined || after === 'pass' ? [line] : [line, `      ${visibleLine(message, 200)}`];
}

function lastLine({ changes, unchanged }: ResultDiff): string {
  const count = (kind: ChangeKind): number => changes.filter((change) => change.kind === kind).length;
  return `${count('regression')} worse, ${count('progress')} better, ${count('same-verdict') + count('other')} otherwise changed, ${unchanged} unchanged`;
}
