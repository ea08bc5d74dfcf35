import { defineConfig } from 'vitest/config';

// Many tests of the command line wait more than they work, so that two files at once take little longer than one.
export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000, maxWorkers: 2, minWorkers: 1 },
});
