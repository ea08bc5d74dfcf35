import type { Interop, InteropCell } from '../harness/model/interop.js';
import { cellOf, cellText, matrixSentence, rowsLine } from './interop-wording.js';
import { duration, visibleLine } from './visible-text.js';

/** The matrix as Markdown, to be put into an issue or a wiki. Text of the implementations cannot become markup. */
export function renderInteropMarkdown(interop: Interop): string {
  const { clients, servers, startedAt, ledger, suite } = interop;
  const lines = [
    '# Interop matrix',
    '',
    `${matrixSentence(interop)}. dmconform ${suite.version}, ledger ${ledger.version}, ${startedAt}, ${duration(interop.durationMs)}.`,
    '',
    `| client \\\\ server | ${servers.map(({ label }) => plain(label)).join(' | ')} |`,
    `| --- |${servers.map(() => ' --- |').join('')}`,
    ...clients.map(({ label }) => {
      const cells = servers.map((server) => cellWord(cellOf(interop, label, server.label)));
      return `| ${plain(label)} | ${cells.join(' | ')} |`;
    }),
    '',
    ...interop.cells.flatMap(section),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function cellWord(cell: InteropCell | undefined): string {
  return cell === undefined ? 'not played' : `**${cell.outcome}**<br>${cellText(cell)}`;
}

function section(cell: InteropCell): readonly string[] {
  const open = cell.sessions.filter(({ outcome }) => outcome !== 'worked');
  const { faults = [] } = cell;
  return [
    `## ${plain(cell.client)} with ${plain(cell.server)}`,
    '',
    `${cell.outcome}: ${cellText(cell)}. Requirements shown: ${rowsLine(cell)}. ${plain(cell.account)}. Trace: \`${cell.folder}/trace.ndjson\`.`,
    '',
    ...cell.errors.map((error) => `- **error**: ${plain(error)}`),
    ...open.map(({ session, outcome, reason }) => `- **${outcome}** ${session}: ${plain(reason ?? '')}`),
    ...cell.elsewhere.map(
      ({ side, requirement, message }) =>
        `- **failed** outside the sessions: ${side}, by ${requirement}: ${plain(message)}`,
    ),
    ...(faults.length === 0
      ? []
      : [
          '',
          'Resilience, which is no part of conformance:',
          '',
          ...faults.map(
            ({ fault, outcome, detail, reason }) => `- **${outcome}** ${fault}: ${plain(`${detail}; ${reason}`)}`,
          ),
        ]),
    '',
  ];
}

/** One line in which nothing is markup. */
function plain(text: string): string {
  return visibleLine(text).replace(/[\\`*_{}[\]<>()#|~]/g, (character) => `\\${character}`);
}
