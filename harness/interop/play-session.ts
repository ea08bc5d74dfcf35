import { within } from '../run/context.js';
import type { Started } from '../targets/target.js';
import type { CatalogueSession } from './catalogue.js';
import { type Asked, type Look, lookAt } from './expectations.js';
import type { Pair } from './pair.js';
import type { TokenRecord } from './pair-record.js';
import { type Places, wordsOf } from './planned.js';
import { type NotDone, PairSteering } from './steer-pair.js';

/** What a pair has learnt from the sessions so far. */
export interface Learnt {
  /** OMADM-DevID. */
  device?: string;
  /** Where the client has put the object of session `hget`. */
  sample?: string;
  /** MOs that the client says it supports. */
  moids?: readonly string[];
}

/** A session that was played, before anything is judged. */
export interface Played {
  readonly token: string;
  readonly session: CatalogueSession;
  readonly seen: TokenRecord;
  readonly looks: readonly Look[];
  /** Why it was not played. */
  readonly notDone?: NotDone;
  /** The harness waited in vain. */
  readonly gaveUp: boolean;
  readonly durationMs: number;
}

/** Where a session stands in the run of its pair. */
export interface SessionPlace {
  readonly token: string;
  readonly learnt: Learnt;
  /** Counts the sessions, so that no two alerts are the same. */
  readonly count: number;
  /** How long to wait for a package; default as the pair says. */
  readonly patienceMs?: number;
}

/** How long what may come after END is waited for, in milliseconds; an embedded client needs no real time. */
const LATE_MS = 2000;
/** How long a resident client may take for what it does by itself when a session is over, in milliseconds. */
const SETTLE_MS = 25;
/** Virtual milliseconds in which an embedded client gives an exchange up. */
const GIVE_UP_MS = 70_000;

/** Plays one session of the catalogue: prepares it at both sides, has it opened, and follows it to its end. Judges nothing. */
export async function playSession(
  pair: Pair,
  session: CatalogueSession,
  { token, learnt, count, patienceMs = pair.options.patienceMs }: SessionPlace,
): Promise<Played> {
  const began = performance.now();
  const steering = new PairSteering(pair, token);
  pair.arm(token);
  steering.act({ name: 'scenario-begin', title: session.title, requirements: [] });
  const player = new Player(pair, steering, { token, session, patienceMs });
  const notDone = await player.play(learnt, count);
  const seen = pair.record.of(token);
  learn(learnt, seen, session);
  steering.act({ name: 'scenario-end' });
  return {
    token,
    session,
    seen,
    looks: notDone === undefined ? player.looks() : [],
    ...(notDone === undefined ? {} : { notDone }),
    gaveUp: player.gaveUp,
    durationMs: Math.round(performance.now() - began),
  };
}

/** What each way of opening a session asks of the client beside startSession. */
const OPERATIONS = { client: undefined, notified: 'notify', alert: 'raiseAlert', bootstrap: 'bootstrap' } as const;

class Player {
  gaveUp = false;
  readonly #pair: Pair;
  readonly #steering: PairSteering;
  readonly #token: string;
  readonly #session: CatalogueSession;
  readonly #patienceMs: number;
  #asked: Asked;

  constructor(
    pair: Pair,
    steering: PairSteering,
    { token, session, patienceMs }: Pick<Played, 'token' | 'session'> & { readonly patienceMs: number },
  ) {
    this.#pair = pair;
    this.#steering = steering;
    this.#token = token;
    this.#session = session;
    this.#patienceMs = patienceMs;
    this.#asked = { session, packages: undefined };
  }

  looks(): readonly Look[] {
    return lookAt(this.#pair.record.of(this.#token), this.#asked);
  }

  async play(learnt: Learnt, count: number): Promise<NotDone | undefined> {
    const lacking = this.#steering.lacking(OPERATIONS[this.#session.opening]);
    if (lacking !== undefined) return lacking;
    const planned = await this.#queue(learnt);
    if (planned !== undefined) return planned;
    const opened = await this.#open(learnt, count);
    if ('reason' in opened) {
      await this.#flush();
      return opened;
    }
    await this.#follow(opened);
    return undefined;
  }

  /** Asks the server for the packages of the session. */
  async #queue({ device, sample }: Learnt): Promise<NotDone | undefined> {
    const { plan } = this.#session;
    if (plan === undefined) return undefined;
    const places = this.#places(sample);
    const packages = plan(places);
    if ('cannot' in packages) return { reason: packages.cannot };
    if (device === undefined)
      return { reason: 'no #1 has told the OMADM-DevID, so nothing can be queued for the device' };
    this.#asked = { ...this.#asked, packages, changes: places.repository('changes') };
    return await this.#steering.queue(device, wordsOf(packages));
  }

