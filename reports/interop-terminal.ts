import { createColors } from 'picocolors';
import type { Interop, InteropCell, SessionOutcome } from '../harness/model/interop.js';
import { COLOUR, cellOf, cellText, matrixOutcome, matrixSentence, rowsLine } from './interop-wording.js';
import { paint } from './terminal-colours.js';
import { duration, visibleLine } from './visible-text.js';

type Colours = ReturnType<typeof createColors>;

const MOST_REASON = 240;

/** The matrix for a terminal, what did not work in each cell and why, and where the files are. Ends with a line feed. */
export function renderInterop(
  interop: Interop,
  options: { readonly colour: boolean; readonly files: readonly string[] },
): string {
  const colours = createColors(options.colour);
  const outcome = matrixOutcome(interop);
  const lines = [
    ...table(interop, colours),
    '',
    ...interop.cells.flatMap((cell) => cellLines(cell, colours)),
    `${paint(colours, COLOUR[outcome], outcome.toUpperCase())}: ${visibleLine(matrixSentence(interop))}`,
    `  ${duration(interop.durationMs)}, seed ${interop.seed}, exit code ${interop.exitCode}`,
    ...options.files.map((file) => `  ${file}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** A row for each client, a column for each server. */
function table(interop: Interop, colours: Colours): readonly string[] {
  const { clients, servers } = interop;
  const texts = clients.map(({ label }) =>
    servers.map((server) => {
      const cell = cellOf(interop, label, server.label);
      return cell === undefined
        ? { word: 'not played', text: '', cell }
        : { word: cell.outcome, text: cellText(cell), cell };
    }),
  );
  const first = Math.max(...clients.map(({ label }) => label.length), 'client \\ server'.length);
  const widths = servers.map(({ label }, column) =>
    Math.max(label.length, ...texts.map((row) => row[column]?.text.length ?? 0)),
  );
  const head = [
    'client \\ server'.padEnd(first),
    ...servers.map(({ label }, column) => label.padEnd(widths[column] ?? 0)),
  ];
  const rows = clients.map(({ label }, index) => [
    visibleLine(label).padEnd(first),
    ...(texts[index] ?? []).map(({ text, cell, word }, column) => {
      const padded = (text === '' ? word : text).padEnd(widths[column] ?? 0);
      return cell === undefined ? padded : paint(colours, COLOUR[cell.outcome], padded);
    }),
  ]);
  return [colours.dim(head.join('   ')), ...rows.map((row) => row.join('   '))].map((line) => line.trimEnd());
}

function cellLines(cell: InteropCell, colours: Colours): readonly string[] {
  const title = `${visibleLine(cell.client)} with ${visibleLine(cell.server)}`;
  return [
    `${colours.bold(title)}  ${paint(colours, COLOUR[cell.outcome], cell.outcome)}, ${duration(cell.durationMs)}`,
    `  ${colours.dim(`requirements shown: ${rowsLine(cell)}`)}`,
    `  ${colours.dim(visibleLine(cell.account))}`,
    ...cell.errors.map((error) => `  ${paint(colours, 'error', 'ERROR')} ${visibleLine(error, MOST_REASON)}`),
    ...cell.sessions.filter(({ outcome }) => outcome !== 'worked').map((session) => sessionLine(session, colours)),
    ...cell.elsewhere.map(
      ({ side, requirement, message }) =>
        `  ${paint(colours, 'fail', 'failed'.padEnd(12))}  outside the sessions: ${side}, by ${requirement}: ${visibleLine(message, MOST_REASON)}`,
    ),
    ...faultLines(cell, colours),
    '',
  ];
}

function sessionLine({ session, outcome, reason, violations }: SessionOutcome, colours: Colours): string {
  const more = violations.length > 1 ? ` (and ${violations.length - 1} more)` : '';
  const word = paint(colours, COLOUR[outcome], outcome.padEnd(12));
  return `  ${word}  ${session}: ${visibleLine(reason ?? '', MOST_REASON)}${more}`;
}

function faultLines({ faults }: InteropCell, colours: Colours): readonly string[] {
  if (faults === undefined) return [];
  return [
    '  Resilience, which is no part of conformance',
    ...faults.map(({ fault, outcome, detail, reason }) => {
      const bad = outcome === 'violated' || outcome === 'not-recovered';
      const word = paint(colours, bad ? 'warn' : outcome === 'recovered' ? 'pass' : 'inconclusive', outcome.padEnd(13));
      return `    ${word}  ${fault.padEnd(10)}  ${visibleLine(`${detail}; ${reason}`, MOST_REASON)}`;
    }),
  ];
}
