import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import allure from 'allure-commandline';
import { afterAll, describe, expect, it } from 'vitest';
import { renderAllure } from '../../reports/allure.js';
import { madeUpEvidence, madeUpResult } from './made-up.js';

const result = madeUpResult();
const files = renderAllure(result, new Map([['trace.ndjson', madeUpEvidence()]]));
const folder = mkdtempSync(join(tmpdir(), 'dmconform-allure-'));
const hasJava = spawnSync('java', ['-version']).status === 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Step {
  readonly name: string;
  readonly status: string;
  readonly steps: readonly Step[];
  readonly attachments: readonly { readonly source: string }[];
}

function testOf(id: string): {
  readonly status: string;
  readonly steps: readonly Step[];
  readonly links: readonly unknown[];
} {
  const all = Object.entries(files).filter(([name]) => name.endsWith('-result.json'));
  const found = all.map(([, text]) => JSON.parse(text)).find(({ fullName }) => fullName.endsWith(`.${id}`));
  if (found === undefined) throw new Error(`no test for ${id}`);
  return found;
}

describe('Allure results', () => {
  it('have a test for each requirement, with a step for each message', () => {
    expect(Object.keys(files).filter((name) => name.endsWith('-result.json'))).toHaveLength(result.requirements.length);
    const { status, steps, links } = testOf('ORD-04');
    expect([status, links]).toEqual(['failed', [{ name: 'ORD-04', type: 'requirement', url: 'ORD-04' }]]);
    const messages = steps[0]?.steps ?? [];
    expect(messages.map(({ name }) => name)).toContain('#16 client → server: POST /dm HTTP/1.1');
    expect(messages.filter((step) => step.status === 'failed').map(({ name }) => name.slice(0, 3))).toEqual(['#16']);
    for (const { attachments } of messages) for (const { source } of attachments) expect(files[source]).toBeDefined();
  });

  // Allure 2 is a Java program: where there is no Java, this test is counted as skipped.
  it.skipIf(!hasJava)('are read by Allure itself', async () => {
    const results = join(folder, 'allure-results');
    mkdirSync(results);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(results, name), text);
    const report = join(folder, 'report');
    const code = await new Promise((resolve) => {
      allure(['generate', results, '--clean', '-o', report]).on('exit', resolve);
    });
    expect(code).toBe(0);
    const summary = JSON.parse(readFileSync(join(report, 'widgets/summary.json'), 'utf8'));
    const { pass, warn, fail, error, inconclusive } = result.counts;
    expect(summary.statistic).toMatchObject({
      passed: pass + warn,
      failed: fail,
      broken: error,
      skipped: inconclusive,
      unknown: 0,
    });
    const cases = readdirSync(join(report, 'data/test-cases')).map((name) =>
      JSON.parse(readFileSync(join(report, 'data/test-cases', name), 'utf8')),
    );
    const swapped = cases.find(({ name }) => name.startsWith('ORD-04 '));
    expect(swapped.testStage.steps[0].steps.length).toBeGreaterThan(3);
  });
});
