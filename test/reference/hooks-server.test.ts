import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { MEDIA } from '../../harness/protocol/media-types.js';
import { startEmbeddedServer } from '../../harness/reference/embedded.js';
import type { ServerHooks } from '../../harness/reference/hooks.js';
import { ReferenceServer } from '../../harness/reference/server-core.js';
import { headerValue, type PeerReply } from '../../harness/stimuli/peer.js';
import type { CommandList } from '../../harness/stimuli/plan.js';
import { request } from './support.js';

const A: CommandList = [['GET', 'urn:a:1//a']];
const B: CommandList = [['GET', 'urn:a:1//b']];
const TWO: CommandList = [...A, ...B];
const OF_ONE = '{"Status":[{"sc":200}]}';

interface Peer {
  one(device?: string, body?: string): Promise<PeerReply>;
  three(device?: string, body?: string, target?: string): Promise<PeerReply>;
  other(method: string): Promise<PeerReply>;
}

/** A server that breaks one requirement, the plans that bring it out, and what a conformant server never shows. */
interface Deviant {
  readonly hooks: ServerHooks;
  readonly plan?: readonly CommandList[];
  readonly second?: readonly CommandList[];
  readonly shows: (peer: Peer) => Promise<boolean>;
}

function peerOf(hooks: ServerHooks, { plan = [], second = [] }: Deviant): Peer {
  const server = new ReferenceServer({ hooks });
  server.queue('D1', plan);
  server.queue('D2', second);
  const send = async (type: string, device: string, body: string, target = '/dm') => {
    const fields = { 'Content-Type': type, Accept: MEDIA.request, 'OMADM-DevID': device };
    return await server.handle(request({ fields, body: Buffer.from(body), target }));
  };
  return {
    one: (device = 'D1', body = '{}') => send(MEDIA.initiation, device, body),
    three: (device = 'D1', body = OF_ONE, target = '/dm') => send(MEDIA.response, device, body, target),
    other: async (method) =>
      await server.handle(request({ method, fields: { 'OMADM-DevID': 'D1' }, body: Buffer.alloc(0) })),
  };
}

const text = (reply: PeerReply) => reply.body.toString();
const END = '{"CMD":[["END"]]}';

