import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { ROOT } from '../../cli/paths.js';

it('a relative folder in a working folder that is gone is made anew, with no endless search', () => {
  const module = pathToFileURL(join(ROOT, 'dist/harness/recorder/make-folder.js')).href;
  const program = `
    const { makeFolder } = await import(${JSON.stringify(module)});
    const { rmSync } = await import('node:fs');
    rmSync(process.cwd(), { recursive: true });
    makeFolder('out');
    process.stdout.write('made');`;
  const cwd = mkdtempSync(join(tmpdir(), 'dmconform-gone-'));
  const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd,
    encoding: 'utf8',
    timeout: 20_000,
  });
  rmSync(cwd, { recursive: true });
  expect({ stdout, signal }).toEqual({ stdout: 'made', signal: null });
});
