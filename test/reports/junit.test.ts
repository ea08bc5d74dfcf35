import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderJunit } from '../../reports/junit.js';
import { HOSTILE, madeUpResult } from './made-up.js';
import { type Element, elements, readXml } from './xml.js';

const result = madeUpResult();
const root = readXml(renderJunit(result));

function testcase(id: string): Element {
  const found = elements(root, 'testcase').find(({ attributes }) => attributes.get('name')?.startsWith(id) === true);
  if (found === undefined) throw new Error(`no test case ${id}`);
  return found;
}

describe('renderJunit', () => {
  it('has a suite for each chapter and a case for each requirement', () => {
    expect(root.name).toBe('testsuites');
    expect(elements(root, 'testsuite').map(({ attributes }) => attributes.get('name')?.slice(0, 3))).toEqual(
      result.chapters.map(({ id }) => id),
    );
    expect(elements(root, 'testcase')).toHaveLength(result.requirements.length + result.notTested.length);
  });

  it('counts as its cases say', () => {
    for (const suite of [root, ...elements(root, 'testsuite')]) {
      const count = (name: string): string => String(elements(suite, name).length);
      expect(suite.attributes.get('tests')).toBe(count('testcase'));
      expect(suite.attributes.get('failures')).toBe(count('failure'));
      expect(suite.attributes.get('errors')).toBe(count('error'));
      expect(suite.attributes.get('skipped')).toBe(count('skipped'));
    }
    expect(root.attributes.get('failures')).toBe(String(result.counts.fail));
    expect(root.attributes.get('errors')).toBe(String(result.counts.error));
  });

  it('turns each verdict into the element that CI systems know', () => {
    const child = (id: string): string | undefined => testcase(id).children[0]?.name;
    expect(child('PKG-01')).toBeUndefined();
    expect(child('ORD-04')).toBe('failure');
    expect(child('END-05')).toBe('error');
    expect(child('STA-08')).toBe('system-out');
    expect(child('CNT-03')).toBe('skipped');
    for (const { id } of result.notTested) expect(child(id)).toBe('skipped');
  });

  it('says what was expected and seen, where, and on which clause', () => {
    const text = testcase('ORD-04').children[0]?.text ?? '';
    for (const part of [
      'MUST, TS 7.4',
      'Expected: [404',
      'Actual:   [200',
      'Events:   16, 15 in trace',
      'ORD-04 is shown',
    ]) {
      expect(text).toContain(part);
    }
    expect(testcase('CNT-03').children[0]?.attributes.get('message')).toBe(
      'inconclusive: no control operation startSession',
    );
    for (const { id, reason } of result.notTested)
      expect(testcase(id).children[0]?.attributes.get('message')).toBe(`not tested: ${reason}`);
  });

  it('does not let a broken or a partial run look green', () => {
    const broken = readXml(
      renderJunit(madeUpResult({ errors: ['disk full'], partial: 'time is up', sessionsCompleted: 0 })),
    );
    const run = elements(broken, 'testsuite').find(({ attributes }) => attributes.get('name') === 'The run');
    expect(run?.attributes.get('errors')).toBe('3');
  });

  it('is well-formed whatever an implementation sends', () => {
    expect(testcase('PKG-11').children[0]?.text).toContain('<script>alert("x")</script>&amp;');
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }),
    );
    fc.assert(
      fc.property(text, (any) => {
        const [row] = result.requirements;
        if (row === undefined) throw new Error('fixture');
        const finding = {
          requirement: row.id,
          verdict: 'fail',
          message: any,
          actual: any + HOSTILE,
          events: [],
        } as const;
        const bad = madeUpResult({
          requirements: [{ ...row, verdict: 'fail', findings: [finding], statement: any }],
          errors: [any],
          target: { name: any, start: 'url' },
        });
        expect(elements(readXml(renderJunit(bad)), 'failure')).toHaveLength(1);
      }),
    );
  });
});
