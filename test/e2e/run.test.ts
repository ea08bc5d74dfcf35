import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { beforeAll, describe, expect, it } from 'vitest';
import { RESULT_SCHEMA } from '../../harness/model/schemas/result.js';
import { dmconform, emptyFolder, type Finished, resultIn } from './cli.js';

describe('dmconform run on the embedded pair', () => {
  const folder = emptyFolder();
  let finished: Finished;

  beforeAll(async () => {
    finished = await dmconform(['run', '--out', 'out'], folder);
  });

  it('passes both roles and exits 0', () => {
    expect(finished.stderr).toBe('');
    expect(finished.code).toBe(0);
    for (const role of ['client', 'server']) {
      const result = resultIn(join(folder, 'out', role));
      const others = result.requirements.filter(({ verdict }) => verdict !== 'pass');
      expect(others).toEqual([]);
      expect(result.requirements.length).toBeGreaterThan(20);
      expect(result.errors).toEqual([]);
    }
  });

  it('writes records that fit their schema, and the reports', () => {
    const ajv = new Ajv2020();
    addFormats.default(ajv);
    const check = ajv.compile(RESULT_SCHEMA);
    for (const role of ['client', 'server']) {
      const out = join(folder, 'out', role);
      expect(check(resultIn(out)), JSON.stringify(check.errors)).toBe(true);
      expect(readFileSync(join(out, 'junit.xml'), 'utf8')).toContain('<testsuites');
      expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('</html>');
      expect(existsSync(join(out, 'trace.ndjson'))).toBe(true);
    }
  });

  it('shows a verdict for each chapter in plain lines without control characters', () => {
    for (const chapter of ['SES', 'PKG', 'FLW', 'ORD', 'STA', 'END', 'CNT'])
      expect(finished.stdout).toMatch(new RegExp(`^ +${chapter} .*pass`, 'm'));
    expect(finished.stdout).not.toContain('\u001b');
  });

  it('tells of each chapter when it is done, with as many scenarios as were planned', () => {
    const lines = [...finished.stdout.matchAll(/^ {2}([A-Z]{3}) .* (\d+)\/(\d+) {2}/gm)];
    expect(lines.map(([, id]) => id).sort()).toEqual(
      [
        ...['SES', 'PKG', 'FLW', 'ORD', 'STA', 'END', 'CNT', 'CDL', 'UIX'],
        ...['SES', 'PKG', 'FLW', 'ORD', 'END', 'CNT', 'CDL', 'UIX'],
      ].sort(),
    );
    for (const [line, , done, total] of lines) expect(done, line).toBe(total);
    expect(finished.stdout.match(/^DM (Client|Server) under test$/gm)).toHaveLength(2);
  });

  it('plays only the role that the selection is about, and says so with a list in --json', async () => {
    const out = emptyFolder();
    const { code, stdout } = await dmconform(['run', '--only', 'CNT-01', '--out', out, '--json']);
    expect([code, existsSync(join(out, 'client')), existsSync(join(out, 'server'))]).toEqual([0, true, false]);
    expect(JSON.parse(stdout)).toMatchObject([{ role: 'client', requirements: [{ id: 'CNT-01' }] }]);
  });

  it('finds the planned values and the shuffles again with the same seed', async () => {
    const shuffled = async (): Promise<string[]> => {
      const out = emptyFolder();
      await dmconform(['run', '--role', 'client', '--only', 'ORD-04,FLW-10', '--seed', 'seven', '--out', out]);
      return [...readFileSync(join(out, 'trace.ndjson'), 'utf8').matchAll(/\{\\"CMD\\":.*?\}/g)].map(([commands]) =>
        commands.replace(/127\.0\.0\.1:\d+/g, 'host'),
      );
    };
    const [once, twice] = [await shuffled(), await shuffled()];
    expect(once.length).toBeGreaterThan(5);
    expect(twice).toEqual(once);
  });

  it('prints one JSON record with --json and nothing else', async () => {
    const { stdout, code } = await dmconform(['run', '--role', 'server', '--only', 'SES-10', '--json'], emptyFolder());
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ role: 'server', requirements: [{ id: 'SES-10', verdict: 'pass' }] });
  });

  it('narrows a run to a chapter', async () => {
    const out = emptyFolder();
    await dmconform(['run', '--role', 'client', '--chapter', 'cnt', '--out', out]);
    expect(resultIn(out).requirements.map(({ id }) => id)).toEqual(['CNT-01', 'CNT-02', 'CNT-03', 'CNT-05']);
  });
});
