import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judging } from './judging.js';
import { serverLoad } from './server-load.js';
import { alternate } from './statistics.js';
import { bothRoles, quietWindows, wholeRun } from './whole-run.js';

/** One line: what was measured, and whether the target is met. */
function line(what: string, value: string, target: string, met: boolean): void {
  process.stdout.write(`${what.padEnd(58)} ${value.padStart(22)}   target ${target}   ${met ? 'met' : 'MISSED'}\n`);
}

const percent = (ratio: number): string => `${((ratio - 1) * 100).toFixed(1)} %`;

process.stdout.write(`dmconform bench, Node ${process.version}; medians; ratios are of runs in turn\n\n`);

const folder = mkdtempSync(join(tmpdir(), 'dmconform-bench-'));
const run = await alternate(
  3,
  () => wholeRun(folder),
  () => wholeRun(join(folder, 'unrecorded'), '--no-record'),
);
const windows = quietWindows(folder);
line('whole embedded run, both roles, start-up included', `${run.a.toFixed(2)} s`, '<= 15 s', run.a <= 15);
const light = await wholeRun(join(folder, 'light'), '--tags', 'not @slow and not @browser');
line('the same without browser and 16 MiB', `${light.toFixed(2)} s`, '<= 8 s', light <= 8);
const channel = await wholeRun(join(folder, 'channel'), '--chapter', 'SES,PKG,FLW,ORD,STA,END,CNT');
line('the chapters of the command channel alone', `${channel.toFixed(2)} s`, '<= 4 s', channel <= 4);
process.stdout.write(`  quiet windows: ${windows.virtual} virtual, ${windows.real} real\n`);
line('recording, judging and reports, of that run without', `+${percent(run.ratio)}`, '<= +15 %', run.ratio <= 1.15);
process.stdout.write(`  ${run.a.toFixed(2)} s with, ${run.b.toFixed(2)} s without (--no-record)\n`);

await bothRoles(true);
const cost = await alternate(
  7,
  () => bothRoles(true),
  () => bothRoles(false),
);
line('the same in a warm process, without reports', `+${percent(cost.ratio)}`, '<= +15 %', cost.ratio <= 1.15);
process.stdout.write(`  ${cost.a.toFixed(0)} ms with, ${cost.b.toFixed(0)} ms without\n`);

for (const role of ['client', 'server']) {
  const { oracles, fold, bare, ratio } = await judging(join(folder, role));
  line(`oracles of the ${role}, of bare JSON.parse and ajv`, ratio.toFixed(3), '>= 0.5', ratio >= 0.5);
  process.stdout.write(
    `  packages/s: ${Math.round(oracles)} judged, ${Math.round(fold)} grouped and read, ${Math.round(bare)} parsed and checked\n`,
  );
}
rmSync(folder, { recursive: true });

const { reference, bare, ratio } = await serverLoad();
line('reference server, of a bare node:http server, 64 connections', ratio.toFixed(2), '>= 0.8', ratio >= 0.8);
process.stdout.write(`  ${Math.round(reference)} requests/s, ${Math.round(bare)} requests/s\n`);
