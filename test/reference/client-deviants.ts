import { expect, it } from 'vitest';
import { MEDIA } from '../../harness/protocol/media-types.js';
import { writeMoSerialization } from '../../harness/protocol/mo-data.js';
import type { PackageOne } from '../../harness/protocol/packages.js';
import { readPackageOne } from '../../harness/protocol/read-packages.js';
import { VirtualClock } from '../../harness/reference/clock.js';
import { MOID } from '../../harness/reference/default-tree.js';
import type { Cause, ClientHooks } from '../../harness/reference/hooks.js';
import { headerValue, type PeerHandler, type PeerSend } from '../../harness/stimuli/peer.js';
import type { CommandList } from '../../harness/stimuli/plan.js';
import { DEVICE, peers, REPO } from './support.js';

export const LEFT = `${MOID.sample}/left`;
export const ID = ['GET', `${LEFT}/ID`];
export const PUT_A = ['HPUT', `${REPO}/a`, `${LEFT}/ID`];
export const PUT_B = ['HPUT', `${REPO}/b`, `${LEFT}/ID`];
export const RUN = `${MOID.task}//Run`;
export const NOTIFIED: Cause = { kind: 'notified', notificationId: 7 };

export type Seen = ReturnType<typeof peers>;

/** A client that breaks one requirement, the packages that bring it out, and what a conformant client never shows. */
export interface Deviant {
  readonly hooks: ClientHooks;
  readonly packages?: readonly CommandList[];
  readonly sessions?: number;
  readonly cause?: Cause;
  readonly dm?: PeerHandler;
  readonly shows: (seen: Seen) => boolean;
}

/** A #2 that breaks off in the middle. */
export const garbled: PeerHandler = () => ({
  status: 200,
  headers: [['Content-Type', MEDIA.request]],
  body: Buffer.from(`{"CMD":[["DELETE","${LEFT}/ID"]`),
});

export function field(request: PeerSend | undefined, name: string): string | undefined {
  return headerValue(request?.headers ?? [], name);
}

/** The request with another value of a field, or without it. */
export function withField(request: PeerSend, name: string, value: string | undefined): PeerSend {
  const others = request.headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase());
  return { ...request, headers: value === undefined ? others : [...others, [name, value]] };
}

function ofType(seen: Seen, type: string): readonly PeerSend[] {
  return seen.net.packages.filter((each) => field(each, 'content-type') === type);
}

export function ones(seen: Seen): readonly PeerSend[] {
  return ofType(seen, MEDIA.initiation);
}

export function threes(seen: Seen): readonly PeerSend[] {
  return ofType(seen, MEDIA.response);
}

/** The first #1 as it reads. */
export function one(seen: Seen): PackageOne | undefined {
  return readPackageOne(ones(seen)[0]?.body ?? Buffer.alloc(0)).view;
}

export function codes(seen: Seen): string {
  return JSON.stringify(seen.net.codes);
}

/** Value of a leaf of `left`. */
export function value(seen: Seen, name: string): unknown {
  return seen.tree.instance(MOID.sample, 'left')?.root.children?.get(name)?.value;
}

async function play({ packages = [], sessions = 1, cause, dm }: Deviant, hooks: ClientHooks): Promise<Seen> {
  const clock = new VirtualClock();
  const seen = peers({ hooks, client: { clock }, ...(dm === undefined ? {} : { dm }) });
  const object = { clientUri: `${MOID.app}//`, data: { Name: 'x' } };
  seen.repository.serve('/object', { body: writeMoSerialization([object]) });
  seen.server.queue(DEVICE, packages);
  for (let session = 0; session < sessions; session += 1) {
    await seen.client.startSession(cause === undefined ? {} : { cause }).done;
    await clock.advance(20_000);
  }
  return seen;
}

/** Each deviant shows its mistake, and a client without hooks does not. */
export function proveAll(deviants: Readonly<Record<string, Deviant>>): void {
  it.each(Object.entries(deviants))('%s', async (_name, deviant) => {
    expect(deviant.shows(await play(deviant, deviant.hooks))).toBe(true);
    expect(deviant.shows(await play(deviant, {}))).toBe(false);
  });
}
