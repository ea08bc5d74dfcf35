import { type ChildProcess, execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dmconform, emptyFolder, resultIn, start, verdicts } from './cli.js';

const BASE = 'debian:bookworm-slim';
const IMAGE = 'dmconform-boxed:latest';

/** A machine without an engine, or without the base image and a way to get it, cannot run containers. */
function canRunContainers(): boolean {
  const { status } = spawnSync('docker', ['image', 'inspect', BASE], { stdio: 'ignore', timeout: 10_000 });
  return status === 0;
}

const CLIENT = `
import json, os, threading, urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

def post(kind, body):
    request = urllib.request.Request(os.environ["SERVER"], json.dumps(body).encode(), {
        "Content-Type": "application/vnd.oma.dm.%s+json" % kind,
        "Accept": "application/vnd.oma.dm.request+json",
        "OMADM-DevID": "IMEI:004402990020434",
    })
    with urllib.request.urlopen(request) as response:
        return json.load(response)["CMD"]

def session():
    commands = post("initiation", {"Alert": [{"AlertType": "urn:oma:at:dm:2.0:ClientInitiatedMgmt"}]})
    while ["END"] not in commands:
        commands = post("response", {"Status": [{"sc": 501} for _ in commands]})

class Control(BaseHTTPRequestHandler):
    def do_POST(self):
        known = self.path == "/session"
        self.send_response(202 if known else 404)
        self.end_headers()
        if known:
            threading.Thread(target=session).start()
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

server = ThreadingHTTPServer(("", int(os.environ.get("PORT", "9000"))), Control)
print(open("/etc/greeting").read().strip(), flush=True)
server.serve_forever()
`;

function statement(more = ''): string {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'client.py'), CLIENT);
  writeFileSync(join(folder, 'greeting'), 'control ready');
  writeFileSync(
    join(folder, 'Dockerfile'),
    `FROM ${BASE}\nCOPY client.py /client.py\nENTRYPOINT ["python3", "-u", "/client.py"]\n`,
  );
  const text = `name: boxed
role: client
start:
  container:
    dockerfile: Dockerfile
    env: { SERVER: "{server.url}" }
    files: [ { from: greeting, to: /etc/greeting } ]
    ports: [9000]
    ready: control ready
${more}control: { http: "http://127.0.0.1:{container.port.9000}" }
patience: 3s
`;
  writeFileSync(join(folder, 'implementation.yaml'), text);
  return folder;
}

const containers = (): string =>
  execFileSync('docker', ['ps', '-a', '-q', '--filter', `ancestor=${IMAGE}`])
    .toString()
    .trim();

