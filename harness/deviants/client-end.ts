import type { StatusEntry } from '../protocol/write-packages.js';
import type { ClientHooks } from '../reference/hooks.js';
import type { Named } from './deviant.js';
import { withJson } from './rewrite.js';

/** Clients that do not keep to END and CONT. */
export const CLIENT_END: Named<ClientHooks> = {
  'stops-at-end': {
    commands: async (commands, run) => {
      const end = commands.findIndex(({ name }) => name === 'END');
      const results: (StatusEntry | undefined)[] = [];
      for (const index of commands.keys()) results.push(end >= 0 && index > end ? undefined : await run(index));
      return results;
    },
  },
  'ignores-what-leading-end-announces': {
    commands: async (commands, run) => {
      const results: (StatusEntry | undefined)[] = [];
      const leads = commands[0]?.name === 'END';
      for (const index of commands.keys()) results.push(leads ? undefined : await run(index));
      return results;
    },
  },
  'deletes-nothing-at-end': {
    commands: async (commands, run) => {
      const results: (StatusEntry | undefined)[] = [];
      const ends = commands.some(({ name }) => name === 'END');
      for (const [index, { name }] of commands.entries())
        results.push(ends && name === 'DELETE' ? undefined : await run(index));
      return results;
    },
  },
  'end-package-ignored': {
    commands: async (commands, run) => {
      const results: (StatusEntry | undefined)[] = [];
      const ends = commands.some(({ name }) => name === 'END');
      for (const index of commands.keys()) results.push(ends ? undefined : await run(index));
      return results;
    },
  },
  'reports-after-end': {
    onEnd: async (statuses, report) => {
      if (statuses.length > 0) await report(statuses);
    },
  },
  'reports-failure-after-end': {
    onEnd: async (statuses, report) => {
      if (statuses.some(({ sc }) => sc >= 400)) await report(statuses);
    },
  },
  'returns-data-after-end': {
    onEnd: async (statuses, report) => {
      if (statuses.some(({ MO }) => MO !== undefined)) await report(statuses);
    },
  },
  'reports-late-after-end': {
    onEnd: (statuses, report, { clock, session }) => {
      if (session % 5 === 0) clock.setTimeout(() => void report([...statuses, { sc: 200 }]), 4900);
    },
  },
  'says-goodbye': {
    onEnd: async (_statuses, report, { cause }) => {
      if (cause.kind !== 'bootstrap') await report([]);
    },
  },
  'says-goodbye-after-work': {
    onEnd: async (statuses, report) => {
      if (statuses.length > 0) await report([]);
    },
  },
  'answers-lone-end': {
    onEnd: async (statuses, report, { cause }) => {
      if (statuses.length === 0 && cause.kind !== 'bootstrap') await report([{ sc: 200 }]);
    },
  },
  'sends-end': {
    requestThree: (request, next) => next(withJson(request, (body) => ({ ...body, CMD: [['END']] }))),
  },
  'asks-the-server': {
    requestOne: (request, next, { session }) =>
      next(
        session === 2 ? withJson(request, (body) => ({ ...body, CMD: [['GET', 'urn:oma:mo:moid:1.0//']] })) : request,
      ),
  },
  'follows-cont-late': {
    nextUrl: (url, { own, accountUri }) => (url !== accountUri && own.once(url) ? accountUri : url),
  },
  'follows-lone-cont-late': {
    nextUrl: (url, { own, conts, accountUri }) => (conts.length === 1 && own.once(url) ? accountUri : url),
  },
  'ignores-cont': { nextUrl: (_url, { accountUri }) => accountUri },
  'follows-cont-once': {
    nextUrl: (url, { own, accountUri }) => (url === accountUri || own.once(url) ? url : accountUri),
  },
  'follows-each-cont-once': {
    nextUrl: (url, { own, conts, accountUri }) => (own.once(`${conts.length}`) ? url : accountUri),
  },
  'keeps-to-cont-when-it-starts-by-itself': {
    nextUrl: (url, { conts, cause, scratch }) => {
      const last = conts.at(-1);
      if (last !== undefined) scratch.notes.set('cont', last);
      const kept = scratch.notes.get('cont');
      return typeof kept === 'string' && cause.kind === 'own' ? kept : url;
    },
  },
  'follows-cont-for-ever': {
    nextUrl: (url, { conts, scratch }) => {
      const last = conts.at(-1);
      if (last !== undefined) scratch.notes.set('cont', last);
      const kept = scratch.notes.get('cont');
      return typeof kept === 'string' ? kept : url;
    },
  },
  'follows-first-cont': { nextUrl: (url, { conts }) => conts[0] ?? url },
};
