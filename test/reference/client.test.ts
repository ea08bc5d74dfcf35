import { describe, expect, it } from 'vitest';
import { MEDIA } from '../../harness/protocol/media-types.js';
import { readPackageOne } from '../../harness/protocol/read-packages.js';
import type { ReferenceClient } from '../../harness/reference/client-core.js';
import { MOID } from '../../harness/reference/default-tree.js';
import { twoOf } from '../../harness/reference/server-replies.js';
import { headerValue, type PeerHandler, type PeerReply } from '../../harness/stimuli/peer.js';
import { DEVICE, DM, peers, REPO, type Switchboard } from './support.js';

const LEFT = `${MOID.sample}/left`;
const END = twoOf([['END']]);

/** A DM endpoint that answers in turn. */
function answering(...replies: readonly (PeerReply | 'cut')[]): PeerHandler {
  const left = [...replies];
  return () => {
    const next = left.shift() ?? END;
    if (next === 'cut') throw new Error('cut');
    return next;
  };
}

describe('#1', () => {
  it('is typed, names the device, the MOs and one reason', async () => {
    const { net, run } = peers();
    expect(await run([['END']])).toBe('ended');
    const [one] = net.packages;
    expect(one).toMatchObject({ method: 'POST', url: DM });
    expect(headerValue(one?.headers ?? [], 'content-type')).toBe(MEDIA.initiation);
    expect(headerValue(one?.headers ?? [], 'accept')).toBe(MEDIA.request);
    expect(headerValue(one?.headers ?? [], 'omadm-devid')).toBe(DEVICE);
    const { view, problems } = readPackageOne(one?.body ?? Buffer.alloc(0));
    expect(problems).toEqual([]);
    expect(view?.alerts.map(({ initiation }) => initiation)).toEqual(['ClientInitiatedMgmt']);
    expect(view?.mos?.find(({ moid }) => moid === MOID.devInfo)?.miids).toEqual(['di1']);
  });
});

describe('the session loop', () => {
  it('goes on for as many rounds as the server wants', async () => {
    const { net, run } = peers();
    const rounds = Array.from({ length: 200 }, () => [['GET', `${LEFT}/ID`]]);
    expect(await run(...rounds, [['END']])).toBe('ended');
    expect(net.codes).toHaveLength(200);
  });

  it('runs all of the END package, wherever END stands, and reports nothing', async () => {
    const { net, tree, run } = peers();
    expect(
      await run([
        ['HPUT', `${REPO}/a`, `${LEFT}/ID`],
        ['END'],
        ['HPUT', `${REPO}/b`, `${LEFT}/ID`],
        ['DELETE', `${LEFT}/Data`],
      ]),
    ).toBe('ended');
    expect(net.transfers).toEqual([`PUT ${REPO}/a`, `PUT ${REPO}/b`]);
    expect(net.codes).toEqual([]);
    expect(tree.instance(MOID.sample, 'left')?.root.children?.has('Data')).toBe(false);
  });

  it('follows the last CONT of a package at once, for the rest of the session only', async () => {
    const { net, run } = peers();
    await run(
      [
        ['CONT', `${DM}/a`],
        ['CONT', `${DM}/b?c=%20d`],
      ],
      [['GET', `${LEFT}/ID`]],
    );
    await run([['END']]);
    expect(net.packages.map(({ url }) => url)).toEqual([DM, `${DM}/b?c=%20d`, `${DM}/b?c=%20d`, DM]);
  });

  it.each<[string, string, PeerReply | 'cut']>([
    ['malformed', 'a body that is no JSON', { ...END, body: Buffer.from('{"CMD":[["END"]]') }],
    ['malformed', 'two values in a body', { ...END, body: Buffer.from('{"CMD":[["END"]]}{}') }],
    ['malformed', 'a member that is no string', { ...END, body: Buffer.from('{"CMD":[["DELETE",1]]}') }],
    ['malformed', 'no command', twoOf([])],
    ['malformed', 'another type', { ...END, headers: [['Content-Type', 'application/json']] }],
    ['malformed', 'another 2xx', { ...END, status: 202 }],
    ['refused', '404', { status: 404, headers: [], body: Buffer.alloc(0) }],
    ['refused', '503', { ...END, status: 503 }],
    ['refused', 'a redirect', { status: 307, headers: [['Location', '/other']], body: Buffer.alloc(0) }],
    ['broken', 'a cut connection', 'cut'],
  ])('is over (%s) after %s, with no retry and no command run', async (end, _what, reply) => {
    for (const before of [[], [twoOf([['GET', `${LEFT}/ID`]])]]) {
      const { net, client } = peers({ dm: answering(...before, reply) });
      expect(await client.startSession().done).toBe(end);
      expect(net.packages).toHaveLength(before.length + 1);
      expect(await client.startSession().done).toBe('ended');
    }
  });

  it('has one session of a device at a time, and serves devices side by side', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const seen: (string | undefined)[] = [];
    const { client } = peers({
      dm: async ({ headers }) => {
        const device = headerValue(headers, 'omadm-devid');
        seen.push(device);
        if (device === DEVICE && seen.length === 1) await held;
        return END;
      },
    });
    const first = client.startSession();
    const second = client.startSession();
    expect([first.queued, second.queued]).toEqual([false, true]);
    expect(await client.startSession({ device: 'IMEI:2' }).done).toBe('ended');
    expect(seen).toEqual([DEVICE, 'IMEI:2']);
    release();
    expect([await first.done, await second.done]).toEqual(['ended', 'ended']);
    expect(seen).toEqual([DEVICE, 'IMEI:2', DEVICE]);
  });

  it('gives the server its cookie back within the session only', async () => {
    const { net, run } = peers();
    await run([['GET', `${LEFT}/ID`]]);
    await run([['END']]);
    const cookies = net.packages.map(({ headers }) => headerValue(headers, 'cookie')?.startsWith('OMADM-Session='));
    expect(cookies).toEqual([undefined, true, undefined]);
  });

  it('is lenient where it is told to be', async () => {
    const { client } = peers({
      client: { tolerance: 'lenient' },
      dm: answering({ ...END, headers: [] }),
    });
    expect(await client.startSession().done).toBe('ended');
  });
});

