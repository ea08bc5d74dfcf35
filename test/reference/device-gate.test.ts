import { describe, expect, it } from 'vitest';
import {
  type AuthItem,
  algorithmOf,
  type DigestAlgorithm,
  readChallenges,
  writeBasic,
  writeDigest,
} from '../../harness/protocol/http-auth.js';
import { VirtualClock } from '../../harness/reference/clock.js';
import { NONCE_LIFE_MS } from '../../harness/reference/nonce-book.js';
import type { PeerReply } from '../../harness/stimuli/peer.js';
import { commandsOf, GET_A, setUp } from './server-support.js';

const OWN = { device: 'D1', user: 'one', password: 'secret: ü' };
const OTHER = { device: 'D2', user: 'two', password: 'other' };

function gated() {
  const clock = new VirtualClock();
  const { server, one } = setUp({ clock, devices: [OWN, OTHER] });
  server.queue('D1', [GET_A]);
  const asked = (value?: string) => one(value === undefined ? {} : { fields: { Authorization: value } });
  return { clock, server, one, asked };
}

function challenges({ headers }: PeerReply): readonly AuthItem[] {
  return readChallenges(headers.filter(([name]) => name === 'WWW-Authenticate').map(([, value]) => value));
}

function digest(
  reply: PeerReply,
  algorithm: DigestAlgorithm,
  change: { nc?: string; uri?: string; nonce?: string } = {},
) {
  const challenge = challenges(reply).find((item) => item.scheme === 'digest' && algorithmOf(item) === algorithm);
  const value = (name: string): string => challenge?.params.get(name) ?? '';
  return writeDigest({
    algorithm,
    user: OWN.user,
    password: OWN.password,
    realm: value('realm'),
    nonce: change.nonce ?? value('nonce'),
    nc: change.nc ?? '00000001',
    cnonce: 'c',
    method: 'POST',
    uri: change.uri ?? '/dm',
  });
}

describe('a device that the server knows', () => {
  it('is challenged for what it can prove itself with, the best first', async () => {
    const reply = await gated().asked();
    expect(reply).toMatchObject({ status: 401, body: Buffer.alloc(0) });
    const offered = challenges(reply).map((item) => `${item.scheme} ${item.params.get('algorithm') ?? ''}`);
    expect(offered).toEqual(['digest SHA-256', 'digest MD5', 'basic ']);
  });

  it('passes by Basic with its own password alone', async () => {
    const { asked } = gated();
    for (const [user, password] of [
      [OWN.user, 'wrong'],
      [OWN.user, OTHER.password],
      ['nobody', OWN.password],
    ] as const)
      expect((await asked(writeBasic(user, password))).status).toBe(401);
    expect((await asked(writeBasic(OTHER.user, OTHER.password))).status).toBe(403);
    expect(commandsOf(await asked(writeBasic(OWN.user, OWN.password)))).toEqual(GET_A);
  });

  it.each(['SHA-256', 'MD5'] as const)('passes by Digest with %s, each count once', async (algorithm) => {
    const { asked } = gated();
    const challenge = await asked();
    const first = digest(challenge, algorithm);
    expect(commandsOf(await asked(first))).toEqual(GET_A);
    const again = await asked(first);
    expect(again.status).toBe(401);
    expect(challenges(again)[0]?.params.has('stale')).toBe(false);
    expect((await asked(digest(challenge, algorithm, { nc: '00000002' }))).status).toBe(200);
  });

  it('does not pass with a response for another request, or to a nonce that is none', async () => {
    const { asked } = gated();
    const challenge = await asked();
    expect((await asked(digest(challenge, 'MD5', { uri: '/other' }))).status).toBe(401);
    expect((await asked(digest(challenge, 'MD5', { nc: 'x' }))).status).toBe(401);
    const madeUp = await asked(digest(challenge, 'MD5', { nonce: 'made-up' }));
    expect(challenges(madeUp)[0]?.params.get('stale')).toBe('true');
    expect((await asked(digest(madeUp, 'MD5'))).status).toBe(200);
  });

  it('is told that its nonce is stale when that is too old', async () => {
    const { asked, clock } = gated();
    const challenge = await asked();
    await clock.advance(NONCE_LIFE_MS + 1);
    const reply = await asked(digest(challenge, 'SHA-256'));
    expect([reply.status, challenges(reply)[0]?.params.get('stale')]).toEqual([401, 'true']);
  });

  it.each(['Bearer abc', 'Basic', 'Basic !', 'Digest', 'Digest username="one"', ''])(
    'is not taken in by %j',
    async (value) => {
      expect((await gated().asked(value)).status).toBe(401);
    },
  );

  it('is challenged for every package, and others for none', async () => {
    const { one, server, asked } = gated();
    expect((await one({ device: 'D3' })).status).toBe(200);
    await asked(writeBasic(OWN.user, OWN.password));
    expect((await asked()).status).toBe(401);
    server.reset();
    expect((await asked()).status).toBe(401);
  });
});