  async #open(learnt: Learnt, count: number): Promise<Started | NotDone> {
    const { opening } = this.#session;
    const { server } = this.#pair;
    if (opening === 'notified') {
      if (learnt.device === undefined)
        return { reason: 'no #1 has told the OMADM-DevID, so the device cannot be notified' };
      return (await this.#steering.notify(learnt.device)) ?? { accepted: true };
    }
    if (opening === 'bootstrap') {
      const serverId = server.statement.account?.serverId;
      if (serverId === undefined) return { reason: "the server's statement names no account (`account.serverID`)" };
      return (await this.#steering.bootstrap(serverId, learnt.moids ?? [])) ?? { accepted: true };
    }
    if (opening === 'alert') {
      const text = await this.#steering.raiseAlert(count);
      if (typeof text !== 'string') return text;
      this.#asked = { ...this.#asked, alertText: text };
    }
    return await this.#steering.startSession();
  }

  async #follow({ exited }: Started): Promise<void> {
    const { record, options, client } = this.#pair;
    const { signal } = options;
    const patienceMs = this.#patienceMs;
    const over = (): boolean => record.ended(this.#token) > 0 && !record.busy;
    const done = exited === undefined ? await record.patiently(over, patienceMs, signal) : await this.#exits(exited);
    if (!done) await this.#giveUp();
    else if (exited === undefined) {
      const settled = (): boolean => this.looks().every(({ met, late }) => met || late !== true);
      await record.until(settled, Math.max(LATE_MS, patienceMs), signal);
      await client.advance?.(0);
      await record.until(() => record.quietMs > SETTLE_MS && !record.busy, LATE_MS, signal);
    }
  }

  async #exits(exited: Promise<void>): Promise<boolean> {
    const { record, options } = this.#pair;
    let gone = false;
    void exited.then(() => {
      gone = true;
    });
    return await record.patiently(() => gone, this.#patienceMs, options.signal);
  }

  async #giveUp(): Promise<void> {
    const { record, client, server } = this.#pair;
    this.gaveUp = true;
    const waitingFor = record.of(this.#token).ones.length === 0 ? '#1' : 'the end of the session';
    this.#steering.act({ name: 'gave-up', waitingFor, afterMs: this.#patienceMs });
    client.abandon();
    await client.advance?.(GIVE_UP_MS);
    await server.advance?.(0);
    await this.#flush();
  }

  /** What was queued and never fetched must not turn up in the next session: one that nothing is asked of takes it away. It has a token of its own. */
  async #flush(): Promise<void> {
    const { record, options } = this.#pair;
    if (this.#asked.packages === undefined || record.of(this.#token).runs.length > 0) return;
    const token = `${this.#token}-left`;
    this.#pair.arm(token);
    const started = await new PairSteering(this.#pair, token).startSession();
    if ('reason' in started) return;
    const over = (): boolean => record.ended(token) > 0 && !record.busy;
    if (started.exited !== undefined) await within(started.exited, this.#patienceMs, options.signal);
    else await record.patiently(over, this.#patienceMs, options.signal);
  }

  #places(sample: string | undefined): Places {
    const { repositories, client, marks, serverUrl } = this.#pair;
    const { nodes } = client.statement;
    const token = this.#token;
    const absent = `${nodes.devInfo}no-${token}`;
    this.#steering.act({ name: 'absent-node', uri: absent });
    return {
      nodes,
      sample,
      absent,
      repository: (name) => repositories.address(token, name),
      holds: (name, target) => repositories.holds(token, name, target, marks),
      page: (name) => repositories.page(token, name),
      server: (name) => `${serverUrl}${serverUrl.includes('?') ? '&' : '?'}${name}=${marks.next()}`,
    };
  }
}

function learn(learnt: Learnt, { ones, runs }: TokenRecord, { name }: CatalogueSession): void {
  const [first] = ones;
  const device = first?.session.device;
  if (device !== undefined) learnt.device = device;
  const moids = (first?.reading.view?.mos ?? []).flatMap(({ moid }) => moid ?? []);
  if (moids.length > 0) learnt.moids = [...new Set(moids)];
  const status = name === 'hget' ? runs[0]?.commands[0]?.status : undefined;
  const uri = status?.uris[0];
  if (uri !== undefined && (status?.sc ?? 0) < 300) learnt.sample = uri.endsWith('/') ? uri : `${uri}/`;
}
