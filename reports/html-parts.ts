import type { Verdict } from '../harness/model/verdict.js';
import { html, type Markup } from './html-text.js';

export function badge(verdict: Verdict | string): Markup {
  return html`<span class="badge v-${verdict}">${verdict}</span>`;
}

/** Names and values; those without a value are left out. */
export function facts(entries: readonly (readonly [string, string | Markup | undefined])[]): Markup {
  const known = entries.filter(([, value]) => value !== undefined);
  return html`<dl>${known.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

/** Links to requirements in the page. */
export function rowLinks(ids: readonly string[]): Markup {
  return html`${ids.map((id) => html`<a href="#${id}">${id}</a> `)}`;
}
