import type { GenericAlert } from '../protocol/alerts.js';
import { EXEC_RESULT } from '../reference/commands-tree.js';
import type { ClientHookContext, ClientHooks } from '../reference/hooks.js';
import type { Scratch } from '../reference/scratch.js';
import type { Named } from './deviant.js';

/** An event that somebody raised by the control protocol, as opposed to what the client's own nodes raise. */
export function isEvent({ AlertType }: GenericAlert): boolean {
  return AlertType === 'urn:example:at:event:1.0';
}

/** The same change to every event on its way out. */
function onEvents(change: (alert: GenericAlert) => object): ClientHooks {
  return { alerts: (alerts) => alerts.map((alert) => (isEvent(alert) ? (change(alert) as GenericAlert) : alert)) };
}

/** Names an event in the notes. */
export function nameOf({ Data }: GenericAlert): string {
  return `event ${JSON.stringify(Data)}`;
}

/** Sets a note while the commands of an END package run. */
function whileEnding(scratch: Scratch, ends: boolean): void {
  scratch.notes.set('ending', ends);
}

/** Events that were shown before. */
function shown(alerts: readonly GenericAlert[], { scratch }: ClientHookContext): readonly GenericAlert[] {
  return alerts.filter((alert) => scratch.notes.has(nameOf(alert)));
}

/** Clients that are careless with events. */
export const CLIENT_ALERTS: Named<ClientHooks> = {
  'keeps-events-to-itself': {
    raiseAlert: (alert, keep) => {
      if (!isEvent(alert)) keep(alert);
    },
  },
  'tells-events-elsewhere': {
    requestOne: async (request, next, { send }) => {
      const event = /"event":"dmc\w+"/.exec(request.body?.toString('utf8') ?? '')?.[0];
      const headers = [['Content-Type', 'text/plain']] as const;
      if (event !== undefined)
        await send({ method: 'PUT', url: `${request.url}/events`, headers, body: Buffer.from(event) });
      return await next(request);
    },
  },
  'repeats-events': {
    alerts: (alerts, { scratch }) => {
      const last = scratch.notes.get('last');
      const again = last === undefined ? [] : [JSON.parse(String(last)) as GenericAlert];
      const [first] = alerts.filter(isEvent);
      scratch.notes.delete('last');
      if (first !== undefined) scratch.notes.set('last', JSON.stringify(first));
      return [...alerts, ...again];
    },
  },
  'drops-events-in-sessions': {
    requestOne: (request, next, { scratch }) => {
      scratch.notes.set('busy', true);
      return next(request);
    },
    afterSession: (_end, { scratch }) => {
      scratch.notes.set('busy', false);
    },
    raiseAlert: (alert, keep, { scratch }) => {
      if (!isEvent(alert) || scratch.notes.get('busy') !== true) keep(alert);
    },
  },
  'mistypes-events': onEvents((alert) => ({ ...alert, AlertType: 'urn:example:at:other:1.0' })),
  'leaves-sources-out': onEvents(({ SourceURI: _, ...alert }) => alert),
  'forgets-alert-types': onEvents(({ AlertType: _, ...alert }) => alert),
  'marks-otherwise': onEvents((alert) => ({ ...alert, Mark: 'severe' })),
  'sends-events-once': {
    alerts: (alerts, context) => {
      const before = shown(alerts, context);
      for (const alert of alerts) context.scratch.notes.set(nameOf(alert), true);
      return alerts.filter((alert) => !before.includes(alert));
    },
  },
  'newest-event-first': { alerts: (alerts) => [...alerts].reverse() },
  'tells-events-late': {
    raiseAlert: (alert, keep, { scratch, session }) => {
      scratch.notes.set(nameOf(alert), session);
      keep(alert);
    },
    alerts: (alerts, { scratch, session }) =>
      alerts.filter((alert) => !isEvent(alert) || session > Number(scratch.notes.get(nameOf(alert))) + 1),
  },
  'forgets-alerts-of-end-package': {
    commands: async (commands, run, { scratch }) => {
      whileEnding(
        scratch,
        commands.some(({ name }) => name === 'END'),
      );
      const results = [];
      for (const index of commands.keys()) results.push(await run(index));
      whileEnding(scratch, false);
      return results;
    },
    raiseAlert: (alert, keep, { scratch }) => {
      if (isEvent(alert) || scratch.notes.get('ending') !== true) keep(alert);
    },
  },
  'execs-at-once': {
    execute: async (command, next) => {
      const status = await next(command);
      return status?.sc === 202 ? { sc: 200 } : status;
    },
  },
  'never-reports-execs': {
    raiseAlert: (alert, keep) => {
      if (alert.AlertType !== EXEC_RESULT) keep(alert);
    },
  },
};
