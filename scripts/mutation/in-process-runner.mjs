// A test runner for Stryker that stays in one process: the bundle of all pure tests (bundle.mjs) is compiled once, loaded for the dry run, and loaded anew
// only for mutants of code that runs while modules load. Of the tests that cover a mutant, those that killed others of its file come first.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { relative, resolve } from 'node:path';
import { Script } from 'node:vm';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { determineHitLimitReached, TestStatus, toMutantRunResult } from '@stryker-mutator/api/test-runner';
import fc from 'fast-check';
import * as yaml from 'yaml';
import { collect } from './tiny-vitest.mjs';

/** A mutant that lives today lives tomorrow: random tests take the same values each time, and fewer of them. */
const SEED = 20_160_209;

/**
 * Tests that show each golden trace to all oracles: nearly every mutant would need nearly every trace. Only one trace in so many is shown to all, so that the
 * score is a lower bound. `DMCONFORM_MUTATION_WIDE=1` shows all of them (hours instead of minutes).
 */
const WIDE = / > (breaks nothing else|shows nothing without the target)$/;
const WIDE_EACH = process.env.DMCONFORM_MUTATION_WIDE === '1' ? 1 : 12;

/** Tests of perturbed records take a while each, and code that all oracles share has hundreds: no more than so many are run, from all over the list. */
const PERTURBED = /perturbed\.test\.ts/;
const MOST_PERTURBED = 60;

class InProcessRunner {
  #bundle;
  #tests;
  /** By source file: the beginnings of the ids of tests that could see a change of it (bundle.mjs). */
  #seenBy;
  /** By file of the mutants: how many of them each test killed. */
  #kills = new Map();

  capabilities() {
    return { reloadEnvironment: true };
  }

  init() {
    fc.configureGlobal({ seed: SEED, numRuns: 20 });
    this.#bundle = compiled(resolve('mutation-bundle/tests.cjs'));
    this.#seenBy = JSON.parse(readFileSync('mutation-bundle/seen-by.json', 'utf8'));
  }

  async dryRun() {
    const stryker = context();
    stryker.mutantCoverage = { static: {}, perTest: {} };
    this.#tests = this.#bundle();
    const tests = [];
    for (const test of this.#tests) {
      stryker.currentTestId = test.id;
      tests.push(await result(test));
      stryker.currentTestId = undefined;
    }
    return { status: 'complete', tests, mutantCoverage: stryker.mutantCoverage };
  }

  async mutantRun({ activeMutant, sandboxFileName, testFilter, hitLimit, mutantActivation, reloadEnvironment }) {
    const stryker = context();
    stryker.mutantCoverage = { static: {}, perTest: {} };
    stryker.activeMutant = undefined;
    stryker.hitLimit = hitLimit;
    stryker.hitCount = hitLimit === undefined ? undefined : 0;
    const kills = this.#killsIn(activeMutant.fileName);
    try {
      if (mutantActivation === 'static') stryker.activeMutant = activeMutant.id;
      if (reloadEnvironment || this.#tests === undefined) this.#tests = this.#bundle();
      stryker.activeMutant = activeMutant.id;
      const chosen = this.#tests.filter(chosenBy(testFilter, this.#seenBy[relative('', sandboxFileName)]));
      const inOrder = someOf(chosen).sort((left, right) => (kills.get(right.id) ?? 0) - (kills.get(left.id) ?? 0));
      const tests = [];
      for (const test of inOrder) {
        const outcome = await result(test);
        tests.push(outcome);
        const limit = determineHitLimitReached(stryker.hitCount, hitLimit);
        if (limit !== undefined) return limit;
        if (outcome.status !== TestStatus.Failed) continue;
        kills.set(test.id, (kills.get(test.id) ?? 0) + 1);
        break;
      }
      return toMutantRunResult({ status: 'complete', tests });
    } catch (error) {
      // The modules could not even be loaded: whoever runs the suite sees that at once.
      const tests = [
        { id: 'load', name: 'load', timeSpentMs: 0, status: TestStatus.Failed, failureMessage: String(error) },
      ];
      return determineHitLimitReached(stryker.hitCount, hitLimit) ?? toMutantRunResult({ status: 'complete', tests });
    } finally {
      stryker.activeMutant = undefined;
      // What was loaded under a mutant is no ground for the next one.
      if (reloadEnvironment) this.#tests = undefined;
    }
  }

  #killsIn(file) {
    const kills = this.#kills.get(file) ?? new Map();
    this.#kills.set(file, kills);
    return kills;
  }
}

/** The tests that Stryker names; where it names none, those that could see a change of the file. */
function chosenBy(testFilter, scopes = ['']) {
  const named = new Set(testFilter);
  if (testFilter !== undefined) return ({ id }) => named.has(id);
  return ({ id }) => !WIDE.test(id) && scopes.some((scope) => id.startsWith(scope));
}

/** The tests without some of perturbed records where there are very many: the same ones each time. */
function someOf(tests) {
  const perturbed = tests.filter(({ id }) => PERTURBED.test(id));
  const step = perturbed.length / MOST_PERTURBED;
  if (step <= 1) return tests;
  const kept = new Set(Array.from({ length: MOST_PERTURBED }, (_none, index) => perturbed[Math.floor(index * step)]));
  return tests.filter((test) => !PERTURBED.test(test.id) || kept.has(test));
}

/** Reads each text once: fixtures do not change between mutants. */
const YAML_ONCE = { ...yaml, parse: once(yaml.parse) };

function once(parse) {
  const known = new Map();
  return (text) => {
    if (!known.has(text)) known.set(text, parse(text));
    return known.get(text);
  };
}

/** The switchboard that the instrumented sources read. */
function context() {
  globalThis.__stryker__ ??= {};
  return globalThis.__stryker__;
}

/** @returns a function that runs the script afresh and gives the tests it declares. */
function compiled(file) {
  const source = `(function (require, inFile, __filename) {${readFileSync(file, 'utf8')}\n})`;
  const script = new Script(source, { filename: file });
  const require = createRequire(file);
  return () => {
    const { api, inFile, tests } = collect();
    const modules = { vitest: api, yaml: YAML_ONCE };
    script.runInThisContext()((name) => modules[name] ?? require(name), inFile, file);
    let wide = 0;
    return tests.filter(({ id }) => !WIDE.test(id) || wide++ % WIDE_EACH === 0);
  };
}

async function result({ id, work }) {
  const began = performance.now();
  const done = (more) => ({ id, name: id, timeSpentMs: Math.round(performance.now() - began), ...more });
  try {
    await work();
    return done({ status: TestStatus.Success });
  } catch (error) {
    return done({
      status: TestStatus.Failed,
      failureMessage: error instanceof Error ? error.message.slice(0, 500) : String(error),
    });
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner)];
