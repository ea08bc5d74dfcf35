import type { StatedDevice } from '../model/statement.js';
import { field } from '../session/classify.js';
import type { Observation, Session } from '../session/observation.js';
import type { Action, ClientProof, TraceEvent, TraceHeader } from '../trace/event.js';
import type { Reply } from './common-server.js';

type Credentials = Extract<Action, { name: 'credentials' }>;

/** How a request of the harness showed who sends it, and what that is worth. */
export interface Shown {
  readonly by: 'nothing' | 'basic' | 'digest' | 'certificate' | 'psk';
  /** `none`: nothing was shown; `unknown`: something of which the record does not say what it is worth. */
  readonly worth: 'none' | 'unknown' | Credentials['outcome'];
  readonly detail: string | undefined;
}

/** Connections and exchanges that are remembered; those of a scenario are few. */
const MOST = 512;
const NOTHING_SHOWN: Shown = { by: 'nothing', worth: 'none', detail: undefined };

/**
 * Knows what each request showed of its sender. The record holds no secrets; what the side that knows them says of a request stands in it, as does
 * what was at hand in the TLS handshake. Show it every observation.
 */
export class Proofs {
  readonly #devices: ReadonlyMap<string, StatedDevice>;
  readonly #byExchange = new Map<string, Credentials>();
  readonly #byConnection = new Map<string, ClientProof>();
  readonly #secured = new Map<string, string>();
  /** Connections over which an answer came. */
  readonly #answered = new Map<string, true>();

  constructor({ statement }: TraceHeader) {
    this.#devices = new Map((statement.devices ?? []).map((device) => [device.id, device]));
  }

  see(observation: Observation): void {
    if (observation.kind === 'event') this.#event(observation.event);
  }

  of({ exchange, connection, headers }: Reply['request']): Shown {
    const said = this.#byExchange.get(exchange);
    const tls = this.#byConnection.get(connection) ?? 'none';
    if (said !== undefined && said.scheme !== 'other') {
      return { by: said.scheme, worth: said.outcome, detail: said.detail };
    }
    const shown = shownInTls(tls);
    if (said === undefined && field(headers, 'authorization') !== undefined) return { ...shown, worth: 'unknown' };
    return said === undefined ? shown : { ...shown, worth: said.outcome, detail: said.detail };
  }

  /** Version of TLS that the connection speaks. */
  tlsOf(connection: string): string | undefined {
    return this.#secured.get(connection);
  }

  /**
   * What was at hand on a connection over TLS that ended in its handshake, or right behind it without an answer, as TLS 1.3 turns a client away;
   * undefined for any other event.
   */
  turnedAway(event: TraceEvent): Shown | undefined {
    if (event.kind !== 'connection' || this.#answered.has(event.connection)) return undefined;
    const ends = event.phase === 'unsecured' || event.phase === 'closed' || event.phase === 'reset';
    const shows = this.#byConnection.get(event.connection);
    if (!ends || shows === undefined || (event.phase !== 'unsecured' && event.from !== 'server')) return undefined;
    return shownInTls(shows);
  }

  /** The device as the statement knows it, with the means by which it can prove who it is. */
  known(device: string | undefined): StatedDevice | undefined {
    return device === undefined ? undefined : this.#devices.get(device);
  }

  #event(event: TraceEvent): void {
    if (event.kind === 'action' && event.action.name === 'credentials') {
      keep(this.#byExchange, event.action.exchange, event.action);
    } else if (event.kind === 'http-response') {
      keep(this.#answered, event.connection, true);
    } else if (event.kind === 'connection' && event.phase === 'secured') {
      keep(this.#secured, event.connection, event.tls?.version ?? 'TLS');
      keep(this.#byConnection, event.connection, event.shows ?? 'none');
    } else if (event.kind === 'connection' && event.phase === 'unsecured') {
      keep(this.#byConnection, event.connection, event.shows ?? 'none');
    }
  }
}

function shownInTls(proof: ClientProof): Shown {
  if (proof === 'none') return NOTHING_SHOWN;
  const worth = proof === 'certificate:other' ? 'wrong' : 'right';
  return { by: proof === 'psk:right' ? 'psk' : 'certificate', worth, detail: undefined };
}

function keep<V>(map: Map<string, V>, key: string, value: V): void {
  const oldest = map.keys().next();
  if (map.size >= MOST && oldest.done !== true) map.delete(oldest.value);
  map.set(key, value);
}

/** Key of what a scenario knows of a device. */
export function deviceKey({ scenario, device }: Session): string {
  return `${scenario ?? ''} ${device ?? ''}`;
}

const MEANS: Readonly<Record<Shown['by'], string>> = {
  nothing: '',
  basic: 'HTTP Basic',
  digest: 'HTTP Digest',
  certificate: 'certificate',
  psk: 'pre-shared key',
};

/** `with the right password by HTTP Basic`, for messages. */
export function inWords({ by, worth, detail }: Shown): string {
  if (by === 'nothing') return 'without credentials';
  if (by === 'certificate' && worth === 'wrong') return 'with a certificate that nobody vouches for';
  const byTls = by === 'certificate' || by === 'psk';
  const how = by === 'digest' && detail !== undefined ? `${MEANS[by]}, ${detail}` : MEANS[by];
  if (worth === 'other-device')
    return byTls ? `with another device's ${how}` : `with another device's password by ${how}`;
  if (worth === 'stale') return `by ${how}, with a nonce that the server never gave`;
  if (worth === 'replayed') return `by ${how}, sent before`;
  const right = worth === 'right' ? 'the right' : 'a wrong';
  return byTls ? `with ${right} ${how}` : `with ${right} password by ${how}`;
}
