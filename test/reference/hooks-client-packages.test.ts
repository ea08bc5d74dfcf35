import { ALERT } from '../../harness/protocol/alerts.js';
import { MEDIA } from '../../harness/protocol/media-types.js';
import { readPackageTwo } from '../../harness/protocol/read-packages.js';
import { headerValue } from '../../harness/stimuli/peer.js';
import {
  field,
  garbled,
  ID,
  LEFT,
  NOTIFIED,
  one,
  ones,
  PUT_A,
  PUT_B,
  proveAll,
  threes,
  value,
  withField,
} from './client-deviants.js';
import { DEVICE, DM } from './support.js';

proveAll({
  'SES-01 #1 by PUT': {
    hooks: { requestOne: (request, next) => next({ ...request, method: 'PUT' }) },
    shows: ({ net }) => net.packages[0]?.method === 'PUT',
  },
  'SES-03, SES-11 no session': {
    hooks: { startSession: () => undefined },
    shows: ({ net }) => net.packages.length === 0,
  },
  'SES-04 another identifier': {
    cause: NOTIFIED,
    hooks: {
      packageOne: (content) => ({ ...content, alerts: [{ AlertType: ALERT.server, Data: { NotificationID: 1792 } }] }),
    },
    shows: (seen) => one(seen)?.alerts[0]?.notificationId !== 7,
  },
  'SES-05 says that it was notified': {
    hooks: { packageOne: (content) => ({ ...content, alerts: [{ AlertType: ALERT.server }] }) },
    shows: (seen) => one(seen)?.alerts[0]?.initiation === 'ServerInitiatedMgmt',
  },
  'SES-07 two sessions for one cause': {
    hooks: {
      startSession: async (_cause, open) => {
        await open();
        await open();
      },
    },
    shows: (seen) => ones(seen).length === 2,
  },
  'SES-09 keeps quiet about the bootstrap': {
    cause: { kind: 'bootstrap' },
    hooks: { packageOne: (content) => ({ ...content, alerts: [{ AlertType: ALERT.client }] }) },
    shows: (seen) => one(seen)?.alerts[0]?.initiation !== 'BootstrapComplete',
  },
  'SES-13 one session in a lifetime': {
    sessions: 2,
    hooks: { startSession: (_cause, open, { scratch }) => (scratch.once('session') ? open() : undefined) },
    shows: (seen) => ones(seen).length === 1,
  },
  'SES-13 the second session begins with a #3': {
    sessions: 2,
    hooks: {
      requestOne: (request, next, { session }) => {
        const report = { ...withField(request, 'Content-Type', MEDIA.response), body: Buffer.from('{"Status":[]}') };
        return next(session === 2 ? report : request);
      },
    },
    shows: (seen) => ones(seen).length === 1,
  },
  'SES-15 relabels a session': {
    sessions: 2,
    cause: NOTIFIED,
    hooks: {
      packageOne: (content, { scratch }) =>
        scratch.once('own') ? { ...content, alerts: [{ AlertType: ALERT.client }] } : content,
    },
    shows: (seen) => one(seen)?.alerts[0]?.initiation === 'ClientInitiatedMgmt',
  },
  'PKG-01 handles the first command alone': {
    packages: [[PUT_A, PUT_B]],
    hooks: { commands: async (_commands, run) => [await run(0), { sc: 200 }] },
    shows: ({ net }) => net.transfers.length === 1,
  },
  'PKG-02, PKG-20 a #3 for each status': {
    packages: [[ID, ID]],
    hooks: {
      requestThree: async (request, next) => {
        await next({ ...request, body: Buffer.from('{"Status":[{"sc":200}]}') });
        return next({ ...request, body: Buffer.from('{"Status":[{"sc":200}]}') });
      },
    },
    shows: (seen) => threes(seen).length === 2,
  },
  'PKG-03 does not wait for the answer': {
    packages: [[ID]],
    hooks: {
      requestThree: async (request, next, { send }) => {
        const answer = next(request);
        void send(request);
        return answer;
      },
    },
    shows: ({ net }) => net.log.filter((line) => line === `> ${DM}`).length > 2,
  },
  'PKG-04 #3 by PUT': {
    packages: [[ID]],
    hooks: { requestThree: (request, next) => next({ ...request, method: 'PUT' }) },
    shows: (seen) => threes(seen)[0]?.method === 'PUT',
  },
  'PKG-06 #1 typed otherwise': {
    hooks: { requestOne: (request, next) => next(withField(request, 'Content-Type', 'application/json')) },
    shows: (seen) => ones(seen).length === 0,
  },
  'PKG-07 #3 typed otherwise': {
    packages: [[ID]],
    hooks: { requestThree: (request, next) => next(withField(request, 'Content-Type', 'application/json')) },
    shows: (seen) => threes(seen).length === 0,
  },
  'PKG-09 another device in #3': {
    packages: [[ID]],
    hooks: { requestThree: (request, next) => next(withField(request, 'OMADM-DevID', 'IMEI:2')) },
    shows: (seen) => field(threes(seen)[0], 'omadm-devid') !== DEVICE,
  },
  'PKG-10 accepts nothing': {
    hooks: { requestOne: (request, next) => next(withField(request, 'Accept', undefined)) },
    shows: ({ net }) => field(net.packages[0], 'accept') === undefined,
  },
  'PKG-11 #1 is no JSON': {
    hooks: { requestOne: (request, next) => next({ ...request, body: Buffer.from('{') }) },
    shows: (seen) => one(seen) === undefined,
  },
  'PKG-13 sc is a string': {
    packages: [[ID]],
    hooks: {
      requestThree: (request, next) => next({ ...request, body: Buffer.from('{"Status":[{"sc":"200"}]}') }),
    },
    shows: (seen) => String(threes(seen)[0]?.body).includes('"200"'),
  },
  'PKG-15 cannot read chunks': {
    dm: () => ({
      status: 200,
      headers: [
        ['Content-Type', MEDIA.request],
        ['Transfer-Encoding', 'chunked'],
      ],
      body: Buffer.from(`{"CMD":[["DELETE","${LEFT}/ID"],["END"]]}`),
    }),
    hooks: {
      reply: (reply) => {
        const chunked = headerValue(reply.headers, 'transfer-encoding') !== undefined;
        return chunked ? { ...reply, body: Buffer.alloc(0) } : reply;
      },
    },
    shows: (seen) => value(seen, 'ID') === 'GPS',
  },
  'PKG-17 half-run package': {
    dm: garbled,
    hooks: {
      onMalformed: () =>
        readPackageTwo(Buffer.from(`{"CMD":[["DELETE","${LEFT}/ID"],["END"]]}`)).view?.commands ?? 'leave',
    },
    shows: (seen) => value(seen, 'ID') === undefined,
  },
  'PKG-17 endless loop': {
    dm: garbled,
    hooks: { onMalformed: (_reply, _problems, { own }) => (own.count('tries') < 5 ? 'retry' : 'leave') },
    shows: ({ net }) => net.packages.length === 5,
  },
  'PKG-17 never lives again': {
    dm: garbled,
    sessions: 2,
    hooks: {
      onMalformed: (_reply, _problems, { scratch }) => {
        scratch.notes.set('dead', true);
        return 'leave';
      },
      startSession: (_cause, open, { scratch }) => (scratch.notes.has('dead') ? undefined : open()),
    },
    shows: ({ net }) => net.packages.length === 1,
  },
  'FLW-01 (legal) #1 with nothing in it': {
    hooks: { packageOne: () => ({}) },
    shows: (seen) => String(ones(seen)[0]?.body) === '{}',
  },
  'FLW-05, END-11 leaves without a #3': {
    packages: [[ID]],
    hooks: { requestThree: async () => undefined },
    shows: (seen) => threes(seen).length === 0,
  },
  'FLW-06, END-04, END-10 reports on the END package': {
    packages: [[['END']]],
    hooks: { onEnd: async (statuses, report) => void (await report(statuses)) },
    shows: (seen) => threes(seen).length === 1,
  },
  'FLW-08 gives up after three rounds': {
    packages: Array.from({ length: 10 }, () => [ID]),
    hooks: {
      requestThree: async (request, next, context) => (context.package > 3 ? undefined : await next(request)),
    },
    shows: (seen) => threes(seen).length === 3,
  },
  'FLW-12 no MOS': {
    cause: NOTIFIED,
    hooks: { packageOne: ({ alerts }) => (alerts === undefined ? {} : { alerts }) },
    shows: (seen) => one(seen)?.mos === undefined,
  },
  'FLW-13 MOS without DDF': {
    cause: NOTIFIED,
    hooks: { packageOne: ({ mos = [], ...rest }) => ({ ...rest, mos: mos.map(({ MIID }) => ({ MIID })) }) },
    shows: (seen) => one(seen)?.mos?.[0]?.ddf === undefined,
  },
  'FLW-14 two reasons': {
    hooks: {
      packageOne: ({ alerts = [], ...rest }) => ({ ...rest, alerts: [...alerts, { AlertType: ALERT.server }] }),
    },
    shows: (seen) => one(seen)?.alerts.length === 2,
  },
});
