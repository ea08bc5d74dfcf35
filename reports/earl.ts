import type { RequirementResult, Result } from '../harness/model/result.js';
import type { Verdict } from '../harness/model/verdict.js';
import { visibleText } from './visible-text.js';
import { decidingFindings, scenarioText, targetText } from './wording.js';

/** EARL 1.0 has five outcomes; ours say more, so that each assertion names its own verdict, too. */
const OUTCOME: Readonly<Record<Verdict, string>> = {
  pass: 'earl:passed',
  fail: 'earl:failed',
  warn: 'earl:passed',
  inconclusive: 'earl:cantTell',
  'not-applicable': 'earl:inapplicable',
  'known-issue': 'earl:failed',
  error: 'earl:cantTell',
};

/** The vocabulary stands in the document itself: whoever reads it loads nothing. */
const CONTEXT = {
  earl: 'http://www.w3.org/ns/earl#',
  dct: 'http://purl.org/dc/terms/',
  doap: 'http://usefulinc.com/ns/doap#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
  dmc: 'urn:dmconform:vocabulary#',
  assertedBy: { '@id': 'earl:assertedBy', '@type': '@id' },
  subject: { '@id': 'earl:subject', '@type': '@id' },
  test: { '@id': 'earl:test', '@type': '@id' },
  result: 'earl:result',
  outcome: { '@id': 'earl:outcome', '@type': '@id' },
  mode: { '@id': 'earl:mode', '@type': '@id' },
  info: 'earl:info',
  title: 'dct:title',
  description: 'dct:description',
  source: 'dct:source',
  date: { '@id': 'dct:date', '@type': 'xsd:dateTime' },
  revision: 'doap:revision',
  vendor: 'dct:creator',
  verdict: 'dmc:verdict',
  level: 'dmc:level',
  trace: 'dmc:trace',
  event: { '@id': 'dmc:event', '@type': 'xsd:integer' },
} as const;

/** The result in W3C's Evaluation and Report Language, as JSON-LD: an assertion for each requirement, with those not tested among them. */
export function renderEarl(result: Result): string {
  const { suite, ledger, target } = result;
  const suiteId = `urn:dmconform:suite:${suite.version}`;
  const targetId = '_:target';
  const document = {
    '@context': CONTEXT,
    '@graph': [
      { '@id': suiteId, '@type': ['earl:Software', 'earl:Assertor'], title: suite.name, revision: suite.version },
      {
        '@id': targetId,
        '@type': ['earl:TestSubject', 'earl:Software'],
        title: targetText(result),
        description: `DM ${result.role === 'client' ? 'Client' : 'Server'} for OMA DM 2.0`,
        ...(target.version === undefined ? {} : { revision: target.version }),
        ...(target.vendor === undefined ? {} : { vendor: target.vendor }),
      },
      ...result.requirements.flatMap((row) => [
        criterion(row.id, ledger.version, row.statement, row.source, row.level),
        {
          '@type': 'earl:Assertion',
          assertedBy: suiteId,
          subject: targetId,
          test: criterionId(row.id, ledger.version),
          mode: 'earl:automatic',
          result: earlResult(row, result),
        },
      ]),
      ...result.notTested.flatMap(({ id, reason }) => [
        criterion(id, ledger.version, id, [], undefined),
        {
          '@type': 'earl:Assertion',
          assertedBy: suiteId,
          subject: targetId,
          test: criterionId(id, ledger.version),
          mode: 'earl:automatic',
          result: { '@type': 'earl:TestResult', outcome: 'earl:untested', date: result.startedAt, info: reason },
        },
      ]),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function criterionId(id: string, ledger: string): string {
  return `urn:dmconform:requirement:${ledger}:${id}`;
}

function criterion(
  id: string,
  ledger: string,
  statement: string,
  source: readonly string[],
  level: string | undefined,
) {
  return {
    '@id': criterionId(id, ledger),
    '@type': 'earl:TestRequirement',
    title: id,
    description: statement,
    ...(source.length === 0 ? {} : { source }),
    ...(level === undefined ? {} : { level }),
  };
}

function earlResult(row: RequirementResult, result: Result) {
  const [first] = decidingFindings(row);
  const says = row.verdict === 'pass' ? first?.message : (row.reason ?? first?.message);
  return {
    '@type': 'earl:TestResult',
    outcome: OUTCOME[row.verdict],
    verdict: row.verdict,
    date: result.startedAt,
    ...(says === undefined ? {} : { info: visibleText(says) }),
    ...(first?.scenario === undefined ? {} : { description: scenarioText(result, first.scenario, row.trace) }),
    ...(first === undefined || first.events.length === 0
      ? {}
      : { trace: row.trace ?? result.trace, event: first.events.slice(0, 12) }),
  };
}
