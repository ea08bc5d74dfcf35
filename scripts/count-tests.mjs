// Prints `N passed, N failed, N skipped` from the JSON report of a test run:  node scripts/count-tests.mjs REPORT EXIT-CODE
// What failed without a test of its own (a file that does not load, style, types, a run that broke off) counts as one failure each. Exits 1 on any failure.
import { readFileSync } from 'node:fs';

const [file = '', code = '0'] = process.argv.slice(2);

/** Counts of a report that does not exist when the run broke off before it could be written. */
function count(path) {
  let report;
  try {
    report = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((each) => each.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

const { passed, failed: seen, skipped } = count(file);
const failed = seen === 0 && (code !== '0' || passed === 0) ? 1 : seen;
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = failed === 0 ? 0 : 1;
