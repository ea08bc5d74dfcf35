import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';

const READY_MS = 10_000;
const END = '{"CMD":[["END"]]}';
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Type: application/vnd.oma.dm.request+json\r\nContent-Length: ${END.length}\r\n\r\n${END}`;

/** `openssl s_server`, which answers whatever request comes with a #2 that has END alone. */
export interface OpensslServer {
  readonly url: string;
  /** All that it printed: what the client sent, and what it says of the connection. */
  printed(): string;
  close(): Promise<void>;
}

/** @throws Error when there is no openssl on this machine, or it does not listen: a test that needs it must not pass without it. */
export async function opensslServer(args: readonly string[]): Promise<OpensslServer> {
  const port = await freePort();
  const child: ChildProcess = spawn('openssl', ['s_server', '-accept', `127.0.0.1:${port}`, ...args]);
  let text = '';
  const ready = new Promise<void>((resolve, reject) => {
    child.once('error', () =>
      reject(new Error('this test needs the program openssl (the Debian package of that name)')),
    );
    child.once('exit', () => reject(new Error(`openssl s_server ended: ${text}`)));
    setTimeout(() => reject(new Error(`openssl s_server does not listen: ${text}`)), READY_MS).unref();
    const take = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (text.includes('ACCEPT')) resolve();
      if (chunk.includes('"Alert"')) child.stdin?.write(ANSWER);
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
  });
  await ready;
  return {
    url: `https://127.0.0.1:${port}/dm`,
    printed: () => text,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
