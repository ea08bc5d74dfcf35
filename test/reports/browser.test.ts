import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Evidence } from '../../harness/model/evidence.js';
import type { Result } from '../../harness/model/result.js';
import { findBrowser } from '../../harness/reference/find-browser.js';
import { renderHtml } from '../../reports/html.js';
import { madeUpEvidence, madeUpResult } from './made-up.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const { path } = findBrowser();
const result = madeUpResult();
const plain = renderHtml(result, new Map([['trace.ndjson', madeUpEvidence()]]));

let browser: Browser;
beforeAll(async () => {
  if (path !== undefined) browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox'] });
});
afterAll(() => browser?.close());

/** Opens a page as a reader would, and keeps what it complains about and what it asks the network for. */
async function open(
  html: string,
  options: BrowserContextOptions & { readonly at?: string } = {},
): Promise<{ readonly page: Page; readonly complaints: string[]; readonly asked: string[] }> {
  const { at = '', ...context } = options;
  const page = await (await browser.newContext(context)).newPage();
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.route('**/*', (route) => {
    asked.push(route.request().url());
    return route.request().url().startsWith('http://report.test/report.html')
      ? route.fulfill({ contentType: 'text/html; charset=utf-8', body: html })
      : route.abort();
  });
  await page.goto(`http://report.test/report.html${at}`);
  return { page, complaints, asked };
}

/** An implementation that answers with scripts wherever it can say anything, in every form that browsers ever ran. */
function scripted(): { readonly result: Result; readonly evidence: ReadonlyMap<number, Evidence> } {
  const attack = [
    '<script>window.pwned = 1; alert(1)</script>',
    '"><img src=x onerror="window.pwned=1">',
    "'><svg onload=window.pwned=1>",
    '</pre></details></style></title><script>window.pwned=1</script>',
    '<a href="javascript:window.pwned=1" autofocus onfocus=window.pwned=1>x</a>',
    '--><iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
    '&lt;script&gt;window.pwned=1&lt;/script&gt;',
  ].join('\n');
  const event = {
    t: 1,
    title: attack,
    headers: [[attack, attack]],
    body: attack,
    defect: attack,
    scenario: 's',
  } as const;
  const evidence = new Map<number, Evidence>([
    [1, { ...event, seq: 1, from: 'client', to: 'server' }],
    [2, { ...event, seq: 2, from: 'server', to: 'client', bodySize: 9999 }],
  ]);
  const findings = (requirement: string) => [
    {
      requirement,
      verdict: 'fail' as const,
      message: attack,
      events: [1, 2],
      scenario: 's',
      expected: attack,
      actual: attack,
    },
  ];
  return {
    evidence,
    result: madeUpResult({
      requirements: result.requirements.map((row) => ({
        ...row,
        verdict: 'fail',
        reason: attack,
        findings: findings(row.id),
      })),
      scenarios: [
        { token: 's', name: attack, feature: attack, rule: attack, requirements: [], reached: true, durationMs: 1 },
      ],
      errors: [attack],
      partial: attack,
      target: { name: attack, vendor: attack, version: attack, start: attack },
    }),
  };
}

// What only a browser shows: without one these are counted as skipped.
describe.skipIf(path === undefined)('the page in Chromium', () => {
  it('runs no script of an implementation that sends scripts everywhere', async () => {
    const { result: attacked, evidence } = scripted();
    const { page, complaints, asked } = await open(renderHtml(attacked, new Map([['trace.ndjson', evidence]])));
    await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");
    await page.waitForTimeout(300);
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(complaints).toEqual([]);
    expect(asked).toHaveLength(1);
    expect(await page.locator('img, iframe, script, a[href^="javascript"]').count()).toBe(1);
    expect(await page.locator('main').textContent()).toContain('window.pwned=1');
  });

  it.each([
    ['light', 1280],
    ['dark', 768],
    ['light', 390],
  ] as const)(
    'has nothing that axe objects to, %s at %d pixels, and needs no scrolling sideways',
    async (colorScheme, width) => {
      const { page, complaints } = await open(plain, { colorScheme, viewport: { width, height: 900 } });
      await page.evaluate(AXE);
      const violations = await page.evaluate(
        'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0]?.html].join(" ")))',
      );
      expect(violations).toEqual([]);
      expect(complaints).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    },
  );

  it('leads from the front page to the offending message in two clicks', async () => {
    const { page } = await open(plain);
    await page.click('.attention a[href="#ORD-04"]');
    await page.click('#ORD-04 .sequence a.hit');
    const message = page.locator('.event.hit:target');
    expect(await message.textContent()).toContain('"sc": 404');
    expect(await message.evaluate((element) => element.getBoundingClientRect().top >= 0)).toBe(true);
  });

  it('can be read with scripts off', async () => {
    const { page } = await open(plain, { javaScriptEnabled: false, at: '#ORD-04' });
    expect(await page.locator('#filters').isVisible()).toBe(false);
    expect(await page.locator('#ORD-04-f1-e16 pre').first().isVisible()).toBe(true);
    await page.click('#ORD-01 > summary');
    expect(await page.locator('#ORD-01 .what').first().isVisible()).toBe(true);
  });

  it('opens what a link leads to, however deep it is folded', async () => {
    const { page } = await open(plain, { at: '#CNT-03-f1' });
    expect(await page.locator('#CNT-03-f1').isVisible()).toBe(true);
  });

  it('filters by verdict and text, and keeps the filter in the address', async () => {
    const { page } = await open(plain);
    const shown = () => page.locator('details.row[data-verdict]:visible').count();
    for (const verdict of ['pass', 'error', 'warn', 'inconclusive'])
      await page.uncheck(`#filters input[value=${verdict}]`);
    expect(await shown()).toBe(result.counts.fail);
    await page.fill('#find', 'swapped');
    expect([await shown(), await page.locator('#count').textContent()]).toEqual([
      1,
      `1 of ${result.requirements.length}`,
    ]);
    expect(page.url()).toContain('show=fail&find=swapped');
    const again = await open(plain, { at: new URL(page.url()).search });
    expect(await again.page.locator('details.row[data-verdict]:visible').count()).toBe(1);
  });

  it('can be worked with the keyboard', async () => {
    const { page } = await open(plain);
    await page.keyboard.press('n');
    const focused = () => page.evaluate("document.activeElement.closest('details.row')?.dataset.verdict");
    expect(await focused()).not.toBe('pass');
    const first = await page.evaluate("document.activeElement.closest('details.row')?.id");
    await page.keyboard.press('n');
    await page.keyboard.press('p');
    expect(await page.evaluate("document.activeElement.closest('details.row')?.id")).toBe(first);
    await page.keyboard.press('/');
    expect(await page.evaluate('document.activeElement.id')).toBe('find');
    await page.keyboard.type('n');
    expect(await page.inputValue('#find')).toBe('n');
  });
});
