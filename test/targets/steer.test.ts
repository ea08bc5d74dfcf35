import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readImplementation } from '../../harness/model/implementation.js';
import { Steering } from '../../harness/targets/steer.js';
import { CommandSteer } from '../../harness/targets/steer-commands.js';
import { HttpSteer } from '../../harness/targets/steer-http.js';
import { Surroundings } from '../../harness/targets/surroundings.js';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A control server with these answers by `METHOD /path`; everything else gets `otherwise`. */
async function control(answers: Readonly<Record<string, number>>, otherwise: number) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const name = `${request.method} ${request.url}`;
    asked.push(name);
    request.resume();
    response.writeHead(answers[name] ?? otherwise).end('said');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const steer = new HttpSteer(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, 1000);
  closers.push(
    () => steer.close(),
    () => void server.close(),
    () => server.closeAllConnections(),
  );
  return { asked, steer };
}

describe('control over HTTP', () => {
  it('2xx is done', async () => {
    const { steer } = await control({ 'POST /session': 202 }, 404);
    expect(await steer.call('startSession', {})).toMatchObject({ accepted: true, offered: true });
  });

  it.each([404, 405, 501])('%i is believed when an operation that does not exist is answered alike', async (status) => {
    const { steer, asked } = await control({ 'POST /alert': status }, 404);
    const steering = new Steering(steer, ['raiseAlert']);
    const answer = await steering.raiseAlert({ AlertType: 'x' });
    expect(answer.detail).toMatch(/offers no control operation "raiseAlert"/);
    await steering.raiseAlert({ AlertType: 'x' });
    expect(asked.filter((name) => name === 'POST /alert')).toHaveLength(1);
  });

  it('is not believed of a server that takes whatever is asked', async () => {
    const { steer } = await control({ 'POST /alert': 404 }, 200);
    const answer = await steer.call('raiseAlert', {});
    expect(answer).toMatchObject({ accepted: false, offered: true });
    expect(answer.detail).toMatch(/does not exist was answered 200/);
  });

  it('another refusal is no missing operation', async () => {
    const { steer } = await control({ 'PUT /node': 400 }, 404);
    expect(await steer.call('setNode', {})).toMatchObject({ accepted: false, offered: true });
  });

  it('a control server that is not there is told, not thrown', async () => {
    const steer = new HttpSteer('http://127.0.0.1:9', 300);
    closers.push(() => steer.close());
    const answer = await steer.call('reset', {});
    expect(answer).toMatchObject({ accepted: false, offered: true });
  });

  it('an operation that the statement does not name is not asked for', async () => {
    const { steer, asked } = await control({}, 200);
    const answer = await new Steering(steer, ['startSession']).setBrowser(false);
    expect([answer.detail, asked]).toEqual([expect.stringMatching(/no control operation "setBrowser"/), []]);
  });
});

async function commands(map: Readonly<Record<string, string | readonly string[]>>, patienceMs = 5000) {
  const text = 'name: a\nrole: server\nendpoint: "http://127.0.0.1:{port}/"\naccount: { serverID: dm.example }\n';
  const surroundings = await Surroundings.of(readImplementation({ path: 'x', text }));
  const steer = new CommandSteer({ commands: map, folder: '/', surroundings, patienceMs });
  closers.push(() => steer.close());
  return steer;
}

describe('control over commands', () => {
  it('hands the body over on standard input and takes the answer from standard output', async () => {
    const steer = await commands({ sendNotification: ['sh', '-c', 'cat; printf "|%s" "$0"', '{account.serverID}'] });
    const { accepted, bytes } = await steer.call('sendNotification', { device: 'IMEI:1' });
    expect([accepted, bytes?.toString()]).toEqual([true, '{"device":"IMEI:1"}|dm.example']);
  });

  it('hands bytes over as they are', async () => {
    const steer = await commands({ notify: 'cat' });
    const { bytes } = await steer.call('notify', Buffer.from([0, 255, 10]));
    expect([...(bytes ?? [])]).toEqual([0, 255, 10]);
  });

  it('127 is believed when one that does not exist ends alike', async () => {
    const steer = await commands({ any: 'case {operation} in queue) exit 0;; *) exit 127;; esac' });
    expect(await steer.call('queue', {})).toMatchObject({ accepted: true });
    expect(await steer.call('reset', {})).toMatchObject({ accepted: false, offered: false });
  });

  it('and not when it is done', async () => {
    const steer = await commands({ any: 'test {operation} != reset || exit 127' });
    const answer = await steer.call('reset', {});
    expect(answer).toMatchObject({ accepted: false, offered: true });
    expect(answer.detail).toMatch(/does not exist ended with code 0/);
  });

  it('another exit code is a refusal that quotes what was said', async () => {
    const steer = await commands({ reset: 'echo no disk >&2; exit 3' });
    const answer = await steer.call('reset', {});
    expect(answer).toMatchObject({ accepted: false, offered: true });
    expect(answer.detail).toMatch(/code 3 and said "no disk"/);
  });

  it('a program that is not there', async () => {
    const steer = await commands({ reset: ['/no/such/program'] });
    expect(await steer.call('reset', {})).toMatchObject({ accepted: false, offered: false });
  });

  it('one that never ends is ended', async () => {
    const steer = await commands({ reset: 'sleep 4545' }, 200);
    expect((await steer.call('reset', {})).detail).toMatch(/did not end in time/);
  });

  it('what a command leaves running goes on, and ends with the run', async () => {
    const steer = await commands({ startSession: 'sleep 60 & echo $!' });
    const { accepted, bytes } = await steer.call('startSession', {});
    const pid = Number(bytes?.toString());
    expect([accepted, alive(pid)]).toEqual([true, true]);
    await steer.close();
    await expect.poll(() => alive(pid)).toBe(false);
  });
});

/** One that has ended and that nobody has asked for is not alive. */
function alive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)]);
  return /^[^Z]/.test(stdout.toString().trim());
}
