import { Ajv2020 } from 'ajv/dist/2020.js';
import { type CheckedYaml, readCheckedYaml, type YamlText, yamlMisfit } from './checked-yaml.js';
import type { ConformError } from './errors.js';
import { placeholdersIn } from './placeholders.js';
import { IMPLEMENTATION_SCHEMA, ROLE_OPERATIONS } from './schemas/implementation.js';
import type { Nodes, Supports } from './statement.js';
import type { Role } from './verdict.js';

/** A shell command, or a program and its arguments; both with placeholders. */
export type CommandLine = string | readonly string[];
type Environment = Readonly<Record<string, string | number | boolean>>;

/** How one sees that an implementation is up. A bare text is a line on its standard output. */
export type Ready =
  | string
  | { readonly line: string; readonly http?: undefined; readonly port?: undefined }
  | { readonly http: string; readonly line?: undefined; readonly port?: undefined }
  | { readonly port: string | number; readonly line?: undefined; readonly http?: undefined };

export interface ProcessStart {
  /** Relative to the statement's own folder; default that folder. */
  readonly cwd?: string;
  readonly command: CommandLine;
  readonly env?: Environment;
  /** `run`: one process for the whole run; `session`: starting it is opening a session. */
  readonly per?: 'run' | 'session';
  readonly ready?: Ready;
  /** How long it may take to get ready. */
  readonly within?: string;
}

export interface ContainerStart {
  readonly image?: string;
  /** Relative to the statement's own folder, as `context` is; default context: the folder of the Dockerfile. */
  readonly dockerfile?: string;
  readonly context?: string;
  readonly command?: readonly string[];
  readonly env?: Environment;
  /** Ports inside the container that the suite must reach; `{container.port.<number>}` is where. */
  readonly ports?: readonly number[];
  readonly files?: readonly { readonly from: string; readonly to: string }[];
  readonly network?: 'bridge' | 'host';
  readonly healthcheck?: { readonly command: readonly string[]; readonly interval?: string; readonly retries?: number };
  readonly ready?: Ready;
  readonly within?: string;
}

export interface Start {
  readonly embedded?: true;
  readonly url?: string;
  readonly process?: ProcessStart;
  readonly container?: ContainerStart;
}

export interface Control {
  readonly http?: string;
  /** By operation; `any` serves those that are not named, with the operation as `{operation}`. */
  readonly commands?: Readonly<Record<string, CommandLine>>;
  /** A person at the terminal is asked to do it. */
  readonly manual?: true;
  /** The operations that there are; left out, the suite finds out. */
  readonly operations?: readonly string[];
}

export interface StatedPassword {
  readonly user: string;
  readonly password: string;
}

export interface StatedPsk {
  readonly identity: string;
  /** Hexadecimal. */
  readonly key: string;
}

export interface Account {
  readonly serverID: string;
  readonly http?: StatedPassword & { readonly scheme?: 'basic' | 'digest' };
  readonly notification?: {
    readonly secret: string;
    readonly data: string;
    readonly version?: number;
    readonly timestampWindowSeconds?: number;
  };
}

/** A device that a server under test knows. */
export interface KnownDevice extends Partial<StatedPassword> {
  readonly id: string;
  /** Files with a certificate and its key, PEM. */
  readonly cert?: string;
  readonly key?: string;
  readonly psk?: StatedPsk;
}

/** `implementation.yaml` (design: implementation statement), secrets and placeholders as they stand there. */
export interface Implementation {
  readonly name: string;
  readonly vendor?: string;
  readonly version?: string;
  readonly role: Role;
  readonly start?: Start;
  readonly control?: Control;
  readonly supports?: Supports & { readonly commands?: readonly string[] };
  readonly account?: Account;
  readonly device?: { readonly id: string };
  readonly devices?: readonly KnownDevice[];
  readonly nodes?: Partial<Nodes>;
  readonly notifications?: { readonly udp?: string; readonly http?: string };
  readonly endpoint?: string;
  readonly secureEndpoint?: string;
  readonly repository?: string;
  readonly pages?: string;
  readonly decisions?: Readonly<Record<string, string>>;
  readonly patience?: string;
  readonly timeouts?: { readonly package?: string };
  readonly knownIssues?: string;
}

const CODE = 'STATEMENT_INVALID';
const OF_CLIENTS = ['nodes', 'notifications', 'timeouts', 'device'] as const;
const OF_SERVERS = ['endpoint', 'secureEndpoint', 'repository', 'pages', 'devices'] as const;

type Place = readonly (string | number)[];
type Misfit = (path: Place, found: string, expected: string) => ConformError;

/**
 * Reads an implementation statement.
 * @throws ConformError STATEMENT_INVALID, naming file, line, key, what was found and what was expected.
 */
