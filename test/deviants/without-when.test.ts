import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

interface Left {
  readonly pattern: string;
  /** Scenarios that use the step. */
  readonly used: number;
  /** Those of them that showed their requirement without it. */
  readonly shown: readonly string[];
}

async function play(role: string): Promise<readonly Left[]> {
  const script = fileURLToPath(new URL('./run-without.mjs', import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', script, role], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Left]));
}

describe('a scenario without one of its driving steps', () => {
  it('does not pass, whichever step it is', async () => {
    const [client, server] = await Promise.all([play('client'), play('server')]);
    expect(client.length).toBeGreaterThan(10);
    for (const [index, { pattern, used, shown }] of client.entries()) {
      const other = server[index];
      expect(used + (other?.used ?? 0), `scenarios that use "${pattern}"`).toBeGreaterThan(0);
      expect([...shown, ...(other?.shown ?? [])], `shown without "${pattern}"`).toEqual([]);
    }
  }, 600_000);
});
