import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { findBrowser } from '../../harness/reference/find-browser.js';
import { dmconform, emptyFolder, start } from './cli.js';

const TRACE = fileURLToPath(new URL('../../fixtures/traces/ordering/client-10-backwards.ndjson', import.meta.url));
const run = emptyFolder();
const hasPdfReader = spawnSync('pdftotext', ['-v']).status === 0;
const hasBrowser = findBrowser().path !== undefined;

beforeAll(async () => {
  await dmconform(['judge', TRACE, '--out', run]);
});

describe('report --format', () => {
  it('writes each format that was asked for, and leaves the record as it is', async () => {
    const before = readFileSync(join(run, 'result.json'), 'utf8');
    const { code, stderr } = await dmconform([
      'report',
      run,
      '--format',
      'html,junit,allure,earl,markdown,badge,ics,har',
    ]);
    expect([code, stderr]).toEqual([0, '']);
    const files = [
      'report.html',
      'junit.xml',
      'earl.jsonld',
      'summary.md',
      'badge.svg',
      'ics.md',
      'ics.html',
      'session.har',
    ];
    for (const name of files) expect(existsSync(join(run, name))).toBe(true);
    expect(readdirSync(join(run, 'allure-results')).some((name) => name.endsWith('-result.json'))).toBe(true);
    expect(readFileSync(join(run, 'result.json'), 'utf8')).toBe(before);
    expect(readFileSync(join(run, 'summary.md'), 'utf8')).toContain('### ORD-08 fail');
  });

  it.skipIf(!hasBrowser || !hasPdfReader)('prints the report and a statement as PDF', async () => {
    const { code, stderr } = await dmconform(['report', run, '--format', 'pdf']);
    expect([code, stderr]).toEqual([0, '']);
    const text = (name: string): string => spawnSync('pdftotext', ['-layout', join(run, name), '-']).stdout.toString();
    expect(text('report.pdf')).toContain('ORD-08');
    expect(text('report.pdf')).toContain('Expected');
    expect(text('statement.pdf')).toContain('nobody vouches for these results');
  });

  it('says clearly that it needs a browser for a PDF', async () => {
    process.env.DMCONFORM_BROWSER = '/nowhere/chromium';
    const { finished } = start(['report', run, '--format', 'pdf'], run);
    delete process.env.DMCONFORM_BROWSER;
    const { code, stderr } = await finished;
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(/BROWSER_MISSING: .*DMCONFORM_BROWSER names \/nowhere\/chromium/),
    ]);
  });

  it('leaves the HAR that is there when the trace breaks off in the middle of a line', async () => {
    const broken = emptyFolder();
    cpSync(run, broken, { recursive: true });
    const trace = join(broken, 'trace.ndjson');
    writeFileSync(join(broken, 'session.har'), 'as it was');
    writeFileSync(trace, readFileSync(trace, 'utf8').replace('\n{"record":"dmconform-trace-end"', '\n{"seq":\n$&'));
    const { code, stderr } = await dmconform(['report', broken, '--format', 'har']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/TRACE_UNREADABLE: a line is no JSON/)]);
    expect(readFileSync(join(broken, 'session.har'), 'utf8')).toBe('as it was');
    expect(readdirSync(broken)).not.toContain('session.har.part');
  });

  it('refuses to pseudonymise in place', async () => {
    const { code, stderr } = await dmconform(['report', run, '--pseudonymise']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--out beside it')]);
  });
});

describe('list --coverage', () => {
  it('counts, names the gaps, and writes a page', async () => {
    const file = join(run, 'coverage.html');
    const { code, stdout } = await dmconform(['list', '--coverage', '--out', file]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^\d+ clauses, \d+ requirements, /)]);
    expect(readFileSync(file, 'utf8')).toContain('<h1>Coverage of OMA DM 2.0</h1>');
  });
});