export function readImplementation(source: YamlText): Implementation {
  const validate = new Ajv2020({ verbose: true, allowUnionTypes: true }).compile<Implementation>(IMPLEMENTATION_SCHEMA);
  const checked = readCheckedYaml(source, validate, CODE);
  const misfit: Misfit = (path, found, expected) =>
    yamlMisfit(CODE, { path: source.path, line: checked.lineOf(path), key: path.join('.') }, found, expected);
  checkRole(checked.value, misfit);
  checkStart(checked.value, misfit);
  checkControl(checked.value, misfit);
  checkPlaceholders(checked, misfit);
  return checked.value;
}

function checkRole(stated: Implementation, misfit: Misfit): void {
  const foreign = (stated.role === 'client' ? OF_SERVERS : OF_CLIENTS).find((key) => stated[key] !== undefined);
  if (foreign !== undefined) {
    const other = stated.role === 'client' ? 'server' : 'client';
    throw misfit([foreign], `role: ${stated.role}`, `that key in the statement of a DM ${other} only`);
  }
  if (
    stated.role === 'server' &&
    stated.endpoint === undefined &&
    stated.start?.url === undefined &&
    !isEmbedded(stated)
  )
    throw misfit(['endpoint'], 'no such key', 'where #1 goes, for example "http://127.0.0.1:{port}/dm"');
}

function isEmbedded({ start }: Implementation): boolean {
  return start?.embedded === true;
}

function checkStart({ role, start, control }: Implementation, misfit: Misfit): void {
  if (start === undefined && role === 'client' && control === undefined)
    throw misfit(['start'], 'neither start nor control', 'how the client is started, or how one that runs is steered');
  if (start?.url !== undefined && role === 'client')
    throw misfit(
      ['start', 'url'],
      start.url,
      'process or container; a client has no address (one that runs already needs `control` alone)',
    );
  if (role === 'server' && start?.process?.per === 'session')
    throw misfit(['start', 'process', 'per'], 'session', 'run: a server lives through all sessions');
  const { process: program } = start ?? {};
  if (role === 'client' && program?.per === 'session' && !mentions(program, 'server.url'))
    throw misfit(
      ['start', 'process', 'command'],
      'no {server.url}',
      'a command that says where the server is: {server.url}',
    );
  if (program !== undefined && Array.isArray(program.command) && program.command.length === 0)
    throw misfit(['start', 'process', 'command'], 'an empty list', 'a program');
}

function mentions({ command, env }: ProcessStart, placeholder: string): boolean {
  return placeholdersIn({ command, env }).some(({ name }) => name === placeholder);
}

function checkControl({ role, control }: Implementation, misfit: Misfit): void {
  const known: readonly string[] = ROLE_OPERATIONS[role];
  const stranger = control?.operations?.find((name) => !known.includes(name));
  if (stranger !== undefined)
    throw misfit(['control', 'operations'], stranger, `operations of a DM ${role}: ${known.join(', ')}`);
  const commands = Object.keys(control?.commands ?? {});
  const misplaced = commands.find((name) => name !== 'any' && !known.includes(name));
  if (misplaced !== undefined)
    throw misfit(['control', 'commands', misplaced], misplaced, `operations of a DM ${role}: ${known.join(', ')}`);
  if (control?.http !== undefined && !/^https?:\/\//.test(control.http))
    throw misfit(['control', 'http'], control.http, 'an http URL, for example "http://127.0.0.1:{controlPort}"');
}

/** Only these hold placeholders; braces elsewhere are just braces. */
export const PLACEHOLDERS_FILLED = [
  'start',
  'control',
  'notifications',
  'endpoint',
  'secureEndpoint',
  'repository',
  'pages',
] as const;

function checkPlaceholders({ value }: CheckedYaml<Implementation>, misfit: Misfit): void {
  for (const key of PLACEHOLDERS_FILLED) {
    const stranger = placeholdersIn(value[key], [key]).find(({ name }) => !PLACEHOLDER.test(name));
    if (stranger !== undefined)
      throw misfit(stranger.path, `{${stranger.name}}`, `one of ${PLACEHOLDER_NAMES.join(' ')}`);
  }
}

/** What the suite fills in (design: templates). */
export const PLACEHOLDER_NAMES = [
  ...['{server.url}', '{repository.url}', '{pages.url}', '{port}', '{controlPort}', '{notificationPort}', '{stateDir}'],
  ...['{host}', '{operation}', '{device.id}', '{account.…}', '{tls.…}', '{container.port.…}', '{container.label}'],
] as const;
const PLACEHOLDER =
  /^((server|repository|pages)\.url|host|port|controlPort|notificationPort|stateDir|operation|device\.id|account\.(serverID|user|password|secret|data)|tls\.\w+|container\.(label|port\.\d+))$/;
