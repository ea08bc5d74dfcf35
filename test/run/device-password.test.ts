import { describe, expect, it } from 'vitest';
import { readCredentials } from '../../harness/protocol/http-auth.js';
import { DevicePassword, type DevicePasswordOptions } from '../../harness/run/device-password.js';
import type { HeaderList } from '../../harness/stimuli/peer.js';

const OWN: DevicePasswordOptions = { user: 'u', password: 'p', outcome: 'right' };
const challenged = (...values: readonly string[]): HeaderList => values.map((value) => ['WWW-Authenticate', value]);
const SHA = 'Digest realm="dm", qop="auth", algorithm=SHA-256, nonce="a"';
const MD5 = 'Digest realm="dm", qop="auth", nonce="b", opaque="o"';
const BASIC = 'Basic realm="dm"';

function answer(options: Partial<DevicePasswordOptions>, ...values: readonly string[]) {
  const password = new DevicePassword({ ...OWN, ...options });
  const learnt = password.learn(challenged(...values));
  const next = password.next('POST', '/dm');
  const read = readCredentials(next?.value);
  return { password, learnt, next, scheme: read?.scheme, params: read?.params };
}

describe('the password of a device', () => {
  it('is not told before anybody asks', () => {
    expect(new DevicePassword(OWN).next('POST', '/dm')).toBeUndefined();
    expect(answer({}, 'Negotiate').next).toBeUndefined();
  });

  it('answers the best challenge, or the one it is to answer', () => {
    expect(answer({}, BASIC, MD5, SHA).params?.get('algorithm')).toBe('SHA-256');
    expect(answer({}, BASIC, MD5).params?.get('opaque')).toBe('o');
    expect(answer({}, BASIC, 'Digest realm="dm", qop="auth-int", nonce="c"').scheme).toBe('basic');
    expect(answer({ scheme: 'basic' }, BASIC, SHA).scheme).toBe('basic');
    expect(answer({ scheme: 'digest', algorithm: 'MD5' }, BASIC, SHA).next).toBeUndefined();
  });

  it('counts the uses of a nonce, and begins anew with another', () => {
    const { password, learnt, params } = answer({}, SHA);
    const count = () => readCredentials(password.next('POST', '/dm')?.value)?.params.get('nc');
    expect([learnt, params?.get('nc'), count()]).toEqual([true, '00000001', '00000002']);
    expect(password.learn(challenged(SHA))).toBe(false);
    expect(password.learn(challenged(`${SHA}, stale=TRUE`))).toBe(true);
    expect(count()).toBe('00000001');
  });

  it('is sent once more to the byte, and said to be', () => {
    const { password, next } = answer({}, SHA);
    password.replay();
    const again = password.next('POST', '/dm');
    expect(again?.value).toBe(next?.value);
    expect([next?.credentials.outcome, again?.credentials.outcome]).toEqual(['right', 'replayed']);
    expect(password.next('POST', '/dm')?.credentials.outcome).toBe('right');
  });

  it('goes with a made-up nonce where it is told to, and answers that once', () => {
    const { password, params, next } = answer({ nonce: 'made-up' }, SHA);
    expect(params?.get('nonce')).not.toBe('a');
    expect(next?.credentials.outcome).toBe('stale');
    expect(password.learn(challenged(`${SHA}, stale=true`))).toBe(false);
  });
});
