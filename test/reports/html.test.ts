import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../reports/html.js';
import { evidenceNeeded } from '../../reports/html-evidence.js';
import { html } from '../../reports/html-text.js';
import { HOSTILE, madeUpEvidence, madeUpResult } from './made-up.js';

const result = madeUpResult();
const page = renderHtml(result, madeUpEvidence());
const TAGS = /<(\/?)([a-z][a-z0-9]*)\b[^>]*>/gi;

/** The part of the page that is about one requirement. */
function rowOf(id: string, of = page): string {
  const start = of.indexOf(`<details class="row" id="${id}"`);
  const end = of.indexOf('<details class="row"', start + 1);
  expect(start).toBeGreaterThan(0);
  return of.slice(start, end);
}

function expectBalanced(text: string): void {
  const open: string[] = [];
  for (const [, slash, name] of text.matchAll(TAGS)) {
    if (name === undefined || name === 'meta') continue;
    if (slash === '') open.push(name);
    else expect(open.pop()).toBe(name);
  }
  expect(open).toEqual([]);
}

describe('renderHtml', () => {
  it('puts verdict and scope first', () => {
    const head = page.slice(page.indexOf('<h1>'), page.indexOf('<h2>'));
    expect(head).toContain('acme-client 4.2 (Acme)');
    const judged = Object.values(madeUpResult().counts).reduce((sum, count) => sum + count, 0);
    expect(head).toContain(`2 of ${judged} requirements failed`);
    expect(head).toContain('the whole ledger');
    expect(head).toContain('184 DM Sessions');
    expect(renderHtml(madeUpResult({ selection: ['ORD-01'] }), new Map())).toContain('narrowed to ORD-01');
    expect(renderHtml(madeUpResult({ partial: 'time is up' }), new Map())).toContain(
      '<dt>Partial</dt><dd>time is up</dd>',
    );
  });

  it('shows every chapter, requirement, untested row and decision', () => {
    for (const { id, statement } of result.requirements) expect(rowOf(id)).toContain(statement.split("'")[0]);
    for (const { id } of result.chapters) expect(page).toContain(`<h2 id="${id}">`);
    for (const { id } of [...result.notTested, ...result.decisions]) expect(page).toContain(id);
    expect(page).toContain('15 rows of the ledger');
  });

  it('opens what went wrong and folds the rest', () => {
    for (const id of ['ORD-04', 'END-05', 'STA-08'])
      expect(rowOf(id)).toMatch(/^<details class="row" id="[A-Z]{3}-\d\d" open>/);
    for (const id of ['ORD-01', 'CNT-03']) expect(rowOf(id)).not.toMatch(/^<details[^>]* open>/);
  });

  it('shows the messages around a violation, the offending one marked', () => {
    const row = rowOf('ORD-04');
    expect(row).toContain('<dt>Expected</dt><dd>[404, 200, 405]');
    expect(row.match(/◀ this/g)).toHaveLength(1);
    expect(row).toMatch(/event hit" open><summary><span class="seq">#16/);
    expect(row).toContain('OMADM-DevID: IMEI:004402990020434');
    expect(row).toContain('HTTP/1.1 200 OK');
    expect(row).toContain('&quot;sc&quot;: 404');
    expect(row).toContain('<div class="gap">…</div>');
  });

  it('leaves the traffic of other sessions out', () => {
    expect(rowOf('PKG-11')).not.toContain('somebody else');
  });

  it('does without evidence', () => {
    expect(rowOf('ORD-04', renderHtml(result, new Map()))).not.toContain('class="events');
  });

  it('cites the decision that a warning rests on', () => {
    expect(rowOf('STA-08')).toContain('D-05: No, each command gets its own status');
  });

  it('needs neither network nor script', () => {
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed|base|form)\b/i);
    expect(page).not.toMatch(/\s(src|srcset|action|on\w+)=/i);
    expect([...page.matchAll(/href="([^"]*)"/g)].every(([, target]) => target?.startsWith('#') === true)).toBe(true);
    expect(page.slice(page.indexOf('<style>'), page.indexOf('</style>'))).not.toMatch(/url\(|@import/);
  });

  it('is balanced markup', () => {
    expectBalanced(page);
  });

  it('escapes whatever an implementation sent', () => {
    expect(page).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;amp;');
    expect(page).toContain('\\u001b[2J\\u202eevil\\ud800\\uffff');
    expect(page).not.toMatch(/[\u202e\ud800\uffff]/);
  });

  it('has the same tags whatever the text is', () => {
    const tags = (text: string): number => [...text.matchAll(/<[a-z/!]/gi)].length;
    const [row] = result.requirements;
    if (row === undefined) throw new Error('fixture');
    const withText = (text: string): string => {
      const finding = {
        requirement: row.id,
        verdict: 'fail',
        message: text,
        actual: text,
        events: [1],
        scenario: text,
      } as const;
      const event = {
        seq: 1,
        t: 1,
        title: text,
        headers: [[text, text]],
        body: text,
        defect: text,
        from: text,
        to: text,
      } as const;
      const one = { ...row, verdict: 'fail', findings: [finding], statement: text, source: [text] } as const;
      const more = {
        requirements: [one],
        chapters: [],
        scenarios: [],
        errors: [text],
        target: { name: text, start: text },
      };
      return renderHtml(madeUpResult({ ...more, chapters: result.chapters.slice(0, 1) }), new Map([[1, event]]));
    };
    const plain = tags(withText('x'));
    expect(tags(withText(HOSTILE))).toBe(plain);
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (text) => tags(withText(text)) === plain),
      { numRuns: 50 },
    );
  });
});

describe('evidenceNeeded', () => {
  it('names the events of shown findings and those around them', () => {
    const needed = evidenceNeeded(result);
    for (const seq of [1, 9, 11, 15, 16, 17, 40]) expect(needed.has(seq)).toBe(true);
    expect(needed.has(0)).toBe(false);
    expect(needed.has(41)).toBe(false);
  });
});

describe('html', () => {
  it('escapes values, but not markup', () => {
    const inner = html`<b>${'<&>'}</b>`;
    expect(html`<p title="${'"\''}">${inner}${[inner, inner]}${undefined}${3}</p>`.text).toBe(
      '<p title="&quot;&#39;"><b>&lt;&amp;&gt;</b><b>&lt;&amp;&gt;</b><b>&lt;&amp;&gt;</b>3</p>',
    );
  });
});
