import type { AttestedResource, TestResultStatement } from '../model/attestation.js';
import type { RequirementResult, Result } from '../model/result.js';
import type { FileDigest } from './file-digests.js';

/** The in-toto statement of a run: its verdicts, over the digests of result, trace, bodies and ledger. */
export function statementOf(result: Result, files: readonly FileDigest[]): TestResultStatement {
  const idsOf = (is: (row: RequirementResult) => boolean): string[] =>
    result.requirements.filter(is).map(({ id }) => id);
  const failed = idsOf(({ verdict }) => verdict === 'fail' || verdict === 'error');
  const warned = idsOf(({ verdict }) => verdict === 'warn' || verdict === 'known-issue');
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: files.map(({ name, sha256 }, index) => ({
      name,
      digest: { sha256 },
      ...(index === 0 ? { annotations: targetFacts(result) } : {}),
    })),
    predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
    predicate: {
      result: failed.length > 0 ? 'FAILED' : warned.length > 0 ? 'WARNED' : 'PASSED',
      configuration: configurationOf(result),
      passedTests: idsOf(({ verdict }) => verdict === 'pass'),
      warnedTests: warned,
      failedTests: failed,
    },
  };
}

function targetFacts({ target, role, startedAt, source }: Result): Readonly<Record<string, string>> {
  return {
    target: target.name,
    ...(target.vendor === undefined ? {} : { vendor: target.vendor }),
    ...(target.version === undefined ? {} : { version: target.version }),
    role,
    startedAt,
    source,
  };
}

function configurationOf({ ledger, suite, profile }: Result): readonly AttestedResource[] {
  return [
    { name: 'ledger', digest: { sha256: ledger.digest }, annotations: { version: ledger.version } },
    { name: 'suite', uri: `pkg:npm/${suite.name}@${suite.version}`, annotations: { version: suite.version, profile } },
  ];
}
