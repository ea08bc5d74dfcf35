// Outlives the suite for a moment: when the suite is gone, however it went, what it had started and not yet ended is ended here.
// Lines on standard input: `+p <pid>` a process group, `-p <pid>` it has ended, `+l <label>` containers with this label.
import { request } from 'node:http';
import { createInterface } from 'node:readline';

/** Asks the container engine; resolves with the answer's text, or undefined. */
function engine(method: string, path: string): Promise<string | undefined> {
  const named = process.env.DOCKER_HOST ?? '';
  const tcp = named.startsWith('tcp://') ? new URL(named.replace('tcp:', 'http:')) : undefined;
  const socketPath = named.startsWith('unix://') ? named.slice('unix://'.length) : '/var/run/docker.sock';
  const to = tcp === undefined ? { socketPath } : { host: tcp.hostname, port: tcp.port };
  return new Promise((resolve) => {
    const asked = request({ ...to, method, path, timeout: 5000 }, (response) => {
      let text = '';
      response.on('data', (piece: Buffer) => {
        text += piece.toString('utf8');
      });
      response.once('close', () => resolve(text));
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(undefined));
    asked.end();
  });
}

async function removeContainers(label: string): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  const listed = await engine('GET', `/containers/json?all=1&filters=${filters}`);
  const containers: unknown = listed === undefined ? [] : JSON.parse(listed);
  for (const container of Array.isArray(containers) ? containers : []) {
    const id: unknown = (container as { readonly Id?: unknown }).Id;
    if (typeof id === 'string') await engine('DELETE', `/containers/${id}?force=1&v=1`);
  }
}

const groups = new Set<number>();
const labels = new Set<string>();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
for await (const line of createInterface({ input: process.stdin })) {
  const [what, name = ''] = line.split(' ');
  if (what === '+p') groups.add(Number(name));
  else if (what === '-p') groups.delete(Number(name));
  else if (what === '+l') labels.add(name);
}
for (const group of groups) {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // It is gone.
  }
}
// Twice: one that was being made when the suite ended is there only now.
for (const pause of [0, 1500]) {
  if (labels.size > 0) await new Promise((resolve) => setTimeout(resolve, pause));
  for (const label of labels) await removeContainers(label).catch(() => undefined);
}
