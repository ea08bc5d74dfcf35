import { Client } from 'undici';

/** A container engine that answers, or why there is none. */
export type FoundEngine =
  | { readonly version: string; readonly where: string; readonly reason?: undefined }
  | { readonly reason: string; readonly version?: undefined };

const USUAL_SOCKET = '/var/run/docker.sock';
const PATIENCE_MS = 3000;

/** What the engine answers to one request of its API. @throws when it does not answer. */
async function ask(
  path: string,
  environment: NodeJS.ProcessEnv,
  method: 'GET' | 'DELETE' = 'GET',
): Promise<{ readonly status: number; readonly body: unknown }> {
  const client = clientFor(whereIs(environment));
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
  for (const id of await labelled(label, environment)) {
    const { body } = await ask(`/containers/${id}/json`, environment);
    const code = member(member(body, 'State'), 'ExitCode');
    if (typeof code === 'number' && member(member(body, 'State'), 'Running') === false) return code;
  }
  return undefined;
}

/** Removes the containers with that label, running or not. Never rejects. */
export async function removeLabelled(label: string, environment: NodeJS.ProcessEnv = process.env): Promise<void> {
  try {
    for (const id of await labelled(label, environment))
      await ask(`/containers/${id}?force=1&v=1`, environment, 'DELETE');
  } catch {
    // An engine that is gone holds none.
  }
}

async function labelled(label: string, environment: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  const { body } = await ask(`/containers/json?all=1&filters=${filters}`, environment);
  const all: readonly unknown[] = Array.isArray(body) ? body : [];
  return all.map((one) => member(one, 'Id')).filter((id) => typeof id === 'string');
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function whereIs({ DOCKER_HOST: named }: NodeJS.ProcessEnv): string {
  return named === undefined || named === '' ? `unix://${USUAL_SOCKET}` : named;
}

/** @throws when the address is of no kind that there is. */
function clientFor(where: string): Client {
  const limits = { headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS };
  if (where.startsWith('unix://')) {
    const connect = { timeout: PATIENCE_MS, socketPath: where.slice('unix://'.length) };
    return new Client('http://localhost', { ...limits, connect });
  }
  if (!where.startsWith('tcp://') || !URL.canParse(where)) throw new Error('neither unix://… nor tcp://…');
  return new Client(`http://${new URL(where).host}`, { ...limits, connect: { timeout: PATIENCE_MS } });
}
