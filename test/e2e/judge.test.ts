import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../harness/model/result.js';
import { BIN, dmconform, emptyFolder, resultIn, verdicts } from './cli.js';

/** What a result says, apart from when and how it was made. */
function substance(result: Result): unknown {
  return result.requirements.map(({ id, verdict, findings }) => ({
    id,
    verdict,
    findings: findings.map(({ verdict: one, message, events }) => ({ verdict: one, message, events })),
  }));
}

describe.each(['client', 'server'] as const)('judging the record of a run of the embedded %s', (role) => {
  const live = emptyFolder();
  const alone = emptyFolder();

  beforeAll(async () => {
    await dmconform(['run', '--role', role, '--out', live]);
    await dmconform(['report', live, '--format', 'har']);
    copyFileSync(join(live, 'session.har'), join(alone, 'session.har'));
    copyFileSync(join(live, 'trace.ndjson'), join(alone, 'trace.ndjson'));
    // Large bodies are a part of the record; not every run has them.
    if (existsSync(join(live, 'bodies'))) cpSync(join(live, 'bodies'), join(alone, 'bodies'), { recursive: true });
  });

  async function judge(file: string): Promise<Result> {
    const { stdout, stderr } = await dmconform(['judge', file, '--json'], alone);
    expect(stderr).toBe('');
    return JSON.parse(stdout) as Result;
  }

  it('gives the findings of the live run, from the trace alone', async () => {
    expect(substance(await judge('trace.ndjson'))).toEqual(substance(resultIn(live)));
  });

  it('gives from a HAR the verdicts of the rows that HTTP alone shows, and leaves the others open', async () => {
    const expected = resultIn(live);
    const listed = JSON.parse((await dmconform(['list', '--json'])).stdout) as {
      requirements: { id: string; har: boolean }[];
    };
    const shown = new Map(listed.requirements.map(({ id, har }) => [id, har]));
    const result = await judge('session.har');
    expect(result.source).toBe('har');
    const wanted = Object.fromEntries(
      expected.requirements.map(({ id, verdict }) => [id, shown.get(id) === true ? verdict : 'inconclusive']),
    );
    expect(verdicts(result)).toEqual(wanted);
    expect(Object.values(wanted).filter((verdict) => verdict === 'pass').length).toBeGreaterThan(10);
  });

  it('changes the verdict when one status in the record is changed', async () => {
    const text = readFileSync(join(alone, 'trace.ndjson'), 'utf8');
    const changed =
      role === 'client'
        ? text.replaceAll('{\\"sc\\":501}', '{\\"sc\\":200}')
        : text.replaceAll('"status":200', '"status":201');
    expect(changed).not.toBe(text);
    writeFileSync(join(alone, 'changed.ndjson'), changed);
    const result = verdicts(await judge('changed.ndjson'));
    expect(result[role === 'client' ? 'STA-08' : 'PKG-05']).not.toBe('pass');
  });

  it('writes the reports beside a copy of the record', async () => {
    const out = emptyFolder();
    const { code } = await dmconform(['judge', 'trace.ndjson', '--out', out], alone);
    expect(code).toBe(0);
    expect(verdicts(resultIn(out))).toEqual(verdicts(resultIn(live)));
    const again = await dmconform(['judge', 'trace.ndjson', '--json'], out);
    expect(again.code).toBe(0);
  });
});

describe('judging a record that comes out of a pipe', () => {
  it('finds the same, with the bodies of the working directory, and keeps the record', async () => {
    const live = emptyFolder();
    const out = emptyFolder();
    await dmconform(['run', '--role', 'client', '--only', 'CDL-10', '--out', live]);
    expect(existsSync(join(live, 'bodies'))).toBe(true);
    const shell = `cat trace.ndjson | ${process.execPath} ${BIN} judge /dev/stdin --out ${out} --json`;
    const { stdout } = await promisify(execFile)('sh', ['-c', shell], { cwd: live, maxBuffer: 2 ** 28 });
    const fromFile = await dmconform(['judge', 'trace.ndjson', '--json'], live);
    expect(substance(JSON.parse(stdout) as Result)).toEqual(substance(JSON.parse(fromFile.stdout) as Result));
    expect(readFileSync(join(out, 'trace.ndjson'))).toEqual(readFileSync(join(live, 'trace.ndjson')));
  });
});
