import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../harness/reference/authenticator.js';
import type { ClientHookContext, ClientHooks } from '../../harness/reference/hooks.js';
import { CredentialCheck, type CredentialsFound, type Demand } from '../../harness/run/credential-check.js';
import type { HeaderList, PeerRequest, PeerSend } from '../../harness/stimuli/peer.js';

const OWN = 'https://dm.test/dm?x=1';
const context = {} as ClientHookContext;

/** A server that asks as demanded, and what became of the requests that it got. */
function asking(demand: Demand, http: { readonly user: string; readonly password: string }, hooks: ClientHooks = {}) {
  const check = new CredentialCheck(http);
  const found: (CredentialsFound | undefined)[] = [];
  const authenticator = new Authenticator({ serverId: 's', serverUri: OWN, http }, hooks, () => context);
  const exchange = (sent: PeerSend) => {
    const url = new URL(sent.url);
    const request: PeerRequest = {
      ...{ method: sent.method, target: `${url.pathname}${url.search}`, headers: sent.headers, connection: 'c' },
      body: Buffer.alloc(0),
    };
    const seen = check.look(request);
    found.push(seen);
    if (seen?.outcome !== 'right') return Promise.resolve(check.challenge(demand, seen?.outcome === 'stale'));
    check.served(request, demand);
    return Promise.resolve({ status: 200, headers: [] as HeaderList, body: Buffer.alloc(0) });
  };
  const send = async (url = OWN): Promise<number> =>
    (await authenticator.send({ method: 'POST', url, headers: [] }, exchange)).status;
  return { send, found, outcomes: () => found.map((one) => one?.outcome ?? 'none') };
}

const ANYBODY = { user: 'Ünal "the\\device"', password: 'pä:ss "\\wörd' };

describe('the client answers challenges', () => {
  it.each(['basic', 'digest'] as const)('by %s, once asked with every request', async (scheme) => {
    const { send, outcomes, found } = asking({ schemes: [scheme] }, { user: 'device', password: 'pass:word' });
    expect([await send(), await send(), await send()]).toEqual([200, 200, 200]);
    expect(outcomes()).toEqual(['none', 'right', 'right', 'right']);
    expect(found[1]?.scheme).toBe(scheme);
  });

  it('by Digest where it may choose', async () => {
    const { send, found } = asking({ schemes: ['basic', 'digest'] }, { user: 'device', password: 'word' });
    await send();
    expect(found[1]?.scheme).toBe('digest');
  });

  it('again when the nonce has grown old', async () => {
    const { send, outcomes } = asking({ schemes: ['digest'], oneRequest: true }, { user: 'd', password: 'p' });
    expect([await send(), await send()]).toEqual([200, 200]);
    expect(outcomes()).toEqual(['none', 'right', 'stale', 'right']);
  });

  it('never with the same wrong credentials twice', async () => {
    const { send, outcomes } = asking(
      { schemes: ['basic'] },
      { user: 'd', password: 'p' },
      { credentials: () => 'Basic eDp5' },
    );
    expect(await send()).toBe(401);
    expect(outcomes()).toEqual(['none', 'wrong']);
  });

  it('of no other origin', async () => {
    const { send, outcomes } = asking({ schemes: ['basic'] }, { user: 'd', password: 'p' });
    await send();
    for (const url of ['http://dm.test/dm', 'https://dm.test:8443/dm', 'https://other.test/']) await send(url);
    expect(outcomes()).toEqual(['none', 'right', 'none', 'none', 'none']);
  });

  it('with any user and password', async () => {
    const word = fc.string({ minLength: 1, unit: 'grapheme' });
    const user = word.filter((text) => !text.includes(':'));
    await fc.assert(
      fc.asyncProperty(user, word, fc.constantFrom('basic', 'digest'), async (name, password, scheme) => {
        const { send, outcomes } = asking({ schemes: [scheme as 'basic'] }, { user: name, password });
        expect(await send()).toBe(200);
        expect(outcomes()).toEqual(['none', 'right']);
      }),
    );
    expect(await asking({ schemes: ['digest'] }, ANYBODY).send()).toBe(200);
  });
});

describe('the check of credentials', () => {
  const http = { user: 'device', password: 'pass' };
  const look = (authorization: string): CredentialsFound | undefined =>
    new CredentialCheck(http).look({
      ...{ method: 'POST', target: '/dm', connection: 'c', body: Buffer.alloc(0) },
      headers: [['authorization', authorization]],
    });
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

  it.each([
    [basic('device:pass'), 'right'],
    [basic('device:word'), 'wrong'],
    [basic('other:pass'), 'wrong'],
    [basic('device'), 'malformed'],
    ['Basic', 'malformed'],
    ['Digest username="device"', 'malformed'],
    ['Bearer x', 'wrong'],
    ['', 'wrong'],
  ])('finds %s %s', (value, outcome) => {
    expect(look(value)?.outcome).toBe(outcome);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('', 'Basic ', 'Digest '), (text, scheme) => {
        expect(look(`${scheme}${text}`)?.outcome).not.toBe('right');
      }),
    );
  });
});
