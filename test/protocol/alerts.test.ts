import { describe, expect, it } from 'vitest';
import { ALERT, clientInitiated, notificationIds, readAlert, serverInitiated } from '../../harness/protocol/alerts.js';

describe('the alerts that the harness writes', () => {
  it('say why the session was opened, and carry the identifier as D-07 has it', () => {
    expect(serverInitiated(undefined)).toEqual({ AlertType: 'urn:oma:at:dm:2.0:ServerInitiatedMgmt' });
    expect(serverInitiated(0)).toEqual({
      AlertType: 'urn:oma:at:dm:2.0:ServerInitiatedMgmt',
      Data: { NotificationID: 0 },
    });
    expect(clientInitiated()).toEqual({ AlertType: 'urn:oma:at:dm:2.0:ClientInitiatedMgmt' });
  });

  it('are read as they were written', () => {
    expect(readAlert(serverInitiated(4711))).toMatchObject({
      type: ALERT.server,
      initiation: 'ServerInitiatedMgmt',
      notificationId: 4711,
    });
    expect(readAlert(clientInitiated())).toMatchObject({ type: ALERT.client, initiation: 'ClientInitiatedMgmt' });
  });
});

describe('reading an alert', () => {
  it.each<[string, unknown, Record<string, unknown>]>([
    [
      'the end of a bootstrap',
      { AlertType: ALERT.bootstrap },
      { type: ALERT.bootstrap, initiation: 'BootstrapComplete' },
    ],
    ['another', { AlertType: 'urn:x' }, { type: 'urn:x' }],
    ['one in another case', { AlertType: ALERT.client.toLowerCase() }, { type: ALERT.client.toLowerCase() }],
    ['one without a type', { Data: { NotificationID: 5 } }, { notificationId: 5 }],
    ['one whose type is no string', { AlertType: 5 }, {}],
    ['a string', ALERT.server, {}],
    ['null', null, {}],
    ['an array', [{ AlertType: ALERT.server }], {}],
    ['nothing', undefined, {}],
  ])('%s', (_what, raw, wanted) => {
    const none = { type: undefined, initiation: undefined, notificationId: undefined };
    expect(readAlert(raw)).toEqual({ raw, ...none, ...wanted });
  });

  it('takes the identifier from where D-07 puts it before any other place', () => {
    const Data = { notification_id: 1, NotificationID: 2 };
    expect(readAlert({ AlertType: ALERT.server, Data }).notificationId).toBe(2);
    expect(readAlert({ AlertType: ALERT.server, Data: { notification_id: 1 } }).notificationId).toBe(1);
    expect(readAlert({ AlertType: ALERT.server, Data: [7] }).notificationId).toBe(7);
  });

  it.each<[value: unknown, id: number | undefined]>([
    [0, 0],
    [1, 1],
    [65535, 65535],
    [65536, undefined],
    [-1, undefined],
    [1.5, undefined],
    [1e20, undefined],
    [Number.NaN, undefined],
    ['0', 0],
    ['00017', 17],
    ['65535', 65535],
    ['65536', undefined],
    ['000001', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['0x0', 0],
    ['0xBEEF', 0xbeef],
    ['0Xffff', 0xffff],
    ['0x10000', undefined],
    ['0x', undefined],
    ['0xg', undefined],
    ['ffff', undefined],
    ['x12', undefined],
    ['12x', undefined],
    ['', undefined],
    ['  ', undefined],
    [' \t7\n', 7],
    ['7'.padStart(16), 7],
    ['7'.padStart(17), undefined],
    [true, undefined],
    [null, undefined],
    [[5], undefined],
  ])('takes %s for the identifier %s', (value, id) => {
    const alert = { AlertType: 'urn:x', NotificationID: value };
    expect(notificationIds(alert)).toEqual(id === undefined ? [] : [id]);
    expect(readAlert({ Data: { NotificationID: value } }).notificationId).toBe(Array.isArray(value) ? undefined : id);
  });
});

describe('the identifiers that an alert may mean', () => {
  const server = (Data: unknown, beside = {}): readonly number[] =>
    notificationIds({ AlertType: ALERT.server, Data, ...beside });
  const other = (Data: unknown, beside = {}): readonly number[] =>
    notificationIds({ AlertType: 'urn:x', Data, ...beside });

  it.each([
    'NotificationID',
    'notificationid',
    'NOTIFICATION-ID',
    'Notification_Id',
    'notification.id',
    'NotificationIdentifier',
  ])('stand under %s in any alert, inside or beside Data', (name) => {
    expect(other({ [name]: 5 })).toEqual([5]);
    expect(other({ a: [{ b: { [name]: '5' } }] })).toEqual([5]);
    expect(other(undefined, { [name]: 5 })).toEqual([5]);
  });

  it.each(['ID', 'SessionID', 'Notification', 'NotificationIDs', 'MyNotificationID', 'NotificationIdent', 'x', ''])(
    'stand under %s in Data of a ServerInitiatedMgmt alert alone',
    (name) => {
      expect(server({ [name]: 5 })).toEqual([5]);
      expect(server({ a: { [name]: 5 } })).toEqual([5]);
      expect(other({ [name]: 5 })).toEqual([]);
      expect(server(undefined, { [name]: 5 })).toEqual([]);
    },
  );

  it('come in the order of their likelihood, each once', () => {
    const data = { x: 1, id: 2, SessionID: 3, TheNotification: 4, deep: { NotificationID: 5, y: 4 } };
    expect(server(data, { 'Notification-ID': 6, id: 7 })).toEqual([5, 6, 2, 3, 4, 1]);
    expect(other(data, { 'Notification-ID': 6, id: 7 })).toEqual([5, 6]);
    expect(server({ deep: { NotificationID: 1 }, NotificationID: 2 })).toEqual([2, 1]);
    expect(server({ ident: 1, sessionidx: 2, ID: 3 })).toEqual([3, 1, 2]);
  });

  it('may be Data itself, of a ServerInitiatedMgmt alert', () => {
    expect([server(12), server('12'), server([12, '0x0d'])]).toEqual([[12], [12], [12, 13]]);
    expect([other(12), other('12'), other([12])]).toEqual([[], [], []]);
    expect([server(null), server('none'), server({}), server(undefined)]).toEqual([[], [], [], []]);
  });

  it.each([[null], [undefined], [5], ['NotificationID'], [true], [[{ NotificationID: 5 }]]])(
    'are none in %s',
    (raw) => {
      expect(notificationIds(raw)).toEqual([]);
    },
  );

  it('are looked for in a thousand members of an object, and in a thousand objects', () => {
    const wide = (count: number): unknown => ({
      ...Object.fromEntries(Array.from({ length: count - 1 }, (_, index) => [`m${index}`, 'x'])),
      NotificationID: 5,
    });
    expect(other(wide(1000))).toEqual([5]);
    expect(other(wide(1001))).toEqual([]);
    const deep = (count: number): unknown => {
      let data: unknown = { NotificationID: 5 };
      for (let level = 1; level < count; level += 1) data = { level: data };
      return data;
    };
    expect(other(deep(1000))).toEqual([5]);
    expect(other(deep(1001))).toEqual([]);
  });
});
