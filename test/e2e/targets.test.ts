import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { badServer, dmconform, emptyFolder, type Finished, resultIn, start, verdicts } from './cli.js';

/** Whether a process with this word in its command line is running. */
function isRunning(word: string): boolean {
  return execFileSync('ps', ['-eo', 'args'])
    .toString()
    .split('\n')
    .some((line) => line.includes(word) && !line.includes('dmconform.js'));
}

/** Long enough for a target to do what it does on a busy machine: that is to be judged, not that it came late. */
const UNHURRIED = '10s';
/** Enough for a target of which nothing is ever to come. */
const BRIEF = '500ms';
/** Enough for a target that floods to begin; it goes on for as long as it is waited for. */
const FLOODED = '3s';

async function runServer(
  url: string,
  more: readonly string[] = [],
): Promise<{ readonly finished: Finished; readonly out: string }> {
  const out = emptyFolder();
  return {
    finished: await dmconform(['run', '--server-url', url, '--patience', UNHURRIED, '--out', out, ...more]),
    out,
  };
}

async function runClient(
  command: string,
  more: readonly string[] = [],
  patience = UNHURRIED,
): Promise<{ readonly finished: Finished; readonly out: string }> {
  const out = emptyFolder();
  return {
    finished: await dmconform(['run', '--client-command', command, '--patience', patience, '--out', out, ...more]),
    out,
  };
}

/** The script of the latest client: other clients may run on the same machine. */
let latestClient = '';

/** A script for a client that does one thing with its server's address (`url`, `net`, `http` at hand). */
function client(body: string): string {
  const file = join(emptyFolder(), 'client.mjs');
  latestClient = file;
  writeFileSync(
    file,
    `import net from 'node:net'; import http from 'node:http'; const url = new URL(process.argv[2]);\n${body}\n`,
  );
  return `${process.execPath} ${file} {server.url}`;
}

