import { readFileSync } from 'node:fs';
import jsonld from 'jsonld';
import { describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import type { Result } from '../../harness/model/result.js';
import { renderBadge } from '../../reports/badge.js';
import { renderCertificate } from '../../reports/certificate.js';
import { renderEarl } from '../../reports/earl.js';
import { renderIcsHtml, renderIcsMarkdown } from '../../reports/ics.js';
import { renderJunit } from '../../reports/junit.js';
import { markdownText, renderMarkdown } from '../../reports/markdown.js';
import { HOSTILE, madeUpResult } from './made-up.js';
import { readXml } from './xml.js';

const result = madeUpResult();
const hostile = madeUpResult({ target: { name: HOSTILE, vendor: HOSTILE, version: HOSTILE, start: HOSTILE } });
const XSD = readFileSync(new URL('junit.xsd', import.meta.url), 'utf8');

describe('JUnit XML, read by libxml2', () => {
  const validate = (contents: string) =>
    validateXML({ xml: { fileName: 'junit.xml', contents }, schema: XSD }).then(({ errors }) => errors);

  it.each([
    ['every verdict', result],
    ['hostile names', hostile],
    ['a partial run with faults', madeUpResult({ partial: HOSTILE, errors: [HOSTILE], sessionsCompleted: 0 })],
    ['nothing at all', madeUpResult({ requirements: [], chapters: [], notTested: [] })],
  ])('fits the schema with %s', async (_what, one) => {
    expect(await validate(renderJunit(one))).toEqual([]);
  });

  it('would not fit it otherwise', async () => {
    expect(await validate(renderJunit(result).replace(' classname=', ' class='))).not.toEqual([]);
  });
});

describe('EARL, read by a JSON-LD processor that may load nothing', () => {
  const documentLoader = (url: string): Promise<never> => Promise.reject(new Error(`wants ${url}`));
  const quadsOf = (one: Result): Promise<string> =>
    jsonld.toRDF(JSON.parse(renderEarl(one)), { documentLoader, format: 'application/n-quads' });

  it('asserts each requirement, and each that was not tested, with an outcome of EARL', async () => {
    const quads = (await quadsOf(result)).trim().split('\n');
    const having = (part: string): number => quads.filter((quad) => quad.includes(part)).length;
    const all = result.requirements.length + result.notTested.length;
    expect(having('<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/earl#Assertion>')).toBe(all);
    for (const link of ['assertedBy', 'subject', 'test', 'result', 'mode'])
      expect(having(`<http://www.w3.org/ns/earl#${link}>`)).toBe(all);
    const outcome = (name: string): number =>
      having(`<http://www.w3.org/ns/earl#outcome> <http://www.w3.org/ns/earl#${name}>`);
    const { pass, warn, fail, inconclusive, error } = result.counts;
    expect(outcome('passed')).toBe(pass + warn);
    expect(outcome('failed')).toBe(fail);
    expect(outcome('cantTell')).toBe(inconclusive + error);
    expect(outcome('untested')).toBe(result.notTested.length);
    expect(having('"fail"')).toBe(fail);
  });

  it('leaves no term unexplained', async () => {
    const expanded = await jsonld.expand(JSON.parse(renderEarl(hostile)), { documentLoader });
    const keys = new Set<string>();
    JSON.stringify(expanded, (key, value: unknown) => {
      if (!/^\d*$/.test(key)) keys.add(key);
      return value;
    });
    for (const key of keys) expect(key).toMatch(/^(@|https?:|urn:dmconform:)/);
    expect(keys.size).toBeGreaterThan(15);
  });
});

describe('Markdown', () => {
  it('says verdict, scope and what went wrong', () => {
    const text = renderMarkdown(result);
    expect(text.split('\n')[0]).toBe('## 💥 acme-client 4.2 (Acme) as DM Client');
    expect(text).toContain(`2 of ${result.requirements.length} requirements failed`);
    expect(text).toContain('### ORD-04 fail: ');
    expect(text).toContain('Actual: &#91;200, 404, 405&#93;');
    expect(text).toContain('dmconform run … --only ORD-04');
    expect(text).toContain('- CNT-03 CNT-05: no control operation startSession');
  });

  it('has no markup from an implementation', () => {
    const text = renderMarkdown(hostile);
    expect(text).not.toMatch(/<(?!br>)/);
    expect(markdownText('![x](http://y) @all | `z` ~~a~~ #1 $b$')).not.toMatch(/[[\]|`~@]|(?<!&)#|:\/\//);
  });
});

describe('the badge', () => {
  it('is well-formed and says verdict, role and how many passed', () => {
    const { name, attributes } = readXml(renderBadge(result));
    expect([name, attributes.get('aria-label')]).toEqual([
      'svg',
      `OMA DM 2.0: client: error ${result.counts.pass}/${result.requirements.length}`,
    ]);
  });

  it('does not pass a part off as the whole', () => {
    expect(renderBadge(madeUpResult({ selection: ['ORD-01'] }))).toContain(', part');
  });
});

describe('the ICS', () => {
  it('has a line for each requirement: item, reference, status, support, verdict', () => {
    const rows = renderIcsMarkdown(result)
      .split('\n')
      .filter((line) => /^\| [A-Z]{3}-\d+ /.test(line));
    expect(rows).toHaveLength(result.requirements.length + result.notTested.length);
    expect(rows.find((row) => row.startsWith('| ORD-04 '))).toMatch(/\| TS 7\.4 \| m \| Y \| fail \|$/);
    expect(rows.find((row) => row.startsWith('| CNT-05 '))).toMatch(/\| \? \| inconclusive \|$/);
    expect(rows.every((row) => row.split('|').length === 8)).toBe(true);
  });

  it('is a page, too, that loads nothing', () => {
    const page = renderIcsHtml(hostile);
    expect(page.match(/<tr><td>[A-Z]{3}-/g)).toHaveLength(result.requirements.length + result.notTested.length);
    expect(page).not.toContain('<script');
  });
});

describe('the certificate', () => {
  it('is called so only where the run is attested', () => {
    expect(renderCertificate(result, undefined)).toContain('<h1>Statement of results</h1>');
    const attested = renderCertificate(result, { keyId: 'abc', files: [{ name: 'result.json', sha256: 'def' }] });
    expect(attested).toContain('<h1>Certificate of conformance</h1>');
    expect(attested).toContain('<dt>result.json</dt><dd>SHA-256 def</dd>');
  });

  it('names what was not shown', () => {
    const page = renderCertificate(result, undefined);
    for (const [name, id] of [
      ['Failed', 'ORD-04'],
      ['Warnings', 'STA-08'],
      ['Not tested', 'STA-05'],
    ] as const)
      expect(page).toMatch(new RegExp(`<dt>${name}</dt><dd>[^<]*${id}`));
  });
});
