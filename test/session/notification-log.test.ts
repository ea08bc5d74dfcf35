import { describe, expect, it } from 'vitest';
import { writeNotification } from '../../harness/protocol/write-notification.js';
import { SessionFold } from '../../harness/session/fold.js';
import type { Observation } from '../../harness/session/observation.js';
import { recordBody } from '../../harness/trace/body.js';
import type { Action, Draft, TraceEvent, TraceHeader } from '../../harness/trace/event.js';

const HEADER: TraceHeader = {
  record: 'dmconform-trace',
  version: 1,
  started: '2026-01-01T00:00:00.000Z',
  suite: 'test',
  ledger: 'test',
  role: 'client',
  statement: {
    name: 'test',
    role: 'client',
    start: { kind: 'embedded' },
    operations: [],
    account: { serverId: 'dm1', notification: false },
    nodes: { devInfo: 'urn:x//', account: 'urn:y//' },
  },
  decisions: {},
  profile: 'default',
  patienceMs: 1000,
  source: 'live',
};

/** Feeds a fold event by event and keeps what it says. */
function folding(header = HEADER) {
  const fold = new SessionFold(header, () => undefined);
  const seen: Observation[] = [];
  let seq = 0;
  const push = (draft: Draft): void => {
    seq += 1;
    const event: TraceEvent = { seq, ...draft, t: seq };
    seen.push(...fold.push(event));
  };
  const act = (action: Action, scenario = 'g') => push({ kind: 'action', scenario, action });
  const notify = (identifier: number, serverId = 'dm1', scenario = 'g') =>
    push({
      kind: 'notification',
      scenario,
      from: 'server',
      to: 'client',
      via: 'control',
      body: recordBody(writeNotification({ serverId, identifier }), () => undefined),
      digest: 'absent',
      accepted: true,
    });
  const session = (identifier: number | undefined, target = '/dm', scenario = 'g') => {
    const alert = { AlertType: 'urn:oma:at:dm:2.0:ServerInitiatedMgmt', Data: { NotificationID: identifier } };
    const own = { AlertType: 'urn:oma:at:dm:2.0:ClientInitiatedMgmt' };
    const text = JSON.stringify({ Alert: [identifier === undefined ? own : alert] });
    const exchange = `x${seq}`;
    const base = { scenario, exchange, connection: 'c', began: seq, framing: { by: 'length' as const } };
    const type = (kind: string) => [['Content-Type', `application/vnd.oma.dm.${kind}+json`]] as const;
    push({
      ...base,
      kind: 'http-request',
      from: 'client',
      to: 'server',
      method: 'POST',
      target,
      httpVersion: 'HTTP/1.1',
      headers: [...type('initiation'), ['OMADM-DevID', 'd']],
      body: { size: text.length, text },
    });
    const end = '{"CMD":[["END"]]}';
    push({
      ...base,
      kind: 'http-response',
      from: 'server',
      to: 'client',
      status: 200,
      reason: 'OK',
      httpVersion: 'HTTP/1.1',
      headers: [...type('request'), ['Content-Length', '17']],
      body: { size: end.length, text: end },
    });
  };
  const ones = () => seen.flatMap((one) => (one.kind === 'one' ? [one.notified] : []));
  const sent = () => seen.flatMap((one) => (one.kind === 'notification' ? [one.sent] : []));
  const fences = () => seen.flatMap((one) => (one.kind === 'notification-fence' ? [one.sent] : []));
  return { act, notify, session, ones, sent, fences };
}

describe('the notification log', () => {
  it('ties a session to the notification whose identifier it carries', () => {
    const { notify, session, ones, sent } = folding();
    notify(0x2001);
    notify(0x2002);
    session(0x2002);
    session(undefined);
    session(0x2002);
    expect(ones().map(({ answers, again }) => [answers?.event.seq, again])).toEqual([
      [2, false],
      [undefined, false],
      [2, true],
    ]);
    expect(sent().map((one) => one.session?.id)).toEqual([undefined, 's1']);
  });

  it('fences what came before a later notification that was answered, once', () => {
    const { notify, session, fences } = folding();
    notify(1, 'stranger');
    session(undefined);
    expect(fences()).toEqual([]);
    notify(0x2002);
    session(0x2002);
    notify(0x2003);
    session(0x2003);
    expect(fences().map(({ event, faults }) => [event.seq, faults])).toEqual([[1, ['server']]]);
  });

  it('takes a second copy for a repeat, but not the same identifier from another server', () => {
    const { act, notify, sent } = folding();
    const account = { serverId: 'dm2', serverUri: 'http://x/two', moids: [], notification: false };
    act({ name: 'bootstrap', ...account, accepted: true });
    notify(7);
    notify(7, 'dm2');
    notify(7);
    notify(7);
    expect(sent().map(({ faults }) => faults)).toEqual([[], [], ['repeat'], ['repeat']]);
  });

  it('prefers the account whose address the session goes to', () => {
    const { act, notify, session, ones } = folding();
    const account = { serverId: 'dm2', serverUri: 'http://x/two', moids: [], notification: false };
    act({ name: 'bootstrap', ...account, accepted: true });
    notify(7);
    notify(7, 'dm2');
    session(7, '/two');
    expect(ones()[0]?.answers?.account?.serverId).toBe('dm2');
    expect(ones()[0]?.bootstraps.map(({ uri }) => uri)).toEqual(['http://x/two']);
  });

  it('forgets everything with a reset of the client', () => {
    const { act, notify, session, ones } = folding();
    notify(7);
    act({ name: 'reset', accepted: true });
    session(7);
    expect(ones()[0]).toMatchObject({ answers: undefined, expected: [] });
  });

  it('remembers a bounded number', () => {
    const { notify, session, ones } = folding();
    for (let id = 0; id < 5000; id += 1) notify(id);
    session(undefined);
    expect(ones()[0]?.expected.length).toBeLessThanOrEqual(64);
  });
});
