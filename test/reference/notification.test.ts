import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { readNotification } from '../../harness/protocol/read-notification.js';
import { readPackageOne } from '../../harness/protocol/read-packages.js';
import {
  digestStanding,
  type NotificationContent,
  seal,
  writeNotification,
} from '../../harness/protocol/write-notification.js';
import { VirtualClock } from '../../harness/reference/clock.js';
import type { Account } from '../../harness/reference/default-tree.js';
import { startEmbeddedClient, startEmbeddedServer } from '../../harness/reference/embedded.js';
import { serveHttp } from '../../harness/reference/http-front.js';
import { NotificationInbox } from '../../harness/reference/notification-inbox.js';
import { ReferenceServer } from '../../harness/reference/server-core.js';
import { DEFAULT_SENDER, EXPIRY_MS } from '../../harness/reference/server-notifications.js';
import { deliverNotification } from '../../harness/stimuli/send-notification.js';

const NOW = 1_800_000_000;
const CREDENTIALS = { secret: 'inbox-secret', data: 'inbox-data' };
const KNOWN: Account = { serverId: 'dm1', serverUri: 'http://dm1.example/dm', notification: CREDENTIALS };
const POOR: Account = { serverId: 'dm2', serverUri: 'http://dm2.example/dm' };
const DEVICE = 'IMEI:004402990020434';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

function sealed(content: NotificationContent = {}): Buffer {
  const usual = { serverId: 'dm1', identifier: 7, digest: true, timestamp: NOW };
  return seal(writeNotification({ ...usual, ...content }), CREDENTIALS);
}

describe('the inbox of the reference client', () => {
  const inbox = () => new NotificationInbox({ accounts: () => [KNOWN, POOR], wallSeconds: () => NOW });

  const cases: readonly (readonly [string, Buffer, string | undefined])[] = [
    ['a good notification', sealed(), undefined],
    ['one without a digest', sealed({ digest: false }), undefined],
    ['one with unknown options', sealed({ others: [{ number: 9, value: Buffer.alloc(20) }] }), undefined],
    ['one from an hour ago', sealed({ timestamp: NOW - 3600 }), undefined],
    ['an older one', sealed({ timestamp: NOW - 3601 }), 'stale'],
    ['one from the day after', sealed({ timestamp: NOW + 86_400 }), 'stale'],
    ['a wrong digest', Buffer.concat([sealed().subarray(0, 20), Buffer.of(0x55), sealed().subarray(21)]), 'digest'],
    ['a digest without credentials', sealed({ serverId: 'dm2' }), 'credentials'],
    ['an unknown server', sealed({ serverId: 'dm3' }), 'server'],
    ['no server', writeNotification({ identifier: 7 }), 'server'],
    ['another version', sealed({ version: 1 }), 'version'],
    ['half of it', sealed().subarray(0, 30), 'malformed'],
    ['a byte more', Buffer.concat([sealed(), Buffer.of(0)]), 'malformed'],
    ['nothing', Buffer.alloc(0), 'malformed'],
  ];
  it.each(cases)('takes %s for what it is', (_, bytes, unheeded) => {
    expect(inbox().take(bytes).unheeded).toBe(unheeded);
  });

  it('heeds an identifier once for each account, and only one that was heeded counts', () => {
    const box = inbox();
    expect(box.take(sealed({ timestamp: NOW - 9999 })).unheeded).toBe('stale');
    expect(box.take(sealed()).unheeded).toBeUndefined();
    expect(box.take(sealed()).unheeded).toBe('repeat');
    expect(box.take(writeNotification({ serverId: 'dm2', identifier: 7 })).unheeded).toBeUndefined();
    expect(box.take(sealed({ identifier: 8 })).unheeded).toBeUndefined();
  });
});

