import { ConformError } from '../model/errors.js';
import type { Implementation } from '../model/implementation.js';
import type { Role } from '../model/verdict.js';
import type { EventBus } from '../recorder/bus.js';
import { startEmbeddedClient, startEmbeddedServer } from '../reference/embedded.js';
import type { ClientHooks, ServerHooks } from '../reference/hooks.js';
import { DEFAULT_SENDER } from '../reference/server-notifications.js';
import { CertificateAuthority } from '../run/certificates.js';
import { newCredentials } from '../run/run-credentials.js';
import { type StatedChoice, wantsTlsFiles } from '../run/stated-targets.js';
import { TlsFiles } from '../run/tls-files.js';
import { EmbeddedClient, EmbeddedServer } from '../targets/embedded.js';
import { StatedClient } from '../targets/stated-client.js';
import { StatedServer } from '../targets/stated-server.js';
import { type Offered, Surroundings } from '../targets/surroundings.js';
import type { ClientTarget, ServerTarget } from '../targets/target.js';

/** An implementation of the matrix: the reference peer, in this process, or one by its statement. */
export type PeerChoice =
  | {
      readonly kind: 'reference';
      /** What makes it a deviant (the suite's own tests). */
      readonly clientHooks?: ClientHooks;
      readonly serverHooks?: ServerHooks;
    }
  | StatedChoice;

export interface Peer {
  readonly role: Role;
  /** Unique among those of its role. */
  readonly label: string;
  readonly choice: PeerChoice;
}

export interface OpenOptions {
  readonly bus: EventBus;
  readonly patienceMs: number;
  /** Token of the session that is under way. */
  readonly scenario: () => string | undefined;
  /** Resolves when the client has no connection open, or after that many milliseconds. */
  readonly drained: (ms: number) => Promise<void>;
}

/** What the reference server, and the statement of any other, says of the account. */
export function accountOf({ choice }: Peer): Pick<Implementation, 'account' | 'devices'> {
  if (choice.kind === 'statement') return choice.implementation;
  const { serverId: serverID, credentials: notification } = DEFAULT_SENDER;
  return { account: { serverID, notification } };
}

export async function openServer({ choice, label }: Peer, options: OpenOptions): Promise<ServerTarget> {
  if (choice.kind === 'reference' || choice.implementation.start?.embedded === true) {
    const hooks = choice.kind === 'reference' ? choice.serverHooks : undefined;
    const peer = await startEmbeddedServer(hooks === undefined ? {} : { hooks });
    return new EmbeddedServer(peer, label, options.patienceMs);
  }
  const { implementation, folder } = choice;
  const surroundings = await Surroundings.of(implementation);
  const server = { scenario: () => undefined, drained: () => Promise.resolve() };
  return new StatedServer({
    ...options,
    ...server,
    implementation: anyOperation(implementation),
    folder,
    surroundings,
  });
}

/** The client, and what ends with it. */
export interface OpenedClient {
  readonly target: ClientTarget;
  readonly secrets: readonly string[];
  close(): Promise<void>;
}

/** @param implementation the client's statement as it was agreed on with the server; left out for the reference client, which takes the server's account. */
export async function openClient(
  { choice, label }: Peer,
  offered: Offered & { readonly 'server.url': string },
  options: OpenOptions,
  { implementation, server }: { readonly implementation: Implementation | undefined; readonly server: Peer },
): Promise<OpenedClient> {
  if (choice.kind === 'reference' || implementation === undefined || implementation.start?.embedded === true) {
    const { account } = accountOf(server);
    const hooks = choice.kind === 'reference' ? choice.clientHooks : undefined;
    const peer = await startEmbeddedClient({
      serverUrl: offered['server.url'],
      browser: 'loader',
      ...(hooks === undefined ? {} : { hooks }),
      ...(account === undefined ? {} : { client: { account: accountFor(account) } }),
    });
    const target = new EmbeddedClient(peer, label, options.patienceMs, {}, account?.serverID);
    return { target, secrets: [], close: () => target.close() };
  }
  const { folder } = choice;
  const files = wantsTlsFiles({ kind: 'statement', implementation, folder }) ? await madeFiles() : undefined;
  const values = Object.entries(files?.values ?? {}).map(([name, value]) => [name.slice(1, -1), value] as const);
  const surroundings = await Surroundings.of(implementation, { ...Object.fromEntries(values), ...offered });
  const target = new StatedClient({ ...options, implementation: anyOperation(implementation), folder, surroundings });
  return {
    target,
    secrets: files === undefined ? [] : [files.values['{account.password}'], files.values['{tls.pskKey}']],
    close: async () => {
      await target.close();
      files?.close();
    },
  };
}

function accountFor({ serverID, notification }: NonNullable<Implementation['account']>) {
  return { serverId: serverID, ...(notification === undefined ? {} : { notification }) };
}

async function madeFiles(): Promise<TlsFiles> {
  const authority = await CertificateAuthority.create();
  return new TlsFiles(undefined, authority.ca, await newCredentials(authority));
}

/** Operations that the statement does not name are tried all the same: what is missing is made sure of, not believed. */
function anyOperation(implementation: Implementation): Implementation {
  const { control } = implementation;
  if (control?.operations === undefined) return implementation;
  const { operations: _named, ...rest } = control;
  return { ...implementation, control: rest };
}

/** @throws ConformError USAGE for a statement of the other role. */
export function checkRole(role: Role, { implementation }: StatedChoice, path: string): void {
  if (implementation.role === role) return;
  throw new ConformError('USAGE', `the statement is that of a DM ${implementation.role}`, {
    subject: path,
    found: `role: ${implementation.role} among the ${role}s`,
    expected: `role: ${role}`,
  });
}
