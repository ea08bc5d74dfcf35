import { describe, expect, it } from 'vitest';
import type { Proof, ProvenPeer } from '../../harness/model/proof.js';
import { renderProofHtml } from '../../reports/proof-html.js';
import { readmeLines, recordOf } from '../../reports/proof-readme.js';
import { renderProof } from '../../reports/proof-terminal.js';

const PEER: ProvenPeer = {
  role: 'client',
  name: 'reference-client',
  kind: 'reference',
  breaks: [],
  implies: [],
  against: {},
  missed: [],
  unrelated: [],
  messages: {},
  errors: [],
  scenarios: 3,
  whole: true,
  durationMs: 10,
  ok: true,
};

const CAUGHT: ProvenPeer = {
  ...PEER,
  name: 'forgets',
  kind: 'deviant',
  because: 'It <forgets> & "forgets".',
  breaks: ['SES-01'],
  implies: ['SES-03'],
  against: { 'SES-01': 'fail', 'SES-03': 'warn' },
  messages: { 'SES-01': 'It forgot.', 'SES-03': 'It forgot that, too.' },
};

const MISSED: ProvenPeer = {
  ...CAUGHT,
  name: 'escapes',
  against: { 'END-01': 'fail' },
  messages: { 'END-01': '<script>alert(1)</script>' },
  missed: ['SES-01'],
  unrelated: ['END-01'],
  ok: false,
};

function made(change: Partial<Proof> = {}): Proof {
  return {
    schemaVersion: 1,
    suite: { name: 'dmconform', version: '0.1.0' },
    ledger: { version: '0.2.0', digest: 'abcdef0123456789' },
    startedAt: '2026-11-24T10:00:00.000Z',
    durationMs: 1500,
    cpuMs: 2500,
    jobs: 2,
    seed: 'prove',
    scope: 'cover',
    peers: [
      PEER,
      { ...PEER, role: 'server', name: 'reference-server' },
      CAUGHT,
      { ...PEER, kind: 'variant', name: 'odd' },
    ],
    requirements: [
      { id: 'SES-01', on: 'client', level: 'M', deviants: 1, caught: ['forgets'], missed: [], unrelated: [] },
    ],
    oracles: [
      { name: 'session/one', on: 'client', witness: { peer: 'forgets', requirement: 'SES-01', verdict: 'pass' } },
    ],
    random: { sessions: 500, flagged: [] },
    thin: ['SES-01'],
    unavailable: [],
    problems: [],
    ...change,
  };
}

const FAILED = made({
  peers: [PEER, MISSED],
  requirements: [
    { id: 'SES-01', on: 'client', level: 'M', deviants: 1, caught: [], missed: ['escapes'], unrelated: [] },
    { id: 'END-01', on: 'client', level: 'M', deviants: 0, caught: [], missed: [], unrelated: ['escapes'] },
  ],
  oracles: [{ name: 'session/one', on: 'client' }],
  problems: ['client escapes: SES-01 is broken and not caught'],
});

describe('a proof on the terminal', () => {
  it('that holds says so, and which obligations are thin', () => {
    const text = renderProof(made(), { colour: false, files: ['out/proof.html'] });
    expect(text).toContain('SES client  01 1/1');
    expect(text).toContain('Fewer than two caught deviants: SES-01');
    expect(text).toContain('PROVEN: 1 of 1 deviants were caught where they are wrong and nowhere else.');
    expect(text).not.toContain('NOT PROVEN');
    expect(text.endsWith('out/proof.html\n')).toBe(true);
  });

  it('that fails names what was missed and what is unrelated', () => {
    const text = renderProof(FAILED, { colour: false });
    expect(text).toContain('01 0/1 (missed escapes)');
    expect(text).toContain('01 0/0 (unrelated escapes)');
    expect(text).toContain('PROBLEM client escapes: SES-01 is broken and not caught');
    expect(text).toContain('NOT PROVEN: 0 of 1 deviants');
  });

  it('of a part says what was found against each peer', () => {
    const text = renderProof(made({ only: ['forgets'] }), { colour: false });
    expect(text).toContain('client forgets (deviant, 3 scenarios, 0.0 s)\n  SES-01 fail: It forgot.');
    expect(text).not.toContain('Fewer than two');
  });
});

describe('a proof as a page', () => {
  it('stands alone, and without a script', () => {
    const page = renderProofHtml(FAILED);
    expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'");
    expect(page).not.toMatch(/<script|<link|<img|https?:/);
    expect(page).toContain('color-scheme: light dark');
  });

  it('escapes what peers said and did', () => {
    expect(renderProofHtml(made())).toContain('It &lt;forgets&gt; &amp; &quot;forgets&quot;.');
    expect(renderProofHtml(made({ peers: [{ ...MISSED, kind: 'variant' }] }))).toContain('&lt;script&gt;alert(1)');
  });

  it('marks each cell of the matrix', () => {
    expect(renderProofHtml(made())).toContain('<td class="caught" title="SES-01 fail">●</td>');
    expect(renderProofHtml(made())).toContain('<td class="implied" title="SES-03 warn">·</td>');
    expect(renderProofHtml(FAILED)).toContain('<td class="missed" title="SES-01 missed">○</td>');
    expect(renderProofHtml(FAILED)).toContain('<td class="unrelated" title="END-01 unrelated">✗</td>');
  });
});

describe('the figures for the README', () => {
  it('are those of a whole proof that holds', () => {
    const record = recordOf(made());
    expect(record?.figures).toMatchObject({
      deviants: 1,
      caught: 1,
      variants: 1,
      flagged: 0,
      oracles: 1,
      witnessed: 1,
    });
    if (record !== undefined) expect(readmeLines(record)).toHaveLength(3);
  });

  it('are none of a proof that fails, or of a part', () => {
    expect(recordOf(FAILED)).toBeUndefined();
    expect(recordOf(made({ only: ['forgets'] }))).toBeUndefined();
    expect(recordOf(made({ peers: [PEER, CAUGHT] }))).toBeUndefined();
  });
});
