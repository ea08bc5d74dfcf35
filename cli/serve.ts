import { Argument, type Command } from 'commander';
import { ConformError } from '../harness/model/errors.js';
import { serveReference } from '../harness/reference/serve.js';
import { parseDuration, parsePort } from './options.js';
import { readUserFile } from './paths.js';

interface ServeFlags {
  readonly port: string;
  readonly host: string;
  readonly server?: string;
  readonly controlPort?: string;
  readonly notificationPort?: string;
  readonly serverId?: string;
  readonly secret?: string;
  readonly data?: string;
  readonly giveUp?: string;
  readonly ca?: string;
  readonly user?: string;
  readonly password?: string;
}

const PEERS = ['client', 'server', 'repository'] as const;

export function defineServe(program: Command): void {
  program
    .command('serve')
    .description('run a reference peer until Ctrl-C: a DM Client, a DM Server, or a data repository')
    .addArgument(new Argument('<peer>', 'which').choices(PEERS))
    .option('--port <number>', 'port to listen on (client: of its control protocol)', '0')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--server <url>', 'client: the DM Server that its account names')
    .option('--control-port <number>', 'server: port of its control protocol')
    .option('--notification-port <number>', 'client: port at which it takes notifications by UDP and by HTTP')
    .option('--server-id <id>', 'SERVER-ID of notifications, and of the account')
    .option('--secret <text>', 'server secret of the digest of notifications')
    .option('--data <text>', 'auth data of the digest of notifications')
    .option('--give-up <time>', 'client: how long it waits for an answer')
    .option('--ca <file>', 'client: an authority to trust besides the usual ones, PEM')
    .option('--user <name>', 'client: what it has for HTTP authentication')
    .option('--password <text>', 'client: and the password')
    .action(async (peer: (typeof PEERS)[number], flags: ServeFlags) => {
      await serve(peer, flags);
    });
}

async function serve(peer: (typeof PEERS)[number], flags: ServeFlags): Promise<void> {
  if (peer === 'client' && (flags.server === undefined || !URL.canParse(flags.server))) {
    throw new ConformError('USAGE', 'the reference client must know its DM Server', {
      subject: '--server',
      found: flags.server ?? 'nothing',
      expected: 'a URL, for example http://127.0.0.1:8080/dm',
    });
  }
  const running = await serveReference({
    peer,
    host: flags.host,
    port: parsePort(flags.port),
    ...(flags.server === undefined ? {} : { serverUrl: flags.server }),
    ...(flags.controlPort === undefined ? {} : { controlPort: parsePort(flags.controlPort) }),
    ...(flags.notificationPort === undefined ? {} : { notificationPort: parsePort(flags.notificationPort) }),
    ...(flags.serverId === undefined ? {} : { serverId: flags.serverId }),
    ...(flags.secret === undefined ? {} : { notification: { secret: flags.secret, data: flags.data ?? '' } }),
    ...(flags.ca === undefined ? {} : { ca: readUserFile(flags.ca, 'CONFIG_UNREADABLE') }),
    ...(flags.user === undefined ? {} : { http: { user: flags.user, password: flags.password ?? '' } }),
    ...(flags.giveUp === undefined ? {} : { timeoutMs: parseDuration(flags.giveUp, '--give-up') }),
  });
  for (const line of running.lines) process.stdout.write(`${line}\n`);
  process.stdout.write('ready; Ctrl-C ends it\n');
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  await running.close();
}
