import { describe, expect, it } from 'vitest';
import {
  cellOutcome,
  type Interop,
  type InteropCell,
  interopExitCode,
  type SessionOutcome,
} from '../../harness/model/interop.js';
import { countVerdicts } from '../../harness/model/precedence.js';
import { renderInteropHtml } from '../../reports/interop-html.js';
import { renderInteropMarkdown } from '../../reports/interop-markdown.js';
import { renderInterop } from '../../reports/interop-terminal.js';

const WORKED: SessionOutcome = {
  token: 'i1',
  session: 'hput',
  title: 'HPUT of a node',
  outcome: 'worked',
  violations: [],
  shown: [{ claim: 'A #1 came to the server.', met: true, events: [3] }],
  durationMs: 12,
};
const FAILED: SessionOutcome = {
  ...WORKED,
  token: 'i2',
  session: 'hget',
  outcome: 'failed',
  reason: 'client, by FLW-10: it said <b>|\u001b[31m',
  violations: [
    { side: 'client', requirement: 'FLW-10', level: 'M', source: ['CR 6.2-4'], message: 'it said <b>', events: [3] },
  ],
};
const LACKING: SessionOutcome = {
  ...WORKED,
  token: 'i3',
  session: 'notified',
  outcome: 'unsupported',
  reason: 'server, by `control.operations`: both 404',
  missing: { side: 'server', key: 'control.operations', probe: 'both 404' },
};
const rows = { client: countVerdicts(['pass', 'fail']), server: countVerdicts(['pass', 'inconclusive']) };

function cell(sessions: readonly SessionOutcome[], given: Partial<InteropCell> = {}): InteropCell {
  const base = { client: 'a', server: 'x', folder: 'cells/a--x', elsewhere: [], rows, account: 'the same', errors: [] };
  return { ...base, outcome: cellOutcome(sessions, 0), sessions, durationMs: 100, ...given };
}

function matrix(cells: readonly InteropCell[]): Interop {
  return {
    schemaVersion: 1,
    suite: { name: 'dmconform', version: '0' },
    ledger: { version: '1', digest: '0123456789abcdef' },
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 100,
    seed: 's',
    clients: [{ label: 'a', start: 'a' }],
    servers: [{ label: 'x', start: 'x' }],
    catalogue: [{ name: 'hput', title: 'HPUT' }],
    cells,
    exitCode: interopExitCode(cells, undefined),
  };
}

describe('a cell', () => {
  it.each([
    ['worked', [WORKED, LACKING], 0],
    ['unsupported', [LACKING], 0],
    ['failed', [WORKED, FAILED], 0],
    ['failed', [WORKED], 1],
    ['inconclusive', [WORKED, { ...WORKED, outcome: 'inconclusive' as const }], 0],
    ['inconclusive', [], 0],
  ] as const)('is %s', (outcome, sessions, elsewhere) => {
    expect(cellOutcome(sessions, elsewhere)).toBe(outcome);
  });

  it('makes the exit code, and faults on the way do not', () => {
    const fault = {
      token: 'f',
      fault: 'reset',
      detail: '',
      outcome: 'violated',
      reason: '',
      violations: [],
      durationMs: 1,
    } as const;
    expect(interopExitCode([cell([WORKED], { faults: [fault] })], undefined)).toBe(0);
    expect(interopExitCode([cell([FAILED])], undefined)).toBe(1);
    expect(interopExitCode([cell([FAILED], { errors: ['it is not there'] })], undefined)).toBe(3);
    expect(interopExitCode([cell([FAILED])], 'interrupted')).toBe(130);
  });
});

describe('the matrix', () => {
  const interop = matrix([cell([WORKED, FAILED, LACKING])]);

  it('shows on a terminal what did not work, by whom and why, and nothing that the terminal would obey', () => {
    const text = renderInterop(interop, { colour: false, files: ['out/interop.html'] });
    expect(text).toContain('1 of 3 worked, 1 failed, 1 unsupported');
    expect(text).toContain('failed        hget: client, by FLW-10: it said <b>|\\u001b[31m');
    expect(text).toContain('unsupported   notified: server, by `control.operations`: both 404');
    expect(text).not.toContain('\u001b');
    expect(text.endsWith('  out/interop.html\n')).toBe(true);
  });

  it('shows in Markdown the same, with no markup of the implementations', () => {
    const text = renderInteropMarkdown(interop);
    expect(text).toContain('| a | **failed**<br>1 of 3 worked, 1 failed, 1 unsupported |');
    expect(text).toContain('- **failed** hget: client, by FLW-10: it said \\<b\\>\\|\\\\u001b\\[31m');
  });

  it('shows in HTML the trace behind each session, escaped', () => {
    const evidence = [
      { seq: 3, t: 1, title: 'POST /<script>', from: 'client', to: 'server', scenario: 'i2', body: '<i>' },
      { seq: 4, t: 2, title: 'of another session', scenario: 'i9' },
    ];
    const text = renderInteropHtml(interop, new Map([['cells/a--x', evidence]]));
    expect(text).toContain('POST /&lt;script&gt;');
    expect(text).not.toContain('<script>');
    expect(text).not.toContain('of another session');
    expect(text).toContain('<dt>Probe</dt><dd>both 404</dd>');
    expect(text).toContain('client, by FLW-10: it said &lt;b&gt;');
  });
});