const DEVIANTS: Readonly<Record<string, Deviant>> = {
  'SES-02, PKG-18 commands without a session': {
    hooks: { accept: (asked, next, { two }) => (asked.method === 'GET' ? two(A) : next(asked)) },
    shows: async ({ other }) => (await other('GET')).status === 200,
  },
  'SES-02, END-08 commands for a #3 of no session': {
    hooks: { afterEnd: (_request, { two }) => two(A) },
    shows: async ({ one, three }) => {
      await one();
      return text(await three()).includes('GET');
    },
  },
  'SES-08 mixes devices': {
    plan: [A, A],
    second: [B, B],
    hooks: { sessionKey: () => 'all' },
    shows: async ({ one, three }) => {
      await one('D1');
      await one('D2');
      return !text(await three('D2')).includes('//b');
    },
  },
  'SES-10, FLW-02 serves nobody without alerts': {
    hooks: { accept: (asked, next, { refuse }) => (asked.body.includes('Alert') ? next(asked) : refuse(403)) },
    shows: async ({ one }) => (await one()).status === 403,
  },
  'SES-12 one session for each device': {
    hooks: { accept: (asked, next, { session, refuse }) => (session === 0 ? next(asked) : refuse(403)) },
    shows: async ({ one }) => {
      await one();
      return (await one()).status === 403;
    },
  },
  'SES-14, PKG-19 goes on in the middle': {
    plan: [A, B],
    hooks: { restart: () => 'continue' },
    shows: async ({ one }) => {
      await one();
      return text(await one()).includes('//b');
    },
  },
  'SES-14 (legal) refuses a second session': {
    plan: [A],
    hooks: { restart: (_request, { refuse }) => refuse(503) },
    shows: async ({ one }) => {
      await one();
      return (await one()).status === 503;
    },
  },
  'PKG-05 201 instead of 200': {
    hooks: { reply: (reply) => ({ ...reply, status: 201 }) },
    shows: async ({ one }) => (await one()).status === 201,
  },
  'PKG-08 typed otherwise': {
    hooks: { reply: (reply) => ({ ...reply, headers: [['Content-Type', 'application/json']] }) },
    shows: async ({ one }) => headerValue((await one()).headers, 'content-type') !== MEDIA.request,
  },
  'PKG-12 numbers in commands': {
    hooks: { reply: (reply) => ({ ...reply, body: Buffer.from('{"CMD":[["END",1]]}') }) },
    shows: async ({ one }) => text(await one()).includes('1'),
  },
  'PKG-14 cannot read chunks': {
    hooks: {
      accept: (asked, next, { refuse }) =>
        headerValue(asked.headers, 'transfer-encoding') === undefined && asked.body.length > 2
          ? refuse(500)
          : next(asked),
    },
    shows: async ({ one }) => (await one('D1', '{"MOS":[]}')).status === 500,
  },
  'PKG-16 commands for what is malformed': {
    plan: [A],
    hooks: { onMalformed: (_request, _problems, { two }) => two(A) },
    shows: async ({ one }) => (await one('D1', '{')).status === 200,
  },
  'PKG-16 does not live on': {
    hooks: {
      onMalformed: (_request, _problems, { scratch }) => void scratch.notes.set('dead', true),
      accept: (asked, next, { scratch, refuse }) => (scratch.notes.has('dead') ? refuse(500) : next(asked)),
    },
    shows: async ({ one }) => {
      await one('D1', '{');
      return (await one()).status === 500;
    },
  },
  'PKG-21 two packages in a response': {
    hooks: { reply: (reply) => ({ ...reply, body: Buffer.concat([reply.body, reply.body]) }) },
    shows: async ({ one }) => text(await one()) === END + END,
  },
  'PKG-22 loses a package when a #3 comes again': {
    plan: [A, TWO, B],
    hooks: { repeated: () => 'next' },
    shows: async ({ one, three }) => {
      await one();
      await three();
      return !text(await three()).includes('//a');
    },
  },
  'FLW-03, END-09 an empty package': {
    hooks: { commands: (commands) => commands.filter(([name]) => name !== 'END') },
    shows: async ({ one }) => text(await one()) === '{"CMD":[]}',
  },
  'FLW-04 does not take the #3 that it wants': {
    plan: [A],
    hooks: { accept: (asked, next, context) => (context.package > 0 ? context.refuse(400) : next(asked)) },
    shows: async ({ one, three }) => {
      await one();
      return (await three()).status === 400;
    },
  },
  'FLW-07, END-01 ends by silence': {
    plan: [A],
    hooks: {
      reply: (reply) => (reply.body.includes('END') ? { status: 204, headers: [], body: Buffer.alloc(0) } : reply),
    },
    shows: async ({ one, three }) => {
      await one();
      return (await three()).status === 204;
    },
  },
  'FLW-11 breaks at an error status': {
    plan: [A],
    hooks: { reply: (reply, asked, { refuse }) => (asked.body.includes('404') ? refuse(500) : reply) },
    shows: async ({ one, three }) => {
      await one();
      return (await three('D1', '{"Status":[{"sc":404}]}')).status === 500;
    },
  },
  'ORD-11 out of order': {
    plan: [TWO],
    hooks: { commands: (commands) => [...commands].reverse() },
    shows: async ({ one }) => text(await one()).indexOf('//b') < text(await one()).indexOf('//a'),
  },
  'END-02 END twice': {
    hooks: { commands: (commands) => [...commands, ['END']] },
    shows: async ({ one }) => text(await one()) === '{"CMD":[["END"],["END"]]}',
  },
  'END-12 repeats END': {
    hooks: { afterEnd: (_request, { two }) => two([['END']]) },
    shows: async ({ one, three }) => {
      await one();
      return (await three()).status === 200;
    },
  },
  'END-01 never ends': {
    hooks: { nextTurn: (turn) => turn ?? { commands: A } },
    shows: async ({ one }) => text(await one()) !== END,
  },
  'END-01 only in the second session': {
    hooks: { nextTurn: (turn, { session }) => (session === 2 ? { commands: A } : turn) },
    shows: async ({ one }) => text(await one()) === END && text(await one()) !== END,
  },
  'CNT-04 serves no other address': {
    plan: [[['CONT', 'http://dm.test/dm/next']]],
    hooks: { accept: (asked, next, { refuse }) => (asked.target === '/dm' ? next(asked) : refuse(404)) },
    shows: async ({ one, three }) => {
      await one();
      return (await three('D1', OF_ONE, '/dm/next')).status === 404;
    },
  },
};

it.each(Object.entries(DEVIANTS))('%s', async (_name, deviant) => {
  expect(await deviant.shows(peerOf(deviant.hooks, deviant))).toBe(true);
  expect(await deviant.shows(peerOf({}, deviant))).toBe(false);
});

it('ORD-09: a second response, unasked, comes over the wire as it was made', async () => {
  const twice: ServerHooks = {
    reply: (reply) => {
      const head = `HTTP/1.1 200 OK\r\nContent-Type: ${MEDIA.request}\r\nContent-Length: ${reply.body.length}\r\n\r\n`;
      const whole = Buffer.concat([Buffer.from(head), reply.body]);
      return { ...reply, delivery: { raw: Buffer.concat([whole, whole]) } };
    },
  };
  const server = await startEmbeddedServer({ hooks: twice });
  const socket = connect(Number(new URL(server.endpoint).port), '127.0.0.1');
  const seen = new Promise<string>((resolve) => {
    let all = '';
    socket.on('data', (chunk) => {
      all += chunk.toString();
      if (all.split(END).length === 3) resolve(all);
    });
  });
  socket.write(
    `POST /dm HTTP/1.1\r\nHost: x\r\nContent-Type: ${MEDIA.initiation}\r\nOMADM-DevID: D1\r\nContent-Length: 2\r\n\r\n{}`,
  );
  expect((await seen).split('HTTP/1.1 200 OK')).toHaveLength(3);
  socket.destroy();
  await server.close();
});

it('a hook may take its time', async () => {
  const server = new ReferenceServer({
    hooks: { accept: async (asked, next) => await Promise.resolve(next(asked)), reply: async (reply) => reply },
  });
  const fields = { 'Content-Type': MEDIA.initiation, 'OMADM-DevID': 'D1' };
  expect((await server.handle(request({ fields }))).body.toString()).toBe(END);
});
