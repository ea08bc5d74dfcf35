import type { Shown } from '../model/interop.js';
import type { PackageRun, Session } from '../session/observation.js';
import { pathOf } from '../session/side-exchanges.js';
import type { CatalogueSession } from './catalogue.js';
import type { TokenRecord } from './pair-record.js';
import { hasEnd, type PlannedCommand, type PlannedPackage } from './planned.js';

/** What is there of a claim. `late`: it may still come after the session's END. */
export interface Look extends Shown {
  readonly late?: boolean;
}

/** What was asked for, against which the record is held. */
export interface Asked {
  readonly session: Pick<CatalogueSession, 'opening' | 'also'>;
  readonly packages: readonly PlannedPackage[] | undefined;
  /** Text that the alert which was raised must carry. */
  readonly alertText?: string | undefined;
  /** Where a SUB reports to. */
  readonly changes?: string | undefined;
}

/**
 * All that the record must show of a session that worked: what opened it, the packages as they were asked for, in order, at the client; their statuses, in
 * order, at the server; the transfers; the END.
 */
export function lookAt(all: TokenRecord, asked: Asked): readonly Look[] {
  const { packages, session } = asked;
  const seen = ofPlan(all, packages);
  return [
    opened(all, asked),
    ...(packages === undefined ? ownPlan(seen) : [arrived(seen, packages), ...statuses(seen, packages)]),
    ended(seen, packages),
    ...(packages ?? []).flatMap((commands, index) => transfers(seen.runs[index], commands)),
    ...(session.also ?? []).map((what) => ALSO[what](what === 'continues' ? seen : all, asked)),
  ];
}

/** A client may open further sessions, for a report or an event: that of the plan is the one whose packages fit, else the first. */
function ofPlan(seen: TokenRecord, packages: readonly PlannedPackage[] | undefined): TokenRecord {
  if (packages === undefined) return seen;
  const sessions = [...new Set(seen.runs.map(({ session }) => session))];
  const runsOf = (session: Session): readonly PackageRun[] => seen.runs.filter((run) => run.session === session);
  const fits = (session: Session, wanted: readonly PlannedPackage[]): boolean =>
    wanted.every((commands, index) => isPackage(runsOf(session)[index], commands));
  const own = sessions.find((one) => fits(one, packages)) ?? sessions.find((one) => fits(one, packages.slice(0, 1)));
  const session = own ?? sessions[0];
  if (session === undefined) return seen;
  const belongs = (one: { readonly session: Session | undefined }): boolean => one.session === session;
  return { ...seen, runs: runsOf(session), threes: seen.threes.filter(belongs), ones: seen.ones.filter(belongs) };
}

const REASON: Readonly<Record<string, string>> = {
  client: 'ClientInitiatedMgmt',
  notified: 'ServerInitiatedMgmt',
  alert: 'ClientInitiatedMgmt',
  bootstrap: 'BootstrapComplete',
};

function opened(seen: TokenRecord, { session, alertText }: Asked): Look {
  if (session.opening === 'alert') return alertTold(seen, alertText ?? '');
  const { ones, events } = seen;
  if (session.opening === 'notified') {
    const claim = 'A #1 with the identifier of the notification came to the server.';
    const one = ones.find(({ notified }) => notified.answers !== undefined);
    const sent = events.filter(({ kind }) => kind === 'notification').map(({ seq }) => seq);
    if (one !== undefined) return { claim, met: true, events: [...sent, one.request.seq] };
    const instead = ones.length === 0 ? 'no #1 came' : 'the #1 that came names no notification';
    return { claim, met: false, instead, events: [...sent, ...ones.map(({ request }) => request.seq)] };
  }
  const wanted = REASON[session.opening] ?? '';
  const claim = `A #1 came to the server${session.opening === 'bootstrap' ? ' and says that the bootstrap is complete' : ''}.`;
  const [first] = ones;
  if (first === undefined) return { claim, met: false, instead: 'no #1 came', events: [] };
  const initiations = (first.reading.view?.alerts ?? []).flatMap(({ initiation }) => initiation ?? []);
  const met = session.opening !== 'bootstrap' || initiations.includes('BootstrapComplete');
  const instead = met ? {} : { instead: `${initiations.join(', ') || 'no initiation alert'} in place of ${wanted}` };
  return { claim, met, ...instead, events: [first.request.seq] };
}

