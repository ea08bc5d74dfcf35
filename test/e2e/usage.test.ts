import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dmconform, emptyFolder, start } from './cli.js';

describe('wrong usage exits 2 with one clear message', () => {
  it.each<[string, readonly string[], RegExp]>([
    ['an unknown option', ['run', '--fast'], /unknown option '--fast'/],
    ['an unknown command', ['jugde'], /unknown command 'jugde'/],
    ['a role that does not exist', ['run', '--role', 'proxy'], /USAGE.*proxy.*client, server or both/],
    [
      'two targets',
      ['run', '--client-command', 'x {server.url}', '--server-url', 'http://127.0.0.1:1/'],
      /one implementation/,
    ],
    [
      "a role that is not the target's",
      ['run', '--role', 'server', '--client-command', 'x {server.url}'],
      /do not fit/,
    ],
    ['a command without the address', ['run', '--client-command', 'acme'], /\{server\.url\}/],
    ['an address that is none', ['run', '--server-url', 'acme'], /no http or https URL.*acme/],
    ['a requirement that does not exist', ['run', '--only', 'ORD-99'], /ORD-99/],
    ['a chapter that does not exist', ['run', '--chapter', 'XYZ'], /XYZ/],
    ['a selection that is empty', ['run', '--only', ''], /fits the selection/],
    ['a chapter that the role does not have', ['run', '--role', 'server', '--chapter', 'STA'], /Server fits.*STA/],
    ['tags that no scenario has', ['run', '--tags', '@nothing'], /fits the selection; found @nothing/],
    ['tags that are no expression', ['run', '--tags', '@a and'], /--tags.*@a and/],
    ['an output folder without a name', ['run', '--out', ''], /--out/],
    ['a duration that no timer can wait', ['run', '--patience', '99999999m'], /--patience.*24 hours/],
    ['an argument too many', ['run', 'now'], /too many arguments/],
    ['a folder for a trace', ['judge', '.'], /TRACE_UNREADABLE.*a folder.*trace\.ndjson/],
    ['no format', ['report', '.', '--format', ''], /--format/],
    ['a duration that is none', ['run', '--patience', 'soon'], /--patience.*soon/],
    ['a profile that does not exist', ['run', '--profile', 'strictest'], /strictest/],
    ['a file that is not there', ['judge', 'nothing.ndjson'], /TRACE_UNREADABLE.*nothing\.ndjson/],
    ['a folder without a result', ['report', '.'], /RESULT_UNREADABLE.*result\.json/],
    ['a format that does not exist', ['report', '.', '--format', 'doc'], /doc.*html/],
    ['a source that no row has', ['list', '--source', 'XY 9'], /XY 9/],
    ['a client without its server', ['serve', 'client'], /--server/],
    ['a port that is none', ['serve', 'server', '--port', '70000'], /--port.*70000/],
  ])('%s', async (_what, args, message) => {
    const { code, stdout, stderr } = await dmconform(args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(3);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('a trace that is no trace names the line', async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'bad.ndjson'), '{"hello":1}\n');
    const { code, stderr } = await dmconform(['judge', 'bad.ndjson'], folder);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/bad\.ndjson.*1/)]);
  });

  it.each([
    ['binary', '\u0001\u0002\ufffd'],
    ['a result', '{\n  "schemaVersion": 1\n}\n'],
    ['nothing', ''],
  ])('a file that is neither a trace nor a HAR: %s', async (_what, text) => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'file.har'), text);
    const { code, stderr } = await dmconform(['judge', 'file.har'], folder);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/neither a trace nor a HAR; at file\.har/)]);
  });

  it('a HAR without entries in their form', async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'file.har'), '{"log":{"version":"1.2","entries":[{"request":5}]}}');
    const { code, stderr } = await dmconform(['judge', 'file.har'], folder);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/cannot read the HAR; at file\.har, entry 1/)]);
  });

  it("a role that is not the recording's, and a HAR of a run whose trace is gone", async () => {
    const out = emptyFolder();
    await dmconform(['run', '--role', 'client', '--only', 'SES-01', '--out', out]);
    const judged = await dmconform(['judge', join(out, 'trace.ndjson'), '--role', 'server']);
    expect([judged.code, judged.stderr]).toEqual([2, expect.stringContaining('--role client')]);
    rmSync(join(out, 'trace.ndjson'));
    const har = await dmconform(['report', out, '--format', 'har']);
    expect([har.code, har.stderr]).toEqual([2, expect.stringContaining(join(out, 'trace.ndjson'))]);
    const html = await dmconform(['report', out]);
    expect([html.code, html.stderr]).toEqual([0, expect.stringMatching(/trace\.ndjson is not there/)]);
  });

  it('a result that fits no schema says where', async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'result.json'), '{"schemaVersion":1}');
    const { code, stderr } = await dmconform(['report', folder], folder);
    expect([code, stderr]).toEqual([2, expect.stringContaining('does not fit its schema')]);
  });

  it('an output folder that cannot be made', async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'file'), '');
    const { code, stderr } = await dmconform(
      ['run', '--role', 'client', '--only', 'SES-01', '--out', join('file', 'out')],
      folder,
    );
    expect([code, stderr]).toEqual([2, expect.stringContaining('OUTPUT_UNWRITABLE')]);
    mkdirSync(join(folder, 'other'));
  });

  it('a port that is in use', async () => {
    const first = start(['serve', 'repository'], emptyFolder());
    const port = await new Promise<string>((resolve) => {
      first.child.stdout?.on('data', (chunk: Buffer) => {
        const [, found] = /:(\d+)\//.exec(chunk.toString()) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    const { code, stderr } = await dmconform(['serve', 'server', '--port', port]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(new RegExp(`PORT_IN_USE.*${port}`))]);
    first.child.kill('SIGINT');
    expect((await first.finished).code).toBe(0);
  });
});
