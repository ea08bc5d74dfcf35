import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { type Command, Option } from 'commander';
import { stringify } from 'yaml';
import { ConformError } from '../harness/model/errors.js';
import { readImplementation } from '../harness/model/implementation.js';
import { writeOutput } from './output.js';
import { STATEMENT_FILE } from './read-statement.js';

interface InitFlags {
  readonly name?: string;
  readonly vendor?: string;
  readonly role?: 'client' | 'server';
  readonly command?: string;
  readonly url?: string;
  readonly image?: string;
  readonly per?: 'run' | 'session';
  readonly ready?: string;
  readonly control?: string;
  readonly out: string;
  readonly force?: boolean;
}

type Answers = Omit<InitFlags, 'out' | 'force'>;

export function defineInit(program: Command): void {
  program
    .command('init')
    .description('write an implementation statement, from options or by asking')
    .option('--name <name>', 'of the implementation')
    .option('--vendor <name>', 'who makes it')
    .addOption(new Option('--role <role>', 'which role it has').choices(['client', 'server']))
    .option('--command <command>', 'shell command that starts it; {server.url}, {port}, {controlPort} are filled in')
    .option('--url <url>', 'server: where #1 goes; {port} stands for a free port')
    .option('--image <image>', 'container image, instead of a command')
    .addOption(
      new Option('--per <what>', 'client: one process for each session, or for the whole run').choices([
        'run',
        'session',
      ]),
    )
    .option('--ready <line>', 'line that it prints when it is up')
    .option('--control <url>', 'where its control protocol is served, if it has one')
    .option('--out <file>', 'the file to write', STATEMENT_FILE)
    .option('--force', 'write over a file that is there')
    .action(async (flags: InitFlags) => {
      await init(flags);
    });
}

async function init(flags: InitFlags): Promise<void> {
  const { out, force } = flags;
  if (existsSync(out) && force !== true) {
    throw new ConformError('USAGE', 'the file is there already', {
      subject: out,
      found: 'a file',
      expected: 'none',
      remedy: '--force writes over it',
    });
  }
  const text = statementText(await completed(flags));
  // What is written can be read: a mistake in the answers shows here, with its line.
  readImplementation({ path: out, text });
  writeOutput(
    dirname(out),
    out.slice(dirname(out) === '.' && !out.startsWith('./') ? 0 : dirname(out).length + 1),
    text,
  );
  process.stdout.write(`wrote ${out}\nnext: dmconform check ${out}, then dmconform run --target ${out}\n`);
}

/** Asks for what is missing, on a terminal. @throws ConformError USAGE elsewhere. */
async function completed(flags: InitFlags): Promise<Answers> {
  const missing = [
    ...(flags.role === undefined ? ['--role'] : []),
    ...(flags.name === undefined ? ['--name'] : []),
    ...(flags.role === 'server' && flags.url === undefined ? ['--url'] : []),
    ...(flags.role === 'client' && (flags.command ?? flags.image ?? flags.control) === undefined ? ['--command'] : []),
  ];
  if (missing.length === 0) return flags;
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new ConformError('USAGE', 'not enough is said for a statement, and nobody can be asked', {
      found: `no ${missing.join(', no ')}`,
      expected: 'for example --name acme --role client --command "acme --server {server.url}"',
    });
  }
  return await asked(flags);
}

async function asked(flags: InitFlags): Promise<Answers> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const ask = async (question: string, given: string | undefined): Promise<string | undefined> => {
    if (given !== undefined) return given;
    const answer = (await terminal.question(`${question}: `)).trim();
    return answer === '' ? undefined : answer;
  };
  try {
    const role = (await ask('DM Client or DM Server (client, server)', flags.role)) === 'server' ? 'server' : 'client';
    const name = (await ask('Name, one word', flags.name)) ?? 'implementation';
    const vendor = await ask('Vendor (empty: none)', flags.vendor);
    const hint =
      role === 'client' ? '{server.url} is where its server is' : '{port} is a free port; empty: it runs already';
    const command = await ask(`Command that starts it (${hint})`, flags.command);
    const url =
      role === 'server' ? await ask('Where #1 goes, for example http://127.0.0.1:{port}/dm', flags.url) : undefined;
    const control = await ask(
      'Control protocol, for example http://127.0.0.1:{controlPort} (empty: none)',
      flags.control,
    );
    const ready =
      command === undefined ? undefined : await ask('Line that it prints when it is up (empty: none)', flags.ready);
    return { role, name, ...kept({ vendor, command, url, control, ready, image: flags.image, per: flags.per }) };
  } finally {
    terminal.close();
  }
}

function kept<T extends object>(values: T): Partial<{ [K in keyof T]: NonNullable<T[K]> }> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<{
    [K in keyof T]: NonNullable<T[K]>;
  }>;
}

/** The statement, and below it what else it may say, as comments. */
function statementText({
  name = '',
  vendor,
  role = 'client',
  command,
  url,
  image,
  per,
  ready,
  control,
}: Answers): string {
  const program = command === undefined ? undefined : { command, ...kept({ per, ready }) };
  const start = image !== undefined ? { container: { image, ...kept({ ready }) } } : program && { process: program };
  const value = {
    name,
    ...kept({ vendor }),
    role,
    ...(start === undefined ? {} : { start }),
    ...(control === undefined ? {} : { control: { http: control } }),
    ...kept({ endpoint: role === 'server' ? url : undefined }),
  };
  return `# Implementation statement: what the suite must know of an implementation under test. All that is below the role is optional.\n${stringify(value)}\n${role === 'client' ? CLIENT_HINTS : SERVER_HINTS}`;
}

const HINTS = `# What it supports; left out, what every implementation must support counts, and the rest is judged when it is seen.
# supports:
#   commands: [HGET, HPUT, HPOST, DELETE, EXEC, GET, CONT, END]
#   notification: [SERVER-ID, PREFERRED-CON-TYPE, REQ-MOS]
# account:
#   serverID: dm.example.com
#   notification: { secret: "…", data: "…" }
# knownIssues: expectations.yaml
`;
const CLIENT_HINTS = `${HINTS}# Where the suite finds a thing to act on; what is not named is not exercised.
# nodes:
#   devInfo: urn:oma:mo:oma-dm-devinfo:1.2//
#   executable: urn:…
#   permanent: urn:…
`;
const SERVER_HINTS = `${HINTS}# Below which address its data repository and its web pages lie.
# repository: http://127.0.0.1:{port}/repository
# pages: http://127.0.0.1:{port}/pages
# The devices that it serves; left out, any.
# devices: [ { id: "IMEI:004402990020434" } ]
`;
