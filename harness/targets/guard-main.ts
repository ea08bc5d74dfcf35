// Outlives the suite for a moment: when the suite is gone, however it went, what it had started and not yet ended is ended here.
// Lines on standard input: `+s <variable>` a process is about to be started with this in its environment, `-s <variable>` it was, or could not be;
// `+p <pid>` a process group, `-p <pid>` it has ended; `+l <label>` a container with this label is about to be made, `=l <label>`
// no more is being made, `-l <label>` there are none any more.
import { readdir, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createInterface } from 'node:readline';

/** How long an engine that does not answer may take to be back. */
const ENGINE_BACK_MS = 120_000;
/** How long a container may take to be there that was being made when the suite ended. */
const MAKING_MS = 10_000;
const PAUSE_MS = 250;
/** How long a process may take from being made to being what it is to be. */
const STARTING_MS = 5000;

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

/** How many containers with that label there were, and were asked to go; undefined when the engine does not answer. */
async function removeContainers(label: string): Promise<number | undefined> {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  const listed = await engine('GET', `/containers/json?all=1&filters=${filters}`);
  const containers = listed === undefined ? undefined : parsed(listed);
  if (!Array.isArray(containers)) return undefined;
  for (const container of containers as readonly { readonly Id?: unknown }[])
    if (typeof container.Id === 'string') await engine('DELETE', `/containers/${container.Id}?force=1&v=1`);
  return containers.length;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Removes them until there are none: at once, or when the engine is back; those that are being made, when they are there. */
async function clear(label: string, making: boolean): Promise<void> {
  const last = performance.now() + ENGINE_BACK_MS;
  let until = last;
  let answered = false;
  let met = false;
  do {
    const count = await removeContainers(label);
    // What was asked of an engine before it was killed is there when it is back, or never.
    if (count !== undefined && !answered) until = Math.min(performance.now() + MAKING_MS, last);
    answered = count !== undefined;
    if (!answered) until = last;
    met ||= (count ?? 0) > 0;
    if (count === 0 && (met || !making)) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  } while (performance.now() < until);
}

/** Ends one whose id the suite did not come to tell. It may be about to become what it is to be, so it is looked for more than once. */
async function endStarting(variable: string): Promise<void> {
  for (const until = performance.now() + STARTING_MS; performance.now() < until; ) {
    const found = await startedWith(variable);
    for (const pid of found) end(pid);
    if (found.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** Leaders of the groups whose processes have it in their environment; none where no /proc tells. */
async function startedWith(variable: string): Promise<readonly number[]> {
  const all = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    all.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      if (!environment.split('\0').includes(variable)) return [];
      const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
      const group = Number(/.*\) \S+ \d+ (\d+)/.exec(stat)?.[1]);
      return group > 1 ? [group] : [];
    }),
  );
  return [...new Set(found.flat())];
}

function end(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

const groups = new Set<number>();
const spawning = new Set<string>();
/** Whether one is being made with it. */
const labels = new Map<string, boolean>();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
for await (const line of createInterface({ input: process.stdin })) {
  const [what, name = ''] = line.split(' ');
  if (what === '+s') spawning.add(name);
  else if (what === '-s') spawning.delete(name);
  else if (what === '+p') groups.add(Number(name));
  else if (what === '-p') groups.delete(Number(name));
  else if (what === '+l' || what === '=l') labels.set(name, what === '+l');
  else if (what === '-l') labels.delete(name);
}
for (const group of groups) end(group);
await Promise.all([...[...labels].map(([label, making]) => clear(label, making)), ...[...spawning].map(endStarting)]);
