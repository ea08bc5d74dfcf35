import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseOptions, type IFlattenedRuleSet } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEGAL, PLANTED } from './planted.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDERS = ['cli', 'harness', 'reports', 'steps'];
const PURE = ['model', 'protocol', 'trace', 'session', 'oracles', 'ledger'];

interface Configuration {
  readonly forbidden: readonly { readonly name: string }[];
  readonly options: ICruiseOptions;
}

const configuration: Configuration = createRequire(import.meta.url)('../../.dependency-cruiser.cjs');

/** `rule: file` for each violation below the folder. */
async function violations(baseDir: string): Promise<readonly string[]> {
  const ruleSet = { forbidden: configuration.forbidden } as IFlattenedRuleSet;
  const { output } = await cruise(FOLDERS, { ...configuration.options, baseDir, validate: true, ruleSet });
  if (typeof output === 'string') throw new Error(output);
  expect(output.summary.totalCruised).toBeGreaterThan(20);
  return output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
}

/** Names that reach clock or network without an import. */
const GLOBAL_IO =
  /\b(setTimeout|setInterval|setImmediate|fetch|Date\.now|performance\.now|process\.\w+)\s*[(.[]|\bprocess\.\w+/;

function globalIo(text: string): readonly string[] {
  const code = text.split('\n').filter((line) => !/^\s*(\/\/|\*|\/\*)/.test(line));
  return code.filter((line) => GLOBAL_IO.test(line));
}

describe('the sources', () => {
  it('import downward only', async () => {
    expect(await violations(ROOT)).toEqual([]);
  });

  it('reach neither clock nor process from a pure folder', () => {
    for (const folder of [...PURE.map((name) => join(ROOT, 'harness', name)), join(ROOT, 'reports')]) {
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
      for (const file of files) expect(globalIo(readFileSync(join(folder, file), 'utf8')), file).toEqual([]);
    }
  });

  it.each(['setTimeout(() => 1, 2);', 'await fetch(url);', 'const now = Date.now();', 'process.stdout.write("x");'])(
    'would be caught with: %s',
    (line) => {
      expect(globalIo(`const a = 1;\n${line}\n`)).toEqual([line]);
      expect(globalIo(`// ${line}`)).toEqual([]);
    },
  );
});

describe('the import checker', () => {
  let tree = '';
  let found: readonly string[] = [];

  beforeAll(async () => {
    tree = mkdtempSync(join(tmpdir(), 'dmconform-imports-'));
    for (const file of ['package.json', 'tsconfig.json']) cpSync(join(ROOT, file), join(tree, file));
    symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
    for (const planted of [...PLANTED, ...LEGAL]) plant(planted.file, planted.imports);
    plant('harness/run/cycle-b.ts', './cycle-a.js');
    found = await violations(tree);
  });

  afterAll(() => {
    rmSync(tree, { recursive: true, force: true });
  });

  function plant(file: string, imports: string): void {
    const path = join(tree, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `import * as planted from '${imports}';\nexport const used = planted;\n`);
    const target = join(dirname(path), imports.replace(/\.js$/, '.ts'));
    if (!imports.endsWith('/target.js')) return;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, 'export const target = 1;\n');
  }

  it('has a planted violation for every rule', () => {
    const rules = configuration.forbidden.map(({ name }) => name);
    expect([...new Set(PLANTED.map(({ rule }) => rule))].toSorted()).toEqual(rules.toSorted());
  });

  it.each(PLANTED)('finds $rule: $file imports $imports', ({ rule, file }) => {
    expect(found.filter((violation) => violation.startsWith(`${rule}: ${file} -> `))).toHaveLength(1);
  });

  it.each(LEGAL)('lets $file import $imports', ({ file }) => {
    expect(found.filter((violation) => violation.includes(` ${file} -> `))).toEqual([]);
  });

  it('sees imports of types', async () => {
    const typed = join(tree, 'harness/model/typed.ts');
    writeFileSync(typed, `import type { target } from '../trace/target.js';\nexport type Used = typeof target;\n`);
    expect(await violations(tree)).toContain(
      'model-imports-downward: harness/model/typed.ts -> harness/trace/target.ts',
    );
    rmSync(typed);
  });
});
