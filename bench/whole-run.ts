import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, readLedger, STEPS_GLOB } from '../cli/paths.js';
import type { Result } from '../harness/model/result.js';
import { runSuite } from '../harness/run/run-suite.js';

/** Wall seconds of `dmconform run` on the embedded pair in both roles, start-up and reports included; with more flags where given. */
export async function wholeRun(out: string, ...flags: readonly string[]): Promise<number> {
  const started = performance.now();
  const code = await new Promise((resolve) => {
    const args = [join(ROOT, 'bin/dmconform.js'), 'run', '--out', out, ...flags];
    spawn(process.execPath, args, { stdio: 'ignore' }).once('close', resolve);
  });
  if (code !== 0) throw new Error(`the embedded run ended with exit code ${String(code)}`);
  return (performance.now() - started) / 1000;
}

/** How silence was proved in a run of both roles. */
export function quietWindows(out: string): { readonly real: number; readonly virtual: number } {
  const windows = ['client', 'server'].map(
    (role) => (JSON.parse(readFileSync(join(out, role, 'result.json'), 'utf8')) as Result).quietWindows,
  );
  const sum = (mode: 'real' | 'virtual'): number => windows.reduce((total, window) => total + window[mode], 0);
  return { real: sum('real'), virtual: sum('virtual') };
}

/** Milliseconds of both roles within this process, with recording (to files) and judging, or with both switched off by one switch. */
export async function bothRoles(record: boolean): Promise<number> {
  const ledger = readLedger();
  const out = mkdtempSync(join(tmpdir(), 'dmconform-bench-'));
  const started = performance.now();
  for (const role of ['client', 'server'] as const) {
    await runSuite({
      role,
      target: { kind: 'embedded' },
      ledger,
      out: join(out, role),
      selection: {},
      selectionWords: [],
      patienceMs: 10_000,
      seed: 'bench',
      profile: 'default',
      strict: false,
      record,
      root: ROOT,
      stepsGlob: STEPS_GLOB,
      suiteVersion: 'bench',
      signal: new AbortController().signal,
    });
  }
  const ms = performance.now() - started;
  rmSync(out, { recursive: true, force: true });
  return ms;
}
