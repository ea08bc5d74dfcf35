import { Client } from 'undici';

/** A container engine that answers, or why there is none. */
export type FoundEngine =
  | { readonly version: string; readonly where: string; readonly reason?: undefined }
  | { readonly reason: string; readonly version?: undefined };

const USUAL_SOCKET = '/var/run/docker.sock';
const PATIENCE_MS = 3000;
/** A busy engine takes its time to end and remove a container. */
const REMOVING_MS = 20_000;
const PAUSE_MS = 100;

/** What the engine answers to one request of its API. @throws when it does not answer. */
async function ask(
  path: string,
  environment: NodeJS.ProcessEnv,
  method: 'GET' | 'DELETE' = 'GET',
): Promise<{ readonly status: number; readonly body: unknown }> {
  const client = clientFor(whereIs(environment), method === 'DELETE' ? REMOVING_MS : PATIENCE_MS);
  try {
    const { statusCode, body } = await client.request({ method, path });
    return { status: statusCode, body: method === 'GET' ? await body.json() : await body.dump() };
  } finally {
    await client.destroy();
  }
}

/** Asks the engine that `DOCKER_HOST` names, else the one at the usual socket, for its version. Never rejects. */
export async function findEngine(environment: NodeJS.ProcessEnv = process.env): Promise<FoundEngine> {
  const where = whereIs(environment);
  try {
    const { status, body } = await ask('/version', environment);
    const version = member(body, 'Version');
    return typeof version === 'string'
      ? { version, where }
      : { reason: `no container engine at ${where}: it answered ${status}` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { reason: `no container engine answers at ${where} (${why})` };
  }
}

/** The address of this machine in the engine's own network, at which containers reach it; undefined where there is none. */
export async function bridgeGateway(environment: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  try {
    const { body } = await ask('/networks/bridge', environment);
    const configs = member(member(body, 'IPAM'), 'Config');
    const [config] = Array.isArray(configs) ? (configs as readonly unknown[]) : [];
    const [gateway, subnet] = [member(config, 'Gateway'), member(config, 'Subnet')];
    if (typeof gateway === 'string') return gateway;
    // Some engines tell the subnet alone; the machine has its first address then.
    return typeof subnet === 'string' && subnet.includes('.') ? subnet.replace(/\.\d+\/\d+$/, '.1') : undefined;
  } catch {
    return undefined;
  }
}

/** Exit code of the container with that label, when it has ended. @throws when the engine does not answer. */
export async function exitCodeOf(
  label: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<number | undefined> {
  for (const { id } of await labelled(label, environment)) {
    const { body } = await ask(`/containers/${id}/json`, environment);
    const code = member(member(body, 'State'), 'ExitCode');
    if (typeof code === 'number' && member(member(body, 'State'), 'Running') === false) return code;
  }
  return undefined;
}

/** Removes the containers with that label, running or not. Never rejects; false when the engine does not answer, or keeps one. */
export async function removeLabelled(label: string, environment: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  const until = performance.now() + REMOVING_MS;
  try {
    for (;;) {
      const found = await labelled(label, environment);
      if (found.length === 0) return true;
      if (performance.now() > until) return false;
      for (const { id } of found) await removeContainer(id, environment);
      // One that somebody else removes already is there for a moment yet.
      if ((await labelled(label, environment)).length > 0)
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  } catch {
    return false;
  }
}

/** Removes one container and its own volumes, running or not. @throws when the engine does not answer. */
export async function removeContainer(id: string, environment: NodeJS.ProcessEnv = process.env): Promise<void> {
  await ask(`/containers/${id}?force=1&v=1`, environment, 'DELETE');
}

export interface LabelledContainer {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly running: boolean;
}

/** The containers with that label (`key` or `key=value`), running or not. @throws when the engine does not answer. */
export async function labelled(
  label: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<readonly LabelledContainer[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  const { body } = await ask(`/containers/json?all=1&filters=${filters}`, environment);
  const all: readonly unknown[] = Array.isArray(body) ? body : [];
  return all.flatMap((one) => {
    const [id, labels] = [member(one, 'Id'), member(one, 'Labels')];
    if (typeof id !== 'string') return [];
    return [{ id, labels: (labels ?? {}) as Record<string, string>, running: member(one, 'State') === 'running' }];
  });
}

/** Whether there is no process of that number. */
export function hasGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** The address of the engine. */
export function whereIs({ DOCKER_HOST: named }: NodeJS.ProcessEnv): string {
  return named === undefined || named === '' ? `unix://${USUAL_SOCKET}` : named;
}

/** A connection to the engine. @param patienceMs for each answer; 0: any time. @throws when the address is of no kind that there is. */
export function clientFor(where: string, patienceMs = PATIENCE_MS): Client {
  const limits = { headersTimeout: patienceMs, bodyTimeout: patienceMs };
  if (where.startsWith('unix://')) {
    const connect = { timeout: PATIENCE_MS, socketPath: where.slice('unix://'.length) };
    return new Client('http://localhost', { ...limits, connect });
  }
  if (!where.startsWith('tcp://') || !URL.canParse(where)) throw new Error('neither unix://… nor tcp://…');
  return new Client(`http://${new URL(where).host}`, { ...limits, connect: { timeout: PATIENCE_MS } });
}
