import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dmconform, emptyFolder, resultIn, verdicts } from './cli.js';

/** A DM Client that forgets OMADM-DevID. */
const CLIENT = `
const [, , url] = process.argv;
const post = async (kind, body) => (await fetch(url, { method: 'POST', body: JSON.stringify(body), headers: {
  'Content-Type': 'application/vnd.oma.dm.' + kind + '+json', Accept: 'application/vnd.oma.dm.request+json' } })).json();
let { CMD } = await post('initiation', { Alert: [{ AlertType: 'urn:oma:at:dm:2.0:ClientInitiatedMgmt' }] });
while (!CMD.some(([name]) => name === 'END')) ({ CMD } = await post('response', { Status: CMD.map(() => ({ sc: 501 })) }));
`;

function clientFolder(expectations?: string): string {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'client.mjs'), CLIENT);
  if (expectations !== undefined) writeFileSync(join(folder, 'expectations.yaml'), expectations);
  const known = expectations === undefined ? '' : 'knownIssues: expectations.yaml\n';
  const text = `name: nameless\nrole: client\nstart: { process: { command: [node, client.mjs, "{server.url}"] } }\npatience: 3s\n${known}`;
  writeFileSync(join(folder, 'implementation.yaml'), text);
  return folder;
}

const entry = (says: string) =>
  `schemaVersion: 1\nknownIssues:\n  - { requirement: PKG-09, says: "${says}", reason: ACME-12 }\n`;

describe('known issues', () => {
  it('that fail as declared do not fail the run, and stay in sight', async () => {
    const folder = clientFolder(entry('#'));
    const { code, stdout } = await dmconform(['run', '--target', folder, '--only', 'PKG-09', '--out', folder]);
    expect([code, verdicts(resultIn(folder))]).toEqual([0, { 'PKG-09': 'known-issue' }]);
    expect(stdout).toContain('ACME-12');
    const judged = await dmconform([
      'judge',
      join(folder, 'trace.ndjson'),
      '--known-issues',
      join(folder, 'expectations.yaml'),
    ]);
    expect(judged.stdout).toContain('1 known-issue');
  });

  it('that fail otherwise fail it', async () => {
    const folder = clientFolder(entry('It has another name.'));
    const { code } = await dmconform(['run', '--target', folder, '--only', 'PKG-09', '--out', folder]);
    expect([code, verdicts(resultIn(folder))]).toEqual([1, { 'PKG-09': 'fail' }]);
  });
});

it('--repeat plays it several times, and tells how often', async () => {
  const folder = clientFolder();
  const { code, stdout } = await dmconform([
    'run',
    '--target',
    folder,
    '--only',
    'PKG-06,PKG-09',
    '--repeat',
    '2',
    '--out',
    folder,
  ]);
  expect([code, resultIn(join(folder, '2')).counts.fail]).toEqual([1, 1]);
  expect(stdout).toMatch(
    /2 runs of the DM Client: 1 requirements pass each time, 0 differ[^\n]*\n {2}PKG-09 {2}fail 2 of 2\n/,
  );
});

describe('a device that is not on this machine', () => {
  it('is told the address at which the suite listens', async () => {
    const folder = clientFolder();
    const { code } = await dmconform([
      'run',
      '--target',
      folder,
      '--only',
      'PKG-06',
      '--listen',
      '127.0.0.2',
      '--advertise-host',
      'localhost',
      '--out',
      folder,
    ]);
    // Nothing of it listens at the name's own address, so the client comes to nobody.
    expect(code).toBe(3);
    const heard = await dmconform([
      'run',
      '--target',
      folder,
      '--only',
      'PKG-06',
      '--listen',
      '127.0.0.2',
      '--out',
      folder,
    ]);
    // PKG-09 is broken all the same, and told.
    expect([heard.code, verdicts(resultIn(folder))['PKG-06']]).toEqual([1, 'pass']);
    expect(readFileSync(join(folder, 'trace.ndjson'), 'utf8')).toContain('http://127.0.0.2:');
  });

  it('cannot be sent to every address', async () => {
    const { code, stderr } = await dmconform(['run', '--target', clientFolder(), '--listen', '0.0.0.0']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--advertise-host')]);
  });
});
