import { Client } from 'undici';

/** A container engine that answers, or why there is none. */
export type FoundEngine =
  | { readonly version: string; readonly where: string; readonly reason?: undefined }
  | { readonly reason: string; readonly version?: undefined };

const USUAL_SOCKET = '/var/run/docker.sock';
const PATIENCE_MS = 3000;

/** Asks the engine that `DOCKER_HOST` names, else the one at the usual socket, for its version. Never rejects. */
export async function findEngine(environment: NodeJS.ProcessEnv = process.env): Promise<FoundEngine> {
  const named = environment.DOCKER_HOST;
  const where = named === undefined || named === '' ? `unix://${USUAL_SOCKET}` : named;
  const client = clientFor(where);
  if (client === undefined) return { reason: `DOCKER_HOST is ${where}, which is neither unix://… nor tcp://…` };
  try {
    const { statusCode, body } = await client.request({ method: 'GET', path: '/version' });
    const told: unknown = await body.json();
    const version = typeof told === 'object' && told !== null && 'Version' in told ? String(told.Version) : undefined;
    if (statusCode !== 200 || version === undefined)
      return { reason: `no container engine at ${where}: it answered ${statusCode}` };
    return { version, where };
  } catch (error) {
    return {
      reason: `no container engine answers at ${where} (${error instanceof Error ? error.message : String(error)})`,
    };
  } finally {
    await client.destroy();
  }
}

function clientFor(where: string): Client | undefined {
  const limits = { headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS, connect: { timeout: PATIENCE_MS } };
  if (where.startsWith('unix://'))
    return new Client('http://localhost', {
      ...limits,
      connect: { timeout: PATIENCE_MS, socketPath: where.slice('unix://'.length) },
    });
  if (!where.startsWith('tcp://') || !URL.canParse(where)) return undefined;
  return new Client(`http://${new URL(where).host}`, limits);
}
