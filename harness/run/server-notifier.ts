import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { digestStanding } from '../protocol/write-notification.js';
import { type Answered, type NotificationWay, notOffered, type ServerTarget } from '../targets/target.js';
import { recordBody } from '../trace/body.js';
import { act, type RunContext, within } from './context.js';
import type { Network } from './stated-targets.js';

export interface ServerNotifierOptions {
  readonly context: RunContext;
  readonly target: ServerTarget;
  readonly token: string;
  /** Where the suite listens, and the name by which the server reaches it; default 127.0.0.1. */
  readonly network?: Network;
}

/** A place where the suite takes the notifications of the server under test. */
interface Mailbox {
  readonly url: string;
  /** The first notification that comes. */
  readonly arrived: Promise<Buffer>;
  close(): void;
}

/** More than any notification may have. */
const MOST_BYTES = 64 * 1024;
const LOOPBACK = '127.0.0.1';

/** Asks the server under test to notify a device, and takes the notification by each way that the statement names (CR 6.1.1). */
export class ServerNotifier {
  readonly #options: ServerNotifierOptions;

  constructor(options: ServerNotifierOptions) {
    this.#options = options;
  }

  /** The ways in which the server sends notifications. */
  get ways(): readonly NotificationWay[] {
    return this.#options.target.statement.supports?.notificationTransport ?? ['control'];
  }

  /** The notification's bytes; undefined, with the obstacle recorded, where none came. */
  async ask(device: string, way: NotificationWay = this.ways[0] ?? 'control'): Promise<Buffer | undefined> {
    const { network } = this.#options;
    const mailbox = way === 'control' ? undefined : await (way === 'http' ? openPost(network) : openDatagrams(network));
    try {
      return await this.#ask(device, way, mailbox);
    } finally {
      mailbox?.close();
    }
  }

  async #ask(device: string, via: NotificationWay, mailbox: Mailbox | undefined): Promise<Buffer | undefined> {
    const { target, context, token } = this.#options;
    const to = mailbox?.url;
    const answer: Answered & { readonly bytes?: Buffer } =
      (await target.sendNotification?.(device, to)) ?? notOffered('sendNotification');
    const { accepted, detail } = answer;
    const why = detail === undefined ? {} : { detail };
    act(context, token, {
      name: 'ask-notification',
      device,
      ...(to === undefined ? {} : { to }),
      accepted,
      ...why,
    });
    if (!accepted) return this.#obstacle(detail ?? 'the server did not notify');
    const bytes = mailbox === undefined ? answer.bytes : await this.#wait(mailbox);
    if (bytes === undefined) return this.#obstacle(`no notification came by ${via}`);
    context.bus.emit({
      kind: 'notification',
      scenario: token,
      from: 'server',
      to: 'client',
      via,
      device,
      body: recordBody(bytes, () => undefined),
      digest: digestStanding(bytes, target.credentials?.notification),
      accepted: true,
    });
    return bytes;
  }

  async #wait(mailbox: Mailbox): Promise<Buffer | undefined> {
    const { context } = this.#options;
    return (await within(mailbox.arrived, context.patienceMs, context.signal)) ? await mailbox.arrived : undefined;
  }

  #obstacle(reason: string): undefined {
    act(this.#options.context, this.#options.token, { name: 'obstacle', reason });
  }
}

async function openPost({ listen = LOOPBACK, advertise = listen }: Network = {}): Promise<Mailbox> {
  let took: (bytes: Buffer) => void = () => undefined;
  const arrived = new Promise<Buffer>((resolve) => {
    took = resolve;
  });
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    let size = 0;
    request.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size <= MOST_BYTES) pieces.push(piece);
    });
    request.on('end', () => {
      response.writeHead(204).end();
      took(Buffer.concat(pieces));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, listen, resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://${advertise}:${port}/notification`, arrived, close };
}

async function openDatagrams({ listen = LOOPBACK, advertise = listen }: Network = {}): Promise<Mailbox> {
  let took: (bytes: Buffer) => void = () => undefined;
  const arrived = new Promise<Buffer>((resolve) => {
    took = resolve;
  });
  const socket = createSocket('udp4', (bytes) => took(bytes));
  await new Promise<void>((resolve) => socket.bind(0, listen, resolve));
  return { url: `udp://${advertise}:${socket.address().port}`, arrived, close: () => socket.close() };
}