describe('the notifications of the reference server', () => {
  const clock = new VirtualClock();
  const identifierOf = (bytes: Buffer) => readNotification(bytes).view?.identifier;
  const one = (id: number) => ({
    method: 'POST',
    target: '/dm',
    headers: [
      ['Content-Type', 'application/vnd.oma.dm.initiation+json'],
      ['Accept', 'application/vnd.oma.dm.request+json'],
      ['OMADM-DevID', DEVICE],
    ] as const,
    body: Buffer.from(
      JSON.stringify({ Alert: [{ AlertType: 'urn:oma:at:dm:2.0:ServerInitiatedMgmt', Data: { NotificationID: id } }] }),
    ),
    connection: 'c',
  });

  it('are whole, sealed, and keep their identifier until they are answered or expire', async () => {
    const server = new ReferenceServer({ clock });
    const first = server.notify(DEVICE);
    expect(readNotification(first).problems).toEqual([]);
    expect(digestStanding(first, DEFAULT_SENDER.credentials)).toBe('right');
    const id = identifierOf(first) ?? -1;
    expect(identifierOf(server.notify(DEVICE))).toBe(id);
    expect(identifierOf(server.notify('another device'))).not.toBe(id);
    await server.handle(one(id + 99));
    expect(identifierOf(server.notify(DEVICE))).toBe(id);
    await server.handle(one(id));
    expect(identifierOf(server.notify(DEVICE))).not.toBe(id);
    const due = identifierOf(server.notify(DEVICE));
    await clock.advance(EXPIRY_MS);
    expect(identifierOf(server.notify(DEVICE))).not.toBe(due);
  });

  it('keep a plan for the session that answers them', async () => {
    const server = new ReferenceServer({ clock });
    server.queue(DEVICE, [[['GET', 'kept'], ['END']]], 'notified');
    const id = identifierOf(server.notify(DEVICE)) ?? -1;
    expect(String((await server.handle(one(id + 1))).body)).not.toContain('kept');
    expect(String((await server.handle(one(id))).body)).toContain('kept');
  });
});

describe('the embedded client', () => {
  it('is notified by control operation, by HTTP and by datagram, and goes to the right account', async () => {
    const seen: (readonly [string, number | undefined])[] = [];
    const server = new ReferenceServer();
    const dm = await serveHttp((request) => {
      const id = readPackageOne(request.body).view?.alerts[0]?.notificationId;
      seen.push([request.target, id]);
      return server.handle(request);
    });
    const client = await startEmbeddedClient({ serverUrl: `${dm.origin}/dm` });
    open.push(dm, client);
    const note = (identifier: number) => {
      const content = { serverId: DEFAULT_SENDER.serverId, identifier, digest: true };
      return seal(writeNotification(content), DEFAULT_SENDER.credentials);
    };
    const settle = () => fetch(`${client.controlUrl}/clock`, { method: 'POST', body: '{"advanceMs":0}' });
    const headers = { 'content-type': 'application/octet-stream' };
    await fetch(`${client.controlUrl}/notification`, { method: 'POST', headers, body: note(1) });
    expect(await deliverNotification(client.notifications.http, note(2), 1000)).toEqual({ accepted: true });
    expect(await deliverNotification(client.notifications.udp, note(3), 1000)).toEqual({ accepted: true });
    for (let turn = 0; turn < 50 && seen.length < 3; turn += 1) await settle();
    expect(seen).toEqual([
      ['/dm', 1],
      ['/dm', 2],
      ['/dm', 3],
    ]);
  });

  it('survives any datagram', async () => {
    const client = await startEmbeddedClient({ serverUrl: 'http://127.0.0.1:9/dm' });
    open.push(client);
    const socket = createSocket('udp4');
    const port = Number(new URL(client.notifications.udp).port);
    for (const bytes of ['', '00', 'ffff', '0f80ff', '008011ff'])
      await new Promise((resolve) => socket.send(Buffer.from(bytes, 'hex'), port, '127.0.0.1', resolve));
    socket.close();
    const answer = await fetch(`${client.controlUrl}/clock`, { method: 'POST', body: '{"advanceMs":5}' });
    expect(await answer.json()).toEqual({ idle: true, inFlight: 0 });
  });
});

describe('the embedded server', () => {
  it('answers with the bytes, or delivers them', async () => {
    const server = await startEmbeddedServer();
    const arrived: Buffer[] = [];
    const box = await serveHttp(({ body }) => {
      arrived.push(body);
      return { status: 204, headers: [], body: Buffer.alloc(0) };
    });
    open.push(server, box);
    const ask = (body: unknown) => fetch(`${server.controlUrl}/notify`, { method: 'POST', body: JSON.stringify(body) });
    const answered = Buffer.from(await (await ask({ device: DEVICE })).arrayBuffer());
    expect(readNotification(answered).view?.serverId).toBe(DEFAULT_SENDER.serverId);
    expect((await ask({ device: DEVICE, to: `${box.origin}/n` })).status).toBe(200);
    expect(readNotification(arrived[0] ?? Buffer.alloc(0)).problems).toEqual([]);
    expect((await ask({ device: DEVICE, to: 'http://127.0.0.1:9/n' })).status).toBe(502);
    expect((await ask({ device: DEVICE, to: 'nowhere' })).status).toBe(502);
    expect((await ask({})).status).toBe(400);
  });
});