describe('alerts', () => {
  const event = { AlertType: 'urn:x:event' };
  const carries = (net: Switchboard) => net.packages.map(({ body }) => String(body).includes('urn:x:event'));

  it('are sent again after a lost or refused package, never after a 2xx', async () => {
    const refused = { status: 503, headers: [], body: Buffer.alloc(0) };
    const { net, client } = peers({ dm: answering('cut', refused, END) });
    client.raiseAlert(event);
    for (let session = 0; session < 4; session += 1) await client.startSession().done;
    expect(carries(net)).toEqual([true, true, true, false]);
  });

  it('raised under a withheld #2 go out with the #3, in the END package with the next session', async () => {
    const holder: { client?: ReferenceClient } = {};
    const replies = [twoOf([['GET', `${LEFT}/ID`]]), twoOf([['EXEC', `${MOID.task}//RunWithAlert`], ['END']]), END];
    const { net, client } = peers({
      dm: () => {
        if (replies.length === 3) holder.client?.raiseAlert(event);
        return replies.shift() ?? END;
      },
    });
    holder.client = client;
    expect(await client.startSession().done).toBe('ended');
    await client.startSession().done;
    expect(carries(net)).toEqual([false, true, false]);
    expect(String(net.packages[2]?.body)).toContain('urn:example:at:task:1.0');
  });

  it('of an EXEC whose ServerURI cannot be reached go to the account with the next session', async () => {
    const { net, client, run } = peers();
    expect(await run([['EXEC', `${MOID.task}//Run`, 'http://nowhere.test/x']])).toBe('ended');
    await client.startSession().done;
    expect(net.packages.map(({ url }) => url)).toEqual([DM, DM, 'http://nowhere.test/x', DM]);
    expect(String(net.packages[3]?.body)).toContain('"TargetURI":"http://nowhere.test/x"');
  });
});

describe('bootstrap', () => {
  it('opens a session that says so, with the rights of the new account', async () => {
    const { client, net, server } = peers();
    server.queue(DEVICE, [
      [
        ['GET', `${LEFT}/ID`],
        ['GET', `${MOID.devInfo}//DmV`],
      ],
    ]);
    await client.bootstrap({ serverId: 'other', serverUri: `${DM}/boot`, moids: [MOID.sample] }).done;
    expect(readPackageOne(net.packages[0]?.body ?? Buffer.alloc(0)).view?.alerts[0]?.initiation).toBe(
      'BootstrapComplete',
    );
    expect(net.packages[0]?.url).toBe(`${DM}/boot`);
    expect(net.codes).toEqual([[200, 405]]);
    expect(client.device().tree.instances(MOID.account)).toHaveLength(2);
  });
});
