// Everything that `npm test` checks: style, types, tests. All of it runs, whatever fails; exits 1 when anything did.
// Arguments go to vitest (`npm test -- test/ledger`). The counts stand in reports/out/test/vitest.json.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const COUNTS = 'reports/out/test/vitest.json';

const CHECKS = [
  { name: 'style', script: '@biomejs/biome/bin/biome', parameters: ['check', '--error-on-warnings'] },
  { name: 'types', script: 'typescript/bin/tsc', parameters: ['-p', 'tsconfig.test.json'] },
  {
    name: 'tests',
    script: 'vitest/vitest.mjs',
    parameters: [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${COUNTS}`,
      ...process.argv.slice(2),
    ],
  },
];

const failed = CHECKS.filter(({ script, parameters }) => {
  const path = fileURLToPath(new URL(`../node_modules/${script}`, import.meta.url));
  return spawnSync(process.execPath, [path, ...parameters], { cwd: ROOT, stdio: 'inherit' }).status !== 0;
});
for (const { name } of failed) process.stderr.write(`dmconform: ${name} failed\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