/** The server was asked for nothing: whatever it sent was reported, one status for each command. */
function ownPlan({ runs }: TokenRecord): readonly Look[] {
  const claim = 'The client reported on each package that the server sent, one status for each command.';
  const open = runs.filter((run) => !run.hasEnd);
  const bad = open.find((run) => run.three?.reading.view?.statuses.length !== run.commands.length);
  const events = open.flatMap((run) => [run.response.seq, ...(run.three === undefined ? [] : [run.three.request.seq])]);
  if (bad === undefined) return open.length === 0 ? [] : [{ claim, met: true, events }];
  const count = bad.three?.reading.view?.statuses.length;
  const instead = count === undefined ? 'no #3' : `${count} statuses for ${bad.commands.length} commands`;
  return [{ claim, met: false, instead, events: [bad.response.seq] }];
}

function arrived({ runs }: TokenRecord, packages: readonly PlannedPackage[]): Look {
  const claim = `${packages.length === 1 ? 'The package that was' : `The ${packages.length} packages that were`} queued came to the client, whole and in order.`;
  const events = runs.map(({ response }) => response.seq);
  const wrong = packages.findIndex((commands, index) => !isPackage(runs[index], commands));
  if (wrong < 0 && runs.length === packages.length) return { claim, met: true, events };
  if (wrong < 0) return { claim, met: false, instead: `${runs.length} packages came`, events };
  const instead = runs[wrong] === undefined ? `${runs.length} came` : `package ${wrong + 1} is another one`;
  return { claim, met: false, instead, events };
}

function isPackage(run: PackageRun | undefined, commands: PlannedPackage): boolean {
  if (run === undefined) return false;
  const sent = JSON.stringify(run.commands.map(({ command }) => command.raw));
  return sent === JSON.stringify(commands.map(({ words }) => words));
}

function statuses(seen: TokenRecord, packages: readonly PlannedPackage[]): readonly Look[] {
  const reported = packages.filter((commands) => !hasEnd(commands));
  if (reported.length === 0) return [];
  const claim = 'The statuses came to the server, one for each command, in order.';
  const looks = packages.flatMap((commands, index) =>
    hasEnd(commands) ? [] : commands.map((command, place) => statusOf(seen, seen.runs[index], command, place)),
  );
  const events = [...new Set(looks.flatMap((look) => look.events))];
  const bad = looks.filter((look) => !look.met);
  if (bad.length === 0) return [{ claim, met: true, events }];
  const instead = [...new Set(bad.map((look) => look.instead ?? look.claim))].slice(0, 3).join('; ');
  return [{ claim, met: false, instead, events }];
}

function statusOf(seen: TokenRecord, run: PackageRun | undefined, command: PlannedCommand, place: number): Look {
  const [name = ''] = command.words;
  const claim = `status of ${name}`;
  const three = run?.three;
  if (run === undefined || three === undefined)
    return { claim, met: false, instead: `no #3 reports on ${name}`, events: [] };
  const events = [three.request.seq];
  const count = three.reading.view?.statuses.length ?? 0;
  if (count !== run.commands.length)
    return { claim, met: false, instead: `${count} statuses for ${run.commands.length} commands`, events };
  const status = run.commands[place]?.status;
  const sc = status?.sc ?? 0;
  const fits = command.wants === 'done' ? sc >= 200 && sc < 300 : sc >= 400;
  if (!fits) return { claim, met: false, instead: `${name} was answered ${sc}`, events };
  const text = command.gives === 'device' ? seen.ones[0]?.session.device : command.gives?.text;
  if (text !== undefined && !JSON.stringify(status?.data ?? {}).includes(JSON.stringify(text).slice(1, -1)))
    return { claim, met: false, instead: `the data of ${name} is not in its status`, events };
  if (name === 'HGET' && command.words.length === 2 && command.wants === 'done' && status?.uris.length === 0)
    return { claim, met: false, instead: 'HGET does not tell where the data was put', events };
  return { claim, met: true, events };
}

