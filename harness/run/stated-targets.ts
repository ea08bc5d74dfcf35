import { createServer } from 'node:net';
import type { Implementation } from '../model/implementation.js';
import { placeholdersIn } from '../model/placeholders.js';
import { bridgeGateway } from '../targets/container-engine.js';
import { StatedClient } from '../targets/stated-client.js';
import { StatedServer } from '../targets/stated-server.js';
import type { AskPerson } from '../targets/steer-manual.js';
import { type Offered, Surroundings } from '../targets/surroundings.js';
import type { ClientTarget, ServerTarget } from '../targets/target.js';
import type { ClientLab } from './client-lab.js';
import type { RunContext } from './context.js';
import type { TlsFiles } from './tls-files.js';

/** An implementation by its statement. */
export interface StatedChoice {
  readonly kind: 'statement';
  readonly implementation: Implementation;
  /** The folder that the statement lies in. */
  readonly folder: string;
  /** A person who steers by hand. */
  readonly ask?: AskPerson;
  /** Whether nodes that every device has may be changed though the statement does not name them. */
  readonly destructive?: boolean;
}

/** Address at which the suite's own servers listen, and the name by which the client reaches it. */
export interface Network {
  readonly listen?: string;
  readonly advertise?: string;
}

/** Whether the statement names files or credentials that the suite makes for the run. */
export function wantsTlsFiles({ implementation }: StatedChoice): boolean {
  const own = implementation.account?.http !== undefined;
  return placeholdersIn(implementation.start).some(({ name }) => name.startsWith('tls.') || (!own && isPassword(name)));
}

/** The user and the password that the statement says, in place of those that the suite would make up. */
export function passwordOf(choice: { readonly kind: string }): { readonly http?: { user: string; password: string } } {
  const http = 'implementation' in choice ? (choice as StatedChoice).implementation.account?.http : undefined;
  return http === undefined ? {} : { http: { user: http.user, password: http.password } };
}

function isPassword(name: string): boolean {
  return name === 'account.user' || name === 'account.password';
}

export async function statedClient(
  { implementation, folder, ask, destructive }: StatedChoice,
  lab: ClientLab,
  { bus, patienceMs, lost }: RunContext,
  made: TlsFiles['values'] | undefined,
): Promise<ClientTarget> {
  const surroundings = await Surroundings.of(implementation, {
    'server.url': lab.serverUrl('fixed', ''),
    'repository.url': lab.origin('repository'),
    'pages.url': lab.origin('pages'),
    ...offeredBy(made),
  });
  const scenario = (): string | undefined => lab.claim('');
  const drained = (ms: number): Promise<void> => lab.drained(ms);
  return new StatedClient({
    implementation,
    folder,
    surroundings,
    bus,
    patienceMs,
    scenario,
    drained,
    ask,
    lost,
    destructive,
  });
}

export async function statedServer(
  { implementation, folder, ask }: StatedChoice,
  { bus, patienceMs, lost }: RunContext,
): Promise<ServerTarget> {
  const surroundings = await Surroundings.of(implementation);
  const [scenario, drained] = [() => undefined, () => Promise.resolve()];
  return new StatedServer({ implementation, folder, surroundings, bus, patienceMs, scenario, drained, ask, lost });
}

/** `{tls.ca}` and the like, without their braces; what the statement says of its account comes before it. */
function offeredBy(made: TlsFiles['values'] | undefined): Offered {
  const pairs = Object.entries(made ?? {}).map(([name, value]) => [name.slice(1, -1), value] as const);
  return Object.fromEntries(pairs);
}

/** Where the suite listens for a client: for one in a container, where containers reach this machine. */
export async function networkFor(choice: { readonly kind: string }): Promise<Network> {
  const container = 'implementation' in choice ? (choice as StatedChoice).implementation.start?.container : undefined;
  if (container === undefined || container.network === 'host') return {};
  const gateway = await bridgeGateway();
  if (gateway !== undefined && (await isOwnAddress(gateway))) return { listen: gateway };
  // An engine in a machine of its own leads that name to this machine's loopback.
  return { listen: '127.0.0.1', advertise: 'host.docker.internal' };
}

/** The interface of an engine's network need not be up before its first container is, so the list of interfaces does not tell. */
function isOwnAddress(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(0, address, () => server.close(() => resolve(true)));
  });
}