/** A whole response with this #2. */
function packageTwo(content: unknown): string {
  const body = JSON.stringify(content);
  return `HTTP/1.1 200 OK\r\nContent-Type: application/vnd.oma.dm.request+json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** Waits until the run has begun. */
async function begun(run: ReturnType<typeof start>, needle = 'under test'): Promise<void> {
  await new Promise<void>((resolve) => {
    run.child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes(needle)) resolve();
    });
    void run.finished.then(() => resolve());
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
}

describe('a target that is not there is no green run', () => {
  it('a client that never starts', async () => {
    const { finished, out } = await runClient('/no/such/client {server.url}');
    expect(finished.code).toBe(3);
    expect(resultIn(out).errors.join()).toContain('TARGET_UNREACHABLE');
    expect(Object.values(verdicts(resultIn(out)))).not.toContain('pass');
  });

  it('a client that ends by itself is quoted', async () => {
    const { finished, out } = await runClient(client("console.log('no licence\\u001b[2J'); process.exit(9);"));
    expect(resultIn(out).errors.join()).toMatch(/ended with code 9 and said "no licence/);
    expect([finished.code, finished.stdout.includes('\u001b')]).toEqual([3, false]);
  });

  it('a client that leaves a process behind', async () => {
    const { finished } = await runClient('sleep 4343 & echo {server.url}');
    expect([finished.code, isRunning('sleep 4343')]).toEqual([3, false]);
  });

  it('a client that exits without a word', async () => {
    const { finished, out } = await runClient(client(''));
    expect([finished.code, Object.values(verdicts(resultIn(out))).includes('pass')]).toEqual([3, false]);
  });

  it('a client that only sleeps is killed with its children', async () => {
    const { finished } = await runClient("sh -c 'sleep 4242 & sleep 4242' {server.url}", [], BRIEF);
    expect([finished.code, isRunning('sleep 4242')]).toEqual([3, false]);
  });

  it('a server that is not there', async () => {
    const { finished, out } = await runServer('http://127.0.0.1:9/dm');
    expect(finished.code).toBe(3);
    expect(resultIn(out).errors.join()).toContain('TARGET_UNREACHABLE');
  });
});

describe('a target that misbehaves ends the run in bounded time, the record kept', () => {
  it('a server that never answers', async () => {
    const server = await badServer(() => undefined);
    const { finished, out } = await runServer(server.url, ['--patience', BRIEF]);
    await server.close();
    expect(finished.code).toBe(3);
    expect(readFileSync(join(out, 'trace.ndjson'), 'utf8')).toContain('http-request');
  });

  it('a server that answers garbage', async () => {
    const server = await badServer((socket) => socket.on('data', () => socket.end('what is this?\r\n\r\n')));
    const { finished, out } = await runServer(server.url);
    await server.close();
    expect(finished.code).not.toBe(0);
    expect(Object.values(verdicts(resultIn(out)))).not.toContain('pass');
    expect(readFileSync(join(out, 'trace.ndjson'), 'utf8')).toContain('what is this?');
  });

  it('a server that floods', async () => {
    const server = await badServer((socket) => {
      socket.on('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
        const piece = `10000\r\n${'x'.repeat(65_536)}\r\n`;
        const more = (): void => {
          while (!socket.destroyed && socket.write(piece)) {
            // Until the buffer is full.
          }
          socket.once('drain', more);
        };
        more();
      });
    });
    const { finished } = await runServer(server.url, ['--patience', FLOODED]);
    await server.close();
    expect(finished.code).not.toBe(0);
    expect(finished.stderr).not.toMatch(/heap|memory/i);
  });

  it('a server that falls silent for longer than any step should take is inconclusive, not an error of the suite', async () => {
    let requests = 0;
    const server = await badServer((socket) =>
      socket.on('data', () => {
        requests += 1;
        if (requests === 1) socket.write(packageTwo({ CMD: [['END']] }));
      }),
    );
    const { finished, out } = await runServer(server.url, ['--only', 'END-12', '--patience', '5500ms']);
    await server.close();
    expect(resultIn(out).errors).toEqual([]);
    expect([finished.code, verdicts(resultIn(out))]).toEqual([0, { 'END-12': 'inconclusive' }]);
  });

  it('a server that never sends END', async () => {
    const server = await badServer((socket) =>
      socket.on('data', () => socket.write(packageTwo({ CMD: [['GET', 'urn:oma:mo:oma-dm-devinfo:1.2//Man']] }))),
    );
    const { finished, out } = await runServer(server.url, ['--only', 'PKG-14']);
    await server.close();
    expect(finished.code).not.toBe(0);
    expect(Object.values(verdicts(resultIn(out)))).not.toContain('error');
  });

  it('a server that floods the head keeps the report in bounds', async () => {
    const server = await badServer((socket) => {
      socket.on('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\n${`X-A: ${'y'.repeat(8000)}\r\n`.repeat(40)}`);
        socket.end(`Z: ${'z'.repeat(300_000)}`);
      });
    });
    const { out } = await runServer(server.url);
    await server.close();
    expect(statSync(join(out, 'report.html')).size).toBeLessThan(4_000_000);
  });

  it('a server that hangs up in the middle of each session', async () => {
    const server = await badServer((socket) => {
      let count = 0;
      socket.on('data', (chunk: Buffer) => {
        count += 1;
        if (count > 1 || !chunk.toString().includes('initiation')) socket.destroy();
        else socket.write(packageTwo({ CMD: [['GET', 'urn:oma:mo:oma-dm-devinfo:1.2//Man']] }));
      });
    });
    const { finished, out } = await runServer(server.url, ['--chapter', 'SES,END']);
    await server.close();
    expect(finished.code).toBe(3);
    expect(verdicts(resultIn(out))).toMatchObject({ 'SES-12': 'inconclusive', 'END-01': 'inconclusive' });
  });

  it('a client that connects and says nothing', async () => {
    const silent = client('net.connect(url.port, url.hostname); setInterval(() => {}, 1e6);');
    const { finished } = await runClient(silent, [], BRIEF);
    expect(finished.code).toBe(3);
    expect(isRunning(latestClient)).toBe(false);
  });

  it('a client that sends garbage', async () => {
    const { finished, out } = await runClient(
      client("net.connect(url.port, url.hostname).end('GET IN LANE\\r\\n\\r\\n');"),
    );
    expect(finished.code).toBe(3);
    expect(readFileSync(join(out, 'trace.ndjson'), 'utf8')).toContain('GET IN LANE');
  });

  it('a client that dies after #1', async () => {
    const body = `const body = JSON.stringify({ Alert: [{ AlertType: 'urn:oma:at:dm:2.0:ClientInitiatedMgmt' }] });
      http.request(url, { method: 'POST', headers: { 'Content-Type': 'application/vnd.oma.dm.initiation+json', Accept: '*/*', 'OMADM-DevID': 'IMEI:1' } },
        () => process.kill(process.pid, 'SIGKILL')).end(body);`;
    const { finished, out } = await runClient(client(body), ['--only', 'PKG-06,FLW-05,PKG-17']);
    expect(finished.code).toBe(1);
    expect(verdicts(resultIn(out))).toMatchObject({ 'PKG-06': 'pass', 'FLW-05': 'fail', 'PKG-17': 'fail' });
  });

  it('a client that leaves a SHOULD undone is shown with a warning while the run goes on, too', async () => {
    const body = `http.request(url, { method: 'POST', headers: { 'Content-Type': 'application/vnd.oma.dm.initiation+json', Accept: '*/*', 'OMADM-DevID': 'IMEI:1' } },
        (response) => response.resume()).end('{}');`;
    const { finished, out } = await runClient(client(body), ['--only', 'FLW-14']);
    expect(verdicts(resultIn(out))).toMatchObject({ 'FLW-14': 'warn' });
    expect(finished.stdout).toMatch(/^ {2}FLW .* (\d+)\/\1 {2}\1 warn, /m);
  });

  it('a client that floods', async () => {
    const body = `const again = () => { const r = http.request(url, { method: 'POST', headers: { 'Content-Type': 'application/vnd.oma.dm.initiation+json', 'OMADM-DevID': 'IMEI:1' } },
        (s) => { s.resume(); s.on('end', again); }); r.on('error', () => process.exit(1)); r.end('{}'); }; again();`;
    const { finished } = await runClient(client(body), ['--only', 'SES-01'], FLOODED);
    expect(finished.code).not.toBe(0);
    expect(isRunning(latestClient)).toBe(false);
  });
});

