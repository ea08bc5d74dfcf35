import { headlineOf } from '../harness/model/precedence.js';
import type { Result } from '../harness/model/result.js';
import { html } from './html-text.js';

const COLOUR = {
  pass: '#1a7f37',
  fail: '#c62828',
  warn: '#8a5800',
  partial: '#8a5800',
  inconclusive: '#0b63a8',
  error: '#7a1fc2',
} as const;
const LABEL = 'OMA DM 2.0';
/** Widths of Verdana at 11 pixels, near enough; the text is set to the width that is reckoned here. */
const PER_CHARACTER = 6.6;
const PADDING = 10;

/** A badge as SVG: the verdict, the role, and the count of what passed. A narrowed, merged or partial result says so. */
export function renderBadge(result: Result): string {
  const { outcome } = headlineOf(result);
  const rows = result.requirements.length;
  const scope = result.selection !== undefined ? ', part' : result.merged !== undefined ? ', merged' : '';
  const says = `${result.role}: ${outcome} ${result.counts.pass}/${rows}${scope}`;
  const left = widthOf(LABEL);
  const right = widthOf(says);
  const name = `${LABEL}: ${says}`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${name}"><title>${name}</title><rect width="${left + right}" height="20" rx="3" fill="#444"/><path d="M${left} 0h${right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H${left}z" fill="${COLOUR[outcome]}"/><g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle"><text x="${left / 2}" y="14" textLength="${left - PADDING}">${LABEL}</text><text x="${left + right / 2}" y="14" textLength="${right - PADDING}">${says}</text></g></svg>
`.text;
}

function widthOf(text: string): number {
  return Math.round(text.length * PER_CHARACTER) + PADDING;
}
