import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { GenericAlert } from '../../harness/protocol/alerts.js';
import { readPackageOne, readPackageThree } from '../../harness/protocol/read-packages.js';
import { AlertQueue } from '../../harness/reference/alert-queue.js';
import { alertStore } from '../../harness/reference/alert-store.js';
import { twoOf } from '../../harness/reference/server-replies.js';
import type { PeerHandler, PeerReply, PeerSend } from '../../harness/stimuli/peer.js';
import { peers } from './support.js';

const folders: string[] = [];
const END = twoOf([['END']]);
const REFUSED: PeerReply = { status: 503, headers: [], body: Buffer.alloc(0) };

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function stateDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dmconform-alerts-'));
  folders.push(folder);
  return folder;
}

function event(number: number): GenericAlert {
  return { AlertType: 'urn:example:at:event:1.0', Data: { number } };
}

/** Numbers of the events in a package. */
function eventsIn({ body = Buffer.alloc(0) }: PeerSend): readonly unknown[] {
  const { view } = body.includes('"Status"') ? readPackageThree(body) : readPackageOne(body);
  return (view?.alerts ?? []).flatMap(({ raw }) => {
    const data = (raw as GenericAlert).Data;
    return data?.number === undefined ? [] : [data.number];
  });
}

/** A device whose DM endpoint answers in turn, then END. */
function device(folder: string, ...replies: readonly (PeerReply | 'cut')[]) {
  const left = [...replies];
  const dm: PeerHandler = () => {
    const next = left.shift() ?? END;
    if (next === 'cut') throw new Error('cut');
    return next;
  };
  const { client, net } = peers({ dm, client: { stateDir: folder } });
  return { client, told: () => net.packages.map(eventsIn) };
}

describe('alerts of a device that is started anew', () => {
  it('are delivered by the next process when the last one could not', async () => {
    const folder = stateDir();
    const first = device(folder, REFUSED);
    first.client.raiseAlert(event(1));
    await first.client.startSession().done;
    await first.client.close();
    const second = device(folder);
    await second.client.startSession().done;
    expect([first.told(), second.told()]).toEqual([[[1]], [[1]]]);
  });

  it('do not come again when the last process delivered them', async () => {
    const folder = stateDir();
    const first = device(folder);
    first.client.raiseAlert(event(1));
    await first.client.startSession().done;
    first.client.raiseAlert(event(2));
    await first.client.close();
    const second = device(folder);
    await second.client.startSession().done;
    await second.client.startSession().done;
    expect(second.told()).toEqual([[2], []]);
  });

  it('are gone after a reset', async () => {
    const folder = stateDir();
    const first = device(folder);
    first.client.raiseAlert(event(1));
    first.client.reset();
    await first.client.close();
    const second = device(folder);
    await second.client.startSession().done;
    expect(second.told()).toEqual([[]]);
  });

  it('are told to be unreadable rather than lost without a word', () => {
    const folder = stateDir();
    alertStore(folder, 'D').save([{ alert: event(1), target: undefined }]);
    const [file = ''] = readdirSync(folder);
    writeFileSync(join(folder, file), '{"half');
    expect(() => alertStore(folder, 'D').load()).toThrow(/kept alerts cannot be read/);
  });

  it('are delivered once each, whatever fails in between', async () => {
    const step = fc.oneof(
      fc.constant('event' as const),
      fc.constant('restart' as const),
      fc.constantFrom<PeerReply | 'cut'>(END, REFUSED, 'cut'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const folder = stateDir();
        const taken: unknown[] = [];
        let raised = 0;
        let next: PeerReply | 'cut' = END;
        const start = () => {
          const { client, net } = peers({
            dm: () => {
              if (next === 'cut') throw new Error('cut');
              return next;
            },
            client: { stateDir: folder },
          });
          return { client, last: () => net.packages.at(-1) };
        };
        let now = start();
        for (const one of [...steps, END] as const) {
          if (one === 'event') {
            raised += 1;
            now.client.raiseAlert(event(raised));
          } else if (one === 'restart') {
            await now.client.close();
            now = start();
          } else {
            next = one;
            await now.client.startSession().done;
            const sent = now.last();
            if (one === END && sent !== undefined) taken.push(...eventsIn(sent));
          }
        }
        expect(taken).toEqual(Array.from({ length: raised }, (_, index) => index + 1));
      }),
      { numRuns: 60 },
    );
  });
});

describe('the queue', () => {
  it('gives an alert to its own destination until that turns out to be unreachable', () => {
    const queue = new AlertQueue();
    queue.add(event(1), 'http://a.test/');
    queue.add(event(2));
    expect(queue.waitingFor('http://a.test/').map(({ alert }) => alert)).toEqual([event(1)]);
    queue.redirect('http://a.test/');
    expect(queue.waitingFor(undefined).map(({ alert }) => alert)).toEqual([event(1), event(2)]);
    queue.acknowledge(queue.waitingFor(undefined));
    expect(queue.size).toBe(0);
  });
});