/** Resolves when the trace tells of it, or the run is over. */
async function recorded(run: ReturnType<typeof start>, trace: string, what: string): Promise<void> {
  const told = (): boolean => existsSync(trace) && readFileSync(trace, 'utf8').includes(what);
  while (run.child.exitCode === null && !told()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('a run that is cut short', () => {
  it('keeps what there is after Ctrl-C, and says that it is partial', async () => {
    const out = emptyFolder();
    const run = start(
      ['run', '--client-command', client('setInterval(() => {}, 1e6);'), '--patience', '60s', '--out', out],
      emptyFolder(),
    );
    await begun(run);
    run.child.kill('SIGINT');
    const { code, stderr } = await run.finished;
    expect([code, stderr.trim().split('\n')]).toEqual([130, [expect.stringMatching(/^interrupted/)]]);
    expect(resultIn(out)).toMatchObject({ partial: 'interrupted', errors: [] });
    expect(isRunning(latestClient)).toBe(false);
    const judged = await dmconform(['judge', join(out, 'trace.ndjson')]);
    expect(judged.code).not.toBe(2);
    expect(judged.stdout).toContain('interrupted');
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('ends in order at %s, in both roles', async (signal) => {
    const out = emptyFolder();
    const server = await badServer((socket) => socket.on('data', () => socket.write('HTTP/1.1 200')));
    const targets = {
      s: ['--server-url', server.url],
      c: ['--client-command', client('setInterval(() => {}, 1e6);')],
    };
    for (const [name, target] of Object.entries(targets)) {
      const run = start(['run', ...target, '--patience', '60s', '--out', join(out, name)], out);
      await begun(run);
      run.child.kill(signal);
      expect((await run.finished).code).toBe(130);
    }
    await server.close();
    for (const role of ['s', 'c'])
      expect(resultIn(join(out, role))).toMatchObject({ partial: 'interrupted', errors: [] });
    // Nobody waited to the end of the patience, so the record must not say so.
    expect(readFileSync(join(out, 'c', 'trace.ndjson'), 'utf8')).not.toContain('gave-up');
    expect(isRunning(latestClient)).toBe(false);
  });

  it('leaves no process behind when the suite ends at once, as at a second Ctrl-C', async () => {
    const module = new URL('../../dist/harness/targets/process-client.js', import.meta.url);
    const script = `import { ProcessClient } from ${JSON.stringify(module.href)};
      const bus = { id: () => 'p1', emit: () => undefined };
      const target = new ProcessClient({ command: 'sleep 4444 & sleep 4444; {server.url}', bus, drained: async () => undefined });
      await target.startSession('true', 'c1');
      process.exit(130);`;
    expect(spawnSync(process.execPath, ['--input-type=module', '-e', script]).status).toBe(130);
    await expect.poll(() => isRunning('sleep 4444')).toBe(false);
  });

  it('ends a run of its own accord, with its exit code, when nobody reads what it prints', async () => {
    const out = emptyFolder();
    const run = start(['run', '--client-command', client('process.exit(1)'), '--patience', '1s', '--out', out], out);
    run.child.stdout?.destroy();
    expect((await run.finished).code).toBe(3);
    expect(resultIn(out).exitCode).toBe(3);
  });

  it('ends at its time limit with exit code 4, or worse', async () => {
    const out = emptyFolder();
    const server = await badServer(() => undefined);
    const { code } = await dmconform(['run', '--server-url', server.url, '--timeout', '700ms', '--out', out]);
    await server.close();
    expect([3, 4]).toContain(code);
    expect(resultIn(out).partial).toContain('time limit');
  });

  it('leaves a trace that judge can read when the suite itself is killed', async () => {
    const out = emptyFolder();
    const run = start(['run', '--role', 'client', '--out', out], emptyFolder());
    const trace = join(out, 'trace.ndjson');
    await recorded(run, trace, 'scenario-end');
    run.child.kill('SIGKILL');
    await run.finished;
    const judged = await dmconform(['judge', trace, '--json']);
    expect(judged.code).toBe(4);
    expect(JSON.parse(judged.stdout)).toMatchObject({ source: 'trace', partial: expect.any(String) });
  });
});
