import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../scripts/count-tests.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'dmconform-count-'));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function count(report: unknown, code: number) {
  const file = join(folder, 'report.json');
  writeFileSync(file, typeof report === 'string' ? report : JSON.stringify(report));
  const { stdout, status } = spawnSync(process.execPath, [SCRIPT, file, String(code)], { encoding: 'utf8' });
  return { stdout, status };
}

function report(passed: number, failed: number, skipped: number, files: readonly unknown[] = []) {
  const counts = { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped, numTodoTests: 0 };
  return { ...counts, testResults: files };
}

const UNLOADABLE = { status: 'failed', assertionResults: [] };
const WITH_FAILURE = { status: 'failed', assertionResults: [{ status: 'failed' }] };

describe('scripts/count-tests.mjs', () => {
  it.each([
    ['a green run', report(5, 0, 1), 0, '5 passed, 0 failed, 1 skipped', 0],
    ['a failed test', report(5, 1, 0, [WITH_FAILURE]), 1, '5 passed, 1 failed, 0 skipped', 1],
    ['a file that does not load', report(5, 0, 0, [UNLOADABLE]), 1, '5 passed, 1 failed, 0 skipped', 1],
    ['both', report(5, 1, 0, [UNLOADABLE, WITH_FAILURE]), 1, '5 passed, 2 failed, 0 skipped', 1],
    ['style or types that fail', report(5, 0, 0), 1, '5 passed, 1 failed, 0 skipped', 1],
    ['no test at all', report(0, 0, 0), 0, '0 passed, 1 failed, 0 skipped', 1],
    ['a report that was cut off', '{"num', 1, '0 passed, 1 failed, 0 skipped', 1],
  ])('counts %s', (_what, given, code, line, status) => {
    expect(count(given, code)).toEqual({ stdout: `${line}\n`, status });
  });
});
