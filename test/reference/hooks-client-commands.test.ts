import { MEDIA } from '../../harness/protocol/media-types.js';
import { writeMoSerialization } from '../../harness/protocol/mo-data.js';
import { defaultTree, MOID } from '../../harness/reference/default-tree.js';
import { codes, ID, LEFT, ones, PUT_A, PUT_B, proveAll, RUN, threes, value } from './client-deviants.js';
import { DEVICE, DM, REPO } from './support.js';

const ACCOUNT = { serverId: 'dm.example.com', serverUri: DM };
/** Validator of the untouched instance; trees are made alike. */
const FRESH = defaultTree(DEVICE, ACCOUNT).instance(MOID.sample, 'left')?.validator;

proveAll({
  'FLW-09, ORD-05 equal commands run once': {
    packages: [[PUT_A, PUT_A, PUT_A]],
    hooks: {
      commands: async (commands, run) => {
        const first = await run(0);
        return commands.map(() => first);
      },
    },
    shows: ({ net }) => net.transfers.length === 1,
  },
  'FLW-10 cannot do DELETE after GET': {
    packages: [[ID, ['DELETE', `${LEFT}/ID`]]],
    hooks: { execute: async (command, next) => (command.name === 'DELETE' ? { sc: 500 } : await next(command)) },
    shows: (seen) => codes(seen) === '[[200,500]]',
  },
  'ORD-01, ORD-08 runs backwards': {
    packages: [[PUT_A, PUT_B]],
    hooks: {
      commands: async (_commands, run) => {
        const last = await run(1);
        return [await run(0), last];
      },
    },
    shows: ({ net }) => net.transfers[0] === `PUT ${REPO}/b`,
  },
  'ORD-02, ORD-03 all at once': {
    packages: [[PUT_A, PUT_B]],
    hooks: { commands: (commands, run) => Promise.all(commands.map((_command, index) => run(index))) },
    shows: ({ net }) => net.log.indexOf(`> ${REPO}/b`) < net.log.indexOf(`< ${REPO}/a`),
  },
  'ORD-04 statuses out of order': {
    packages: [[ID, ['GET', `${LEFT}/No`]]],
    hooks: { statuses: (statuses) => [...statuses].reverse() },
    shows: (seen) => codes(seen) === '[[404,200]]',
  },
  'ORD-06 stops at the first failure': {
    packages: [[['GET', `${LEFT}/No`], PUT_A]],
    hooks: {
      commands: async (commands, run) => {
        const done: { sc: number }[] = [];
        for (const index of commands.keys()) {
          const failed = done.some(({ sc }) => sc >= 400);
          done.push(failed ? { sc: 500 } : ((await run(index)) ?? { sc: 0 }));
        }
        return done;
      },
    },
    shows: ({ net }) => net.transfers.length === 0,
  },
  'ORD-07 waits for the page': {
    packages: [[['SHOW', `${REPO}/page`], PUT_A]],
    hooks: {
      browse: async (url, _launch, { send }) => {
        await send({ method: 'GET', url, headers: [] });
      },
    },
    shows: ({ net }) => net.log.indexOf(`< ${REPO}/page`) < net.log.indexOf(`> ${REPO}/a`),
  },
  'ORD-10, STA-01 leaves failures out': {
    packages: [[['GET', `${LEFT}/No`], ID]],
    hooks: { statuses: (statuses) => statuses.filter(({ sc }) => sc < 400) },
    shows: (seen) => codes(seen) === '[[200]]',
  },
  'STA-02 a code out of range': {
    packages: [[ID]],
    hooks: { statuses: (statuses) => statuses.map((status) => ({ ...status, sc: 99 })) },
    shows: (seen) => codes(seen) === '[[99]]',
  },
  'STA-03, STA-04 keeps the place to itself': {
    packages: [[['HGET', `${REPO}/object`]]],
    hooks: { execute: async (command, next) => ({ sc: (await next(command))?.sc ?? 0 }) },
    shows: (seen) => !String(threes(seen)[0]?.body).includes('URI'),
  },
  'STA-05 no result of an EXEC': {
    packages: [[['EXEC', RUN, `${DM}/result`]]],
    hooks: { startSession: (cause, open) => (cause.kind === 'report' ? undefined : open()) },
    shows: (seen) => ones(seen).length === 1,
  },
  'STA-05 200 instead of 202': {
    packages: [[['EXEC', RUN, `${DM}/result`]]],
    hooks: {
      execute: async (command, next) => {
        await next(command);
        return { sc: 200 };
      },
    },
    shows: (seen) => codes(seen) === '[[200]]',
  },
  'STA-06 200 for what is not there': {
    packages: [[['GET', `${LEFT}/No`]]],
    hooks: { statuses: (statuses) => statuses.map((status) => (status.sc === 404 ? { sc: 200 } : status)) },
    shows: (seen) => codes(seen) === '[[200]]',
  },
  'STA-07, STA-15 removes a permanent node': {
    packages: [[['DELETE', `${MOID.task}//Fixed`]]],
    hooks: {
      execute: async (command, next, { tree }) => {
        tree.instances(MOID.task)[0]?.root.children?.delete('Fixed');
        return await next(command);
      },
    },
    shows: ({ tree }) => tree.instances(MOID.task)[0]?.root.children?.has('Fixed') === false,
  },
  'STA-08, STA-09 takes anything for done': {
    packages: [[['FLY'], ['GET']]],
    hooks: {
      execute: async (command, next) => (command.standing === 'well-formed' ? await next(command) : { sc: 200 }),
    },
    shows: (seen) => codes(seen) === '[[200,200]]',
  },
  'STA-10 does not heed the validator': {
    packages: [[['GET', `${LEFT}/?cv=${FRESH}`]]],
    hooks: { execute: (command, next) => next({ ...command, clientUris: [`${LEFT}/`] }) },
    shows: (seen) => codes(seen) === '[[200]]',
  },
  'STA-11 any UNSUB will do': {
    packages: [[['UNSUB', `${LEFT}/`]]],
    hooks: { execute: async () => ({ sc: 200 }) },
    shows: (seen) => codes(seen) === '[[200]]',
  },
  'STA-12 no data': {
    packages: [[ID]],
    hooks: { statuses: (statuses) => statuses.map(({ sc }) => ({ sc })) },
    shows: (seen) => !String(threes(seen)[0]?.body).includes('GPS'),
  },
  'STA-13, STA-14 a failed transfer is no failure': {
    packages: [[['HGET', `${REPO}/missing`, `${LEFT}/ID`]]],
    hooks: {
      transfer: async (request, next) => {
        const reply = await next(request);
        const body = writeMoSerialization([{ clientUri: `${LEFT}/ID`, data: { ID: 'nothing' } }]);
        return reply.status === 404 ? { status: 200, headers: [['Content-Type', MEDIA.mo]], body } : reply;
      },
    },
    shows: (seen) => value(seen, 'ID') === 'nothing',
  },
  'STA-16 says what it did not do': {
    packages: [[['DELETE', `${LEFT}/ID`]]],
    hooks: { execute: async () => ({ sc: 200 }) },
    shows: (seen) => codes(seen) === '[[200]]' && value(seen, 'ID') === 'GPS',
  },
  'STA-17 reports before the last command is done': {
    packages: [[PUT_A]],
    hooks: {
      commands: async (_commands, run) => {
        void run(0);
        return [{ sc: 200 }];
      },
    },
    shows: ({ net }) => net.log.lastIndexOf(`> ${DM}`) < net.log.indexOf(`< ${REPO}/a`),
  },
  'STA-18 returns the siblings too': {
    packages: [[ID]],
    hooks: { execute: (command, next) => next({ ...command, clientUris: [`${LEFT}/`] }) },
    shows: (seen) => String(threes(seen)[0]?.body).includes('0xA1'),
  },
  'END-03 stops at END': {
    packages: [[PUT_A, ['END'], PUT_B]],
    hooks: {
      commands: async (commands, run) => {
        const end = commands.findIndex(({ name }) => name === 'END');
        for (let index = 0; index < end; index += 1) await run(index);
        return [];
      },
    },
    shows: ({ net }) => net.transfers.length === 1,
  },
  'END-05 speaks ten seconds after END': {
    packages: [[['END']]],
    hooks: {
      onEnd: (statuses, report, { clock }) => {
        clock.setTimeout(() => void report(statuses), 10_000);
      },
    },
    shows: (seen) => threes(seen).length === 1,
  },
  'END-06 loses what it has not delivered': {
    packages: [[['EXEC', `${MOID.task}//RunWithAlert`], ['END']]],
    sessions: 2,
    hooks: { alerts: () => [] },
    shows: (seen) => ones(seen).every(({ body }) => !String(body).includes('urn:example:at:task')),
  },
  'END-07 sends a command': {
    packages: [[ID]],
    hooks: {
      requestThree: (request, next) =>
        next({ ...request, body: Buffer.from('{"Status":[{"sc":200}],"CMD":[["END"]]}') }),
    },
    shows: (seen) => String(threes(seen)[0]?.body).includes('CMD'),
  },
  'CNT-01 does not follow': {
    packages: [[['CONT', `${DM}/next`]]],
    hooks: { nextUrl: (_url, { accountUri }) => accountUri },
    shows: (seen) => threes(seen)[0]?.url === DM,
  },
  'CNT-02 follows once': {
    packages: [[['CONT', `${DM}/next`]], [ID]],
    hooks: { nextUrl: (url, context) => (context.package === 2 ? context.accountUri : url) },
    shows: (seen) => threes(seen)[1]?.url === DM,
  },
  'CNT-03 follows for ever': {
    packages: [[['CONT', `${DM}/next`]]],
    sessions: 2,
    hooks: {
      nextUrl: (url, { conts, scratch }) => {
        const last = conts.at(-1) ?? scratch.notes.get('cont');
        scratch.notes.set('cont', last);
        return typeof last === 'string' ? last : url;
      },
    },
    shows: (seen) => ones(seen)[1]?.url === `${DM}/next`,
  },
  'CNT-05 follows the first of two': {
    packages: [
      [
        ['CONT', `${DM}/first`],
        ['CONT', `${DM}/second`],
      ],
    ],
    hooks: { nextUrl: (url, { conts }) => conts[0] ?? url },
    shows: (seen) => threes(seen)[0]?.url === `${DM}/first`,
  },
});
