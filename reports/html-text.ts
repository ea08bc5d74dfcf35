import { visibleText } from './visible-text.js';

/** Markup that is safe to put into a page as it stands. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | readonly Markup[] | undefined;

/**
 * Template tag for markup: every value that is put in is escaped, unless it is markup itself, or a list of it; undefined becomes nothing.
 * There is no other way to make markup of text, so nothing that an implementation sent can become a tag.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.reduce((all, piece, index) => all + rendered(parts[index - 1]) + piece));
}

/** Text for a page: markup characters as entities, control and direction characters as visible escapes. */
export function escapeHtml(text: string): string {
  return visibleText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function rendered(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return part.map(({ text }) => text).join('');
}
