import { createCipheriv, createHash } from 'node:crypto';
import { Given } from '@cucumber/cucumber';
import { writeMoSerialization } from '../harness/protocol/mo-data.js';
import type { Delivery } from '../harness/stimuli/peer.js';
import type { ConformWorld } from './support/world.js';

// What the repositories hold, and how their answers go to the wire. Addresses are one word but for those with a space in their place's name.

type Medium = 'octets' | 'text' | 'image';

const TYPES: Readonly<Record<Medium, string>> = {
  octets: 'application/octet-stream',
  text: 'text/plain;charset=utf-8',
  image: 'image/png',
};
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

Given(
  'the repository holds a value of {int} character(s) at {word}',
  function (this: ConformWorld, size: number, place: string) {
    this.client.content.makes(place, (target = 'x') => {
      const name = target.split('?')[0]?.split('/').at(-1) ?? 'value';
      return { body: writeMoSerialization([{ clientUri: target, data: { [name]: 'x'.repeat(size) } }]) };
    });
  },
);

Given(
  'the repository holds {int} byte(s) of {medium} at {word}',
  function (this: ConformWorld, size: number, medium: Medium, place: string) {
    this.client.content.answers(place, 'GET', { type: TYPES[medium], body: bytesOf(medium, size) });
  },
);

Given('the repository sends its answer at {word} {form}', function (this: ConformWorld, place: string, form: Delivery) {
  this.client.content.deliversAt(place, form);
});

Given('the repository cuts its answer at {word} {cut}', function (this: ConformWorld, place: string, cut: Delivery) {
  this.client.content.deliversAt(place, cut);
});

Given(
  'the repository redirects {place} by {int} to {place}',
  function (this: ConformWorld, from: string, status: number, to: string) {
    redirect(this, from, status, to);
  },
);

Given(
  'the repository redirects {word} by {int} to another origin',
  function (this: ConformWorld, from: string, status: number) {
    redirect(this, from, status, '{other repository}/moved');
  },
);

Given('an ordinary web server', async function (this: ConformWorld) {
  await this.client.needsWebServer();
});

function redirect(world: ConformWorld, from: string, status: number, to: string): void {
  const location = ['Location', world.client.addresses.url(to)] as const;
  const reply = { status, type: 'text/plain', body: 'moved', headers: [location] };
  for (const method of ['GET', 'PUT', 'POST']) world.client.content.answers(from, method, reply);
}

const made = new Map<string, Buffer>();

/** Bytes that a reader of text would damage: no UTF-8, or line ends and blanks of all kinds. */
function bytesOf(medium: Medium, size: number): Buffer {
  const bytes = made.get(`${medium} ${size}`) ?? newBytes(medium, size);
  made.set(`${medium} ${size}`, bytes);
  return bytes;
}

function newBytes(medium: Medium, size: number): Buffer {
  if (medium === 'text') return Buffer.alloc(size, 'Grüße,\r\n\tÆther \u{1F4E1}\n\r  ', 'utf8');
  const start = medium === 'image' ? PNG : Buffer.alloc(0);
  return Buffer.concat([start, noise(medium, size)]).subarray(0, size);
}

/** Octets of every value in no order, the same each time: a cipher's key stream, since large bodies are wanted at once. */
function noise(name: string, size: number): Buffer {
  const key = createHash('sha256').update(name).digest().subarray(0, 16);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}