function ended({ runs, threes, ones }: TokenRecord, packages: readonly PlannedPackage[] | undefined): Look {
  const claim = 'The server ended the session by END, and the client sent no more of it.';
  const last = runs.find((run) => run.hasEnd);
  const after = threes.filter(({ standing }) => standing !== 'answers');
  if (last === undefined)
    return { claim, met: false, instead: ones.length === 0 ? 'no session' : 'no END', events: [] };
  const events = [last.response.seq, ...after.map(({ request }) => request.seq)];
  const met = after.length === 0 && (packages === undefined || runs.indexOf(last) === packages.length - 1);
  const instead = after.length > 0 ? 'a #3 that answers nothing' : 'END came too early';
  return met ? { claim, met, events } : { claim, met, instead, events };
}

/** Transfers of an END package, and pages, come when the client likes. */
function transfers(run: PackageRun | undefined, commands: PlannedPackage): readonly Look[] {
  return commands.flatMap((command, place): readonly Look[] => {
    const [name = '', url = ''] = command.words;
    if (command.transfers !== true) return [];
    const claim =
      name === 'SHOW' ? `The page ${pathOf(url)} was loaded.` : `The transfer of ${name} ${pathOf(url)} was served.`;
    const exchanges = run?.commands[place]?.exchanges ?? [];
    const served = exchanges.find(({ response }) => (response?.status ?? 0) >= 200 && (response?.status ?? 0) < 300);
    const told = run?.commands[place]?.status?.sc ?? 0;
    const late = (name === 'SHOW' && told < 400) || hasEnd(commands);
    if (served?.response !== undefined)
      return [{ claim, met: true, events: [served.request.seq, served.response.seq] }];
    const [first] = exchanges;
    const instead = first === undefined ? 'it did not come' : `answered ${first.response?.status ?? 'with nothing'}`;
    return [{ claim, met: false, instead, late, events: first === undefined ? [] : [first.request.seq] }];
  });
}

function alertTold({ ones, threes, replies }: TokenRecord, text: string): Look {
  const claim = 'The alert came to the server in a #1 or a #3, which it took.';
  const carriers = [...ones, ...threes].filter(({ reading }) =>
    (reading.view?.alerts ?? []).some(
      (alert) => alert.initiation === undefined && JSON.stringify(alert.raw).includes(text),
    ),
  );
  const taken = replies.find(
    ({ request, response }) =>
      response.status === 200 && response.defect === undefined && carriers.some((one) => one.request === request),
  );
  if (taken !== undefined) return { claim, met: true, events: [taken.request.seq, taken.response.seq] };
  const instead = carriers.length === 0 ? 'no package carries it' : 'the package that carries it was not taken';
  return { claim, met: false, instead, late: true, events: carriers.map(({ request }) => request.seq) };
}

const ALSO: Readonly<Record<NonNullable<CatalogueSession['also']>[number], (seen: TokenRecord, asked: Asked) => Look>> =
  {
    continues: ({ threes }, { packages }) => {
      const claim = 'Each #3 from CONT on went to the address that it names.';
      const url = packages?.flat().find(({ words }) => words[0] === 'CONT')?.words[1];
      const wrong = threes.filter(({ request }) => request.target !== pathOf(url));
      const events = threes.map(({ request }) => request.seq);
      if (threes.length > 0 && wrong.length === 0) return { claim, met: true, events };
      const instead = wrong[0] === undefined ? 'no #3 came' : `one went to ${wrong[0].request.target}`;
      return { claim, met: false, instead, events };
    },
    subscribed: ({ sides }, { changes }) => {
      const claim = 'The change was told by a PUT to the address of the SUB.';
      const put = sides.find(
        ({ exchange: { request, response } }) =>
          request.method === 'PUT' && request.target === pathOf(changes) && (response?.status ?? 0) < 300,
      );
      if (put !== undefined) return { claim, met: true, events: [put.exchange.request.seq] };
      return { claim, met: false, instead: 'no PUT came', late: true, events: [] };
    },
    'alert-of-exec': ({ ones, threes, replies }) => {
      const claim = 'An alert came to the server after EXEC, in a package that it took.';
      const carriers = [...threes, ...ones].filter(({ reading }) =>
        (reading.view?.alerts ?? []).some(({ initiation }) => initiation === undefined),
      );
      const taken = replies.find(
        ({ request, response }) => response.status === 200 && carriers.some((one) => one.request === request),
      );
      if (taken !== undefined) return { claim, met: true, events: [taken.request.seq, taken.response.seq] };
      return { claim, met: false, instead: 'no package carries one', late: true, events: [] };
    },
  };
