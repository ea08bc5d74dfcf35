import type { StatedDevice } from '../model/statement.js';
import { BoundedMap, BoundedSet } from '../session/bounded.js';
import { field } from '../session/classify.js';
import type { Observation } from '../session/observation.js';
import type { Action, ClientProof, ConnectionEvent, TraceEvent, TraceHeader } from '../trace/event.js';
import type { Reply } from './common-server.js';

type Credentials = Extract<Action, { name: 'credentials' }>;

/** How a request of the harness showed who sends it, and what that is worth. */
export interface Shown {
  readonly by: 'nothing' | 'basic' | 'digest' | 'certificate' | 'psk';
  /** `none`: nothing was shown; `unknown`: something of which the record does not say what it is worth. */
  readonly worth: 'none' | 'unknown' | Credentials['outcome'];
  readonly detail?: string | undefined;
}

/** Connections and exchanges that are remembered; those of a scenario are few. */
const MOST = 512;
const UNKNOWN: Shown = { by: 'nothing', worth: 'unknown' };
const IN_TLS: Readonly<Record<string, Shown | undefined>> = {
  none: { by: 'nothing', worth: 'none' },
  'certificate:right': { by: 'certificate', worth: 'right' },
  'certificate:other': { by: 'certificate', worth: 'wrong', detail: 'nobody vouches for it' },
  'psk:right': { by: 'psk', worth: 'right' },
} satisfies Record<ClientProof, Shown>;

/**
 * Knows what each request showed of its sender. The record holds no secrets; what the side that knows them says of a request stands in it, as does
 * what was at hand in the TLS handshake. Show it every observation.
 */
export class Proofs {
  readonly #devices: readonly StatedDevice[] | undefined;
  readonly #byExchange = new BoundedMap<string, Credentials>(MOST);
  /** How the handshake of each connection ended. */
  readonly #handshakes = new BoundedMap<string, ConnectionEvent>(MOST);
  /** Connections over which an answer came. */
  readonly #answered = new BoundedSet<string>(MOST);

  constructor({ statement }: TraceHeader) {
    this.#devices = statement.devices;
  }

  /**
   * @returns where this ends a connection over TLS in its handshake, or right behind it without an answer, as TLS 1.3 turns a client away: what was at
   * hand to prove who the client is.
   */
  see(observation: Observation): Shown | undefined {
    return observation.kind === 'event' ? this.#event(observation.event) : undefined;
  }

  of({ exchange, connection, headers }: Reply['request']): Shown {
    const said = this.#byExchange.get(exchange);
    const inTls = shownIn(this.#handshakes.get(connection));
    if (said === undefined) return field(headers, 'authorization') === undefined ? inTls : UNKNOWN;
    if (said.scheme === 'other') return { by: inTls.by, worth: said.outcome };
    return { by: said.scheme, worth: said.outcome, detail: said.detail };
  }

  /** The handshake that secured the connection; undefined for one without TLS. */
  tlsOf(connection: string): ConnectionEvent | undefined {
    const handshake = this.#handshakes.get(connection);
    return handshake?.phase === 'secured' ? handshake : undefined;
  }

  /** The device as the statement knows it, with the means by which it can prove who it is. */
  known(device: string | undefined): StatedDevice | undefined {
    return this.#devices?.find(({ id }) => id === device);
  }

  #event(event: TraceEvent): Shown | undefined {
    if (event.kind === 'connection') return this.#connection(event);
    if (event.kind === 'http-response') this.#answered.add(event.connection);
    if (event.kind === 'action' && event.action.name === 'credentials')
      this.#byExchange.set(event.action.exchange, event.action);
    return undefined;
  }

  #connection(event: ConnectionEvent): Shown | undefined {
    const { connection, phase, from } = event;
    if (phase === 'secured' || phase === 'unsecured') this.#handshakes.set(connection, event);
    if (phase === 'unsecured') return shownIn(event);
    const ends = phase === 'closed' || phase === 'reset';
    if (!ends || from !== 'server' || this.#answered.has(connection)) return undefined;
    const handshake = this.#handshakes.get(connection);
    return handshake && shownIn(handshake);
  }
}

function shownIn(handshake: ConnectionEvent | undefined): Shown {
  return IN_TLS[handshake?.shows ?? 'none'] ?? UNKNOWN;
}

const THINGS: Readonly<Record<Shown['by'], string>> = {
  nothing: 'nothing',
  basic: 'password by HTTP Basic',
  digest: 'password by HTTP Digest',
  certificate: 'certificate',
  psk: 'pre-shared key',
};

/** What stands before and after the thing that was shown. */
const WORTHS: Readonly<Record<Shown['worth'], readonly [before: string, after?: string]>> = {
  none: ['no'],
  unknown: ['some'],
  right: ['the right'],
  wrong: ['a wrong'],
  malformed: ['a malformed'],
  'other-device': ["another device's"],
  stale: ['the', 'with a nonce that the server never gave'],
  replayed: ['the', 'sent before'],
};

/** `with the right password by HTTP Basic`, for messages. */
export function inWords({ by, worth, detail }: Shown): string {
  if (by === 'nothing') return 'without credentials';
  const [before, after] = WORTHS[worth];
  return [`with ${before} ${THINGS[by]}`, detail, after].filter((part) => part !== undefined).join(', ');
}
