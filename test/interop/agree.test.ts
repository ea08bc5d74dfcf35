import { describe, expect, it } from 'vitest';
import { agree } from '../../harness/interop/agree.js';
import type { Implementation } from '../../harness/model/implementation.js';

const SERVER = { account: { serverID: 'dm.one', notification: { secret: 's1', data: 'd1' } } } as const;

function client(command: readonly string[], given: Partial<Implementation> = {}): Implementation {
  return { name: 'c', role: 'client', start: { process: { command } }, ...given };
}

describe('client and server agree on an account', () => {
  it('by placeholders: what the client takes is the server’s', () => {
    const command = ['c', '{server.url}', '{account.serverID}', '{account.secret}', '{account.data}'];
    const account = { serverID: 'dm.other', notification: { secret: 'x', data: 'y', timestampWindowSeconds: 60 } };
    const agreed = agree(client(command, { account }), SERVER);
    expect(agreed).toMatchObject({ bootstrap: false, how: "the client was started with the server's account" });
    expect('implementation' in agreed && agreed.implementation.account).toEqual({
      serverID: 'dm.one',
      notification: { secret: 's1', data: 'd1', timestampWindowSeconds: 60 },
    });
  });

  it('by statements that say the same', () => {
    const same = { serverID: 'dm.one', notification: { secret: 's1', data: 'd1' } };
    expect(agree(client(['c']), { account: same })).toMatchObject({ bootstrap: true });
    expect(agree(client(['c'], { account: same }), SERVER)).toMatchObject({ bootstrap: false });
  });

  it('else by bootstrap, and says what differs', () => {
    const account = { serverID: 'dm.one', notification: { secret: 'other', data: 'd1' } };
    const agreed = agree(client(['c', '{account.serverID}'], { account }), SERVER);
    expect(agreed).toMatchObject({ bootstrap: true });
    expect('how' in agreed && agreed.how).toContain('(`account.notification.secret`)');
  });

  it('and on a device: one that the server serves, with its password', () => {
    const devices = [{ id: 'IMEI:1', user: 'u', password: 'p' }];
    const command = ['c', '{device.id}', '{account.user}', '{account.password}'];
    const agreed = agree(client(command, { device: { id: 'IMEI:2' } }), { devices });
    expect(agreed).toMatchObject({
      implementation: { device: { id: 'IMEI:1' }, account: { http: { user: 'u', password: 'p' } } },
    });
    const stranger = agree(client(['c'], { device: { id: 'IMEI:2' } }), { devices });
    expect(stranger).toMatchObject({ missing: { side: 'server', key: 'devices' } });
  });
});
