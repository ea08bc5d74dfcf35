#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write('dmconform is not built yet; in a checkout run: npm run build\n');
  process.exitCode = 2;
}
