// Counting mutants. A mutant is killed when a test fails under it, or when it runs on and on; alive otherwise, also where no test comes by.

const NAMES = {
  Killed: 'killed',
  Timeout: 'timeout',
  Survived: 'survived',
  NoCoverage: 'noCoverage',
  Ignored: 'ignored',
};

/** @returns for each file of Stryker's reports how many mutants came to which end. */
export function countsOf(reports) {
  const counts = {};
  for (const [file, { mutants }] of reports.flatMap(({ files }) => Object.entries(files))) {
    const count = { killed: 0, timeout: 0, survived: 0, noCoverage: 0, ignored: 0 };
    for (const { status } of mutants) if (status in NAMES) count[NAMES[status]] += 1;
    counts[file] = count;
  }
  return counts;
}

/** Killed of those that were tested, in percent, with one decimal. */
export function scoreOf({ killed, timeout, survived, noCoverage }) {
  const dead = killed + timeout;
  const tested = dead + survived + noCoverage;
  return tested === 0 ? 100 : Math.round((1000 * dead) / tested) / 10;
}

/** The counts of all files of a folder. */
export function folderOf(files, folder) {
  const sum = { killed: 0, timeout: 0, survived: 0, noCoverage: 0, ignored: 0 };
  for (const [file, count] of Object.entries(files)) {
    if (file.startsWith(`${folder}/`)) for (const key of Object.keys(sum)) sum[key] += count[key];
  }
  return sum;
}

/** Files that came out worse than they are kept, one line each. Half a percent is chance: it may be a timeout. */
export function regressions(counts, { files }) {
  return Object.keys(counts)
    .filter((file) => files[file] !== undefined && scoreOf(counts[file]) < scoreOf(files[file]) - 0.5)
    .map((file) => `${file}: ${scoreOf(counts[file])} % of its mutants are killed, ${scoreOf(files[file])} % were`);
}

/** The line of the README, for what was measured, and no more than that. */
export function readmeLine({ measuredOn, sources, files }) {
  const said = ['harness/oracles', 'harness/protocol'].flatMap((folder) => {
    const count = folderOf(files, folder);
    const tested = count.killed + count.timeout + count.survived + count.noCoverage;
    return tested === 0 ? [] : [`of ${tested} mutants of \`${folder}\` ${scoreOf(count)} % are killed`];
  });
  const measured = Object.keys(files).length;
  const part = measured === sources ? '' : `, measured for ${measured} of ${sources} files so far`;
  return `- Would our own tests notice a slip in a judge? Changed in one place at a time, ${said.join(' and ')}${part}. (\`npm run mutate\`, ${measuredOn})`;
}
