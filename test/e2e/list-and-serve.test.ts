import { describe, expect, it } from 'vitest';
import { dmconform, emptyFolder, resultIn, start, verdicts } from './cli.js';

describe('dmconform list', () => {
  it('gives ids, levels, roles, sources and scenarios as JSON', async () => {
    const { stdout, code } = await dmconform(['list', '--json']);
    expect(code).toBe(0);
    const { requirements } = JSON.parse(stdout) as {
      requirements: { id: string; scenarios: unknown[]; notTested?: string }[];
    };
    expect(requirements.find(({ id }) => id === 'ORD-01')).toMatchObject({
      on: 'client',
      level: 'M',
      source: ['CR 6.2-4'],
      scenarios: [{ feature: 'features/ordering/ordering-client.feature', name: 'Four transfers' }],
    });
    const open = requirements.filter(({ scenarios }) => scenarios.length === 0);
    expect(open.every(({ notTested }) => notTested !== undefined)).toBe(true);
  });

  it('narrows to a source, and to what is untested', async () => {
    const ids = async (...args: string[]): Promise<string[]> =>
      (
        JSON.parse((await dmconform(['list', '--json', ...args])).stdout) as { requirements: { id: string }[] }
      ).requirements.map(({ id }) => id);
    expect(await ids('--source', 'CR 6.2-4')).toContain('ORD-01');
    expect(await ids('--source', 'CR 6.2-4')).not.toContain('STA-01');
    const untested =
      'SES-03 SES-04 SES-06 SES-07 SES-09 SES-15 PKG-23 FLW-12 FLW-13 STA-07 STA-10 STA-11 STA-15 HTP-05';
    expect((await ids('--untested')).sort()).toEqual(untested.split(' ').sort());
  });
});

describe('dmconform serve', () => {
  it('runs a reference server that another run judges by its address', async () => {
    const server = start(['serve', 'server'], emptyFolder());
    const url = await new Promise<string>((resolve) => {
      server.child.stdout?.on('data', (chunk: Buffer) => {
        const [found] = /http:\/\/127\.0\.0\.1:\d+\/dm/.exec(chunk.toString()) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    const out = emptyFolder();
    const { code } = await dmconform(['run', '--server-url', url, '--out', out]);
    server.child.kill('SIGTERM');
    await server.finished;
    const result = verdicts(resultIn(out));
    expect(code).toBe(0);
    expect(Object.values(result)).not.toContain('fail');
    expect(Object.values(result).filter((verdict) => verdict === 'pass').length).toBeGreaterThanOrEqual(15);
  });
});