describe.skipIf(!canRunContainers())('a client in a container', () => {
  it.each([
    ['in the network of the engine', ''],
    ['with a healthcheck', '    healthcheck: { command: [python3, --version], interval: 500ms, retries: 5 }\n'],
  ])('is reached and reaches the suite, %s; nothing is left', async (_, more) => {
    const folder = statement(more);
    const { code } = await dmconform(['run', '--target', folder, '--only', 'SES-01,PKG-09', '--out', folder]);
    expect([code, verdicts(resultIn(folder))]).toEqual([0, { 'SES-01': 'pass', 'PKG-09': 'pass' }]);
    expect(readFileSync(join(folder, 'trace.ndjson'), 'utf8')).toContain('control ready');
    expect(containers()).toBe('');
  });

  it.each([
    ['in the network of the engine', 'ports: [9000]', '{container.port.9000}'],
    ['in the network of this machine', 'network: host', '{controlPort}'],
  ])('comes from an image that is there, too, and is reached %s', async (_, network, port) => {
    const folder = statement();
    const inside = port === '{controlPort}' ? port : '9000';
    const word = `word-${process.pid}-${inside.length}`;
    writeFileSync(
      join(folder, 'implementation.yaml'),
      `name: from-image
role: client
start:
  container:
    image: ${BASE}
    command: [python3, -u, /client.py, ${word}]
    env: { SERVER: "{server.url}", PORT: "${inside}" }
    files: [ { from: greeting, to: /etc/greeting }, { from: client.py, to: /client.py } ]
    ready: control ready
    ${network}
control: { http: "http://127.0.0.1:${port}" }
patience: 3s
`,
    );
    const { code } = await dmconform(['run', '--target', folder, '--only', 'SES-01,PKG-09', '--out', folder]);
    expect([code, verdicts(resultIn(folder))]).toEqual([0, { 'SES-01': 'pass', 'PKG-09': 'pass' }]);
    const all = execFileSync('docker', ['ps', '--all', '--no-trunc', '--format', '{{.Command}}']).toString();
    expect(all).not.toContain(word);
  });

  it('names an image that there is not', async () => {
    const folder = statement();
    const text = readFileSync(join(folder, 'implementation.yaml'), 'utf8');
    const image = 'image: "127.0.0.1:9/no/such/image:1"';
    writeFileSync(join(folder, 'implementation.yaml'), text.replace('dockerfile: Dockerfile', image));
    const { code } = await dmconform(['run', '--target', folder, '--only', 'SES-01', '--out', folder]);
    expect([code, resultIn(folder).errors.join()]).toEqual([
      3,
      expect.stringMatching(
        /^TARGET_UNREACHABLE: its container of 127\.0\.0\.1:9\/no\/such\/image:1 could not be started/,
      ),
    ]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGKILL', null],
  ] as const)('leaves nothing behind after %s, and a trace that can be judged', async (signal, code) => {
    const folder = statement();
    const run = start(['run', '--target', folder, '--out', folder], folder);
    await recorded(run.child, join(folder, 'trace.ndjson'), 'initiation');
    run.child.kill(signal);
    expect((await run.finished).code).toBe(code);
    await expect.poll(containers, { timeout: 15_000 }).toBe('');
    expect((await dmconform(['judge', join(folder, 'trace.ndjson')])).code).not.toBe(2);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGKILL', null],
  ] as const)('whose session is a command that starts it goes by its label after %s', async (signal, code) => {
    const folder = emptyFolder();
    const word = `1000.${process.pid}${signal.length}`;
    writeFileSync(
      join(folder, 'implementation.yaml'),
      `name: by-command
role: client
start:
  process:
    command: "exec docker run --rm --label {container.label} --env SERVER={server.url} ${BASE} sleep ${word}"
    per: session
patience: 60s
`,
    );
    const isThere = (): boolean =>
      execFileSync('docker', ['ps', '--all', '--no-trunc', '--format', '{{.Command}}']).toString().includes(word);
    const run = start(['run', '--target', folder, '--out', folder], folder);
    await expect.poll(isThere, { timeout: 60_000 }).toBe(true);
    run.child.kill(signal);
    expect((await run.finished).code).toBe(code);
    await expect.poll(isThere, { timeout: 15_000 }).toBe(false);
  });

  it('one that ends by itself is quoted', async () => {
    const folder = statement();
    writeFileSync(join(folder, 'greeting'), 'no licence');
    writeFileSync(join(folder, 'client.py'), 'print("no licence"); raise SystemExit(4)');
    const { code } = await dmconform(['run', '--target', folder, '--only', 'SES-01', '--out', folder]);
    expect([code, resultIn(folder).errors.join()]).toEqual([
      3,
      expect.stringMatching(/ended with code 4 and said "no licence"/),
    ]);
    expect(containers()).toBe('');
  });
});

/** Resolves when the trace tells of it. */
async function recorded(child: ChildProcess, trace: string, what: string): Promise<void> {
  const told = (): boolean => existsSync(trace) && readFileSync(trace, 'utf8').includes(what);
  while (child.exitCode === null && !told()) await new Promise((resolve) => setTimeout(resolve, 20));
}

it('without an engine a container target ends with 3 and says so', async () => {
  const folder = statement();
  const before = process.env.DOCKER_HOST;
  process.env.DOCKER_HOST = 'unix:///no/such/socket';
  const { code } = await dmconform(['run', '--target', folder, '--out', folder]);
  if (before === undefined) delete process.env.DOCKER_HOST;
  else process.env.DOCKER_HOST = before;
  expect([code, resultIn(folder).errors.join()]).toEqual([
    3,
    expect.stringMatching(/needs a container engine: no container engine answers at unix:\/\/\/no/),
  ]);
});
