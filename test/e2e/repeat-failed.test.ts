import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../harness/model/result.js';
import { dmconform, emptyFolder, resultIn, verdicts } from './cli.js';

/** A run in which PKG-05 failed; the record says so, and nothing else of it is changed. */
const earlier = emptyFolder();
const out = join(emptyFolder(), 'again');

beforeAll(async () => {
  await dmconform(['run', '--role', 'server', '--only', 'PKG-05,SES-10', '--out', earlier]);
  const result = resultIn(earlier);
  const failed: Result = {
    ...result,
    requirements: result.requirements.map((row) =>
      row.id === 'PKG-05'
        ? { ...row, verdict: 'fail', findings: [{ requirement: row.id, verdict: 'fail', message: 'x', events: [1] }] }
        : row,
    ),
  };
  writeFileSync(join(earlier, 'result.json'), JSON.stringify(failed));
});

describe('run --failed', () => {
  it('plays only what failed, and merges', async () => {
    expect(verdicts(resultIn(earlier))).toMatchObject({ 'PKG-05': 'fail', 'SES-10': 'pass' });
    const { code, stdout } = await dmconform(['run', '--failed', earlier, '--out', out]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('merged of 2 runs')]);
    const result = resultIn(out);
    expect(verdicts(result)).toEqual({ ...verdicts(resultIn(earlier)), 'PKG-05': 'pass' });
    expect(result.counts).toMatchObject({ fail: 0, pass: result.requirements.length });
  });

  it('says which verdict is from which trace', () => {
    const result = resultIn(out);
    const traces = new Map(result.requirements.map(({ id, trace }) => [id, trace]));
    expect(traces.get('PKG-05')).toBeUndefined();
    const before = traces.get('SES-10') ?? '';
    expect(readFileSync(join(out, before), 'utf8')).toBe(readFileSync(join(earlier, 'trace.ndjson'), 'utf8'));
    expect(result.merged).toEqual([
      expect.objectContaining({ trace: 'trace.ndjson', requirements: ['PKG-05'] }),
      expect.objectContaining({ trace: before, startedAt: resultIn(earlier).startedAt }),
    ]);
    expect(result.merged?.flatMap(({ requirements }) => requirements)).toHaveLength(result.requirements.length);
  });

  it('shows the messages of both traces in the page', () => {
    const page = readFileSync(join(out, 'report.html'), 'utf8');
    expect(page).not.toContain('the trace was not there');
    for (const id of ['PKG-05', 'SES-10']) expect(page).toContain(`id="${id}-f1-e`);
  });

  it('keeps the record of the repeat alone', () => {
    const alone = JSON.parse(readFileSync(join(out, 'repeated.json'), 'utf8')) as Result;
    expect([alone.selection, alone.merged]).toEqual([['PKG-05'], undefined]);
  });

  it('is not certified', async () => {
    const { code, stderr } = await dmconform(['report', out, '--certify']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('the result is merged of several runs')]);
    expect(existsSync(join(out, 'attestation.dsse.json'))).toBe(false);
  });

  it.each([
    [['--only', 'PKG-05'], '--failed says itself what is played'],
    [['--out', earlier], 'the earlier run must stay as it is'],
    [['--role', 'client'], 'no scenario'],
  ])('is refused with %j', async (more, why) => {
    const { code, stderr } = await dmconform(['run', '--failed', earlier, ...more]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(why)]);
  });

  it('has nothing to do where nothing failed', async () => {
    const { code, stdout } = await dmconform(['run', '--failed', out]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('nothing to repeat')]);
  });
});
