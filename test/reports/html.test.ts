import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../harness/model/evidence.js';
import { EvidencePlan } from '../../reports/evidence-plan.js';
import { evidenceWishes, renderHtml } from '../../reports/html.js';
import { html } from '../../reports/html-text.js';
import { HOSTILE, madeUpEvidence, madeUpResult } from './made-up.js';

const result = madeUpResult();
const book = new Map([['trace.ndjson', madeUpEvidence()]]);
const page = renderHtml(result, book);
const VOID = new Set(['meta', 'input', 'line', 'polygon']);
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
    if (name === undefined || VOID.has(name)) continue;
    if (slash === '') open.push(name);
    else expect(open.pop()).toBe(name);
  }
  expect(open).toEqual([]);
}

describe('renderHtml', () => {
  it('puts verdict and scope first', () => {
    const head = page.slice(page.indexOf('<h1>'), page.indexOf('<h2>'));
    expect(head).toContain('acme-client 4.2 (Acme)');
    expect(head).toContain(`2 of ${result.requirements.length} requirements failed`);
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
    expect(page).toContain(`${result.notTested.length} rows of the ledger`);
  });

  it('opens what went wrong and folds the rest', () => {
    for (const id of ['ORD-04', 'END-05', 'STA-08'])
      expect(rowOf(id)).toMatch(/^<details class="row" id="[A-Z]{3}-\d\d" data-verdict="[a-z]+" open>/);
    for (const id of ['ORD-01', 'CNT-03']) expect(rowOf(id)).not.toMatch(/^<details[^>]* open>/);
  });

  it('shows the messages around a violation, the offending one marked', () => {
    const row = rowOf('ORD-04');
    expect(row).toContain('<dt>Expected</dt><dd>[404, 200, 405]');
    const messages = row.slice(row.indexOf('<div class="events'));
    expect(messages.match(/◀ this/g)).toHaveLength(1);
    expect(messages).toMatch(/event hit" id="ORD-04-f1-e16" open><summary><span class="seq">#16/);
    expect(row).toContain('OMADM-DevID: IMEI:004402990020434');
    expect(row).toContain('HTTP/1.1 200 OK');
    expect(row).toContain('&quot;sc&quot;: 404');
  });

  it('draws who sent what to whom, and leads from there to the message', () => {
    const drawing = rowOf('ORD-04').match(/<svg class="sequence".*?<\/svg>/s)?.[0] ?? '';
    for (const lane of ['DM Client', 'DM Server', 'Data repository']) expect(drawing).toContain(lane);
    expect(drawing).not.toContain('Web pages');
    expect(drawing.match(/class="step hit"/g)).toHaveLength(1);
    expect(drawing).toContain('href="#ORD-04-f1-e16" class="step hit"');
    expect(rowOf('ORD-04')).toContain('id="ORD-04-f1-e16"');
  });

  it('marks what was seen where it stands in the offending message, and only where that is beyond doubt', () => {
    expect(rowOf('PKG-10')).not.toContain('<mark>');
    const seen = madeUpResult({
      requirements: result.requirements.map((row) => ({
        ...row,
        findings: row.findings.map((one) => (row.id === 'ORD-04' ? { ...one, actual: '{ "sc": 404 }' } : one)),
      })),
    });
    expect(rowOf('ORD-04', renderHtml(seen, book))).toContain('<mark>{ &quot;sc&quot;: 404 }</mark>');
  });

  it('says how to play just this again', () => {
    expect(rowOf('ORD-04')).toContain('<code>dmconform run … --only ORD-04</code>');
    const embedded = madeUpResult({ target: { name: 'x', start: 'embedded' } });
    expect(rowOf('ORD-04', renderHtml(embedded, book))).toContain('dmconform run --role client --only ORD-04');
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

  it('needs no network, and no other script than its own may run', () => {
    expect(page).toContain("default-src 'none'");
    const own = page.match(/<script>([\s\S]*?)<\/script>/)?.[1] ?? '';
    expect(page).toContain(`script-src 'sha256-${createHash('sha256').update(own).digest('base64')}'`);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toMatch(/<(link|img|iframe|object|embed|base|form)\b/i);
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
      const chapters = result.chapters.filter(({ id }) => id === row.chapter);
      const seen = new Map<number, Evidence>([[1, event]]);
      return renderHtml(madeUpResult({ ...more, chapters }), new Map([['trace.ndjson', seen]]));
    };
    const plain = tags(withText('x'));
    expect(tags(withText(HOSTILE))).toBe(plain);
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (text) => tags(withText(text)) === plain),
      { numRuns: 50 },
    );
  });
});

describe('which findings are shown', () => {
  it('names the events of those shown in full', () => {
    const wishes = evidenceWishes(result).get('trace.ndjson') ?? new Set();
    for (const seq of [11, 15, 16]) expect(wishes.has(seq)).toBe(true);
    expect(wishes.has(17)).toBe(false);
  });

  it('gives every requirement its turn, what went wrong first, and tells what was left out', () => {
    const many = madeUpResult({
      requirements: result.requirements.map((row) => ({
        ...row,
        verdict: 'fail',
        findings: Array.from({ length: 100 }, (_, index) => ({
          requirement: row.id,
          verdict: 'fail',
          message: `no. ${index}`,
          events: [index + 1],
        })),
      })),
    });
    const plan = new EvidencePlan(many);
    const shown = many.requirements.map((row) => plan.of(row));
    expect(shown.every(({ inFull }) => inFull.length >= 1)).toBe(true);
    expect(shown.flatMap(({ inFull }) => inFull)).toHaveLength(300);
    expect(shown.every(({ inFull, listed, leftOut }) => inFull.length + listed.length + leftOut === 100)).toBe(true);
    const page = renderHtml(many, new Map());
    expect(page).toContain(`${plan.leftOut} findings left out of this page`);
    expect(page).toContain('Without messages, since the trace was not there: trace.ndjson');
  });
});

describe('a result of 10,000 findings', () => {
  it('makes a page that a browser still opens: bounded, whatever the messages hold', () => {
    const per = Math.ceil(10_000 / result.requirements.length);
    let seq = 0;
    const requirements = result.requirements.map((row) => ({
      ...row,
      verdict: 'fail' as const,
      findings: Array.from({ length: per }, () => {
        seq += 2;
        return { requirement: row.id, verdict: 'fail' as const, message: HOSTILE, events: [seq, seq - 1] };
      }),
    }));
    const events = Array.from(
      { length: seq },
      (_, index): Evidence => ({
        seq: index + 1,
        t: index,
        title: 'POST /dm HTTP/1.1',
        from: 'client',
        to: 'server',
        headers: [['OMADM-DevID', 'IMEI:004402990020434']],
        body: 'x'.repeat(700),
        bodySize: 700,
        scenario: `c${index % 50}`,
      }),
    );
    const many = renderHtml(
      madeUpResult({ requirements }),
      new Map([['trace.ndjson', new Map(events.map((event) => [event.seq, event]))]]),
    );
    expect(many.match(/class="finding /g)).toHaveLength(300);
    expect(many.length).toBeLessThan(16_000_000);
    expect(many).toMatch(/\d+ findings left out of this page/);
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
