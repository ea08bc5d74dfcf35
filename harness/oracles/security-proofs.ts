import type { StatedDevice } from '../model/statement.js';
import type { Observation, Session } from '../session/observation.js';
import type { Action, ClientProof, TraceEvent, TraceHeader } from '../trace/event.js';
import type { Reply } from './common-server.js';

type Credentials = Extract<Action, { name: 'credentials' }>;

/** How a request of the harness showed who sends it, and what that is worth. */
export interface Shown {
  readonly by: 'nothing' | 'basic' | 'digest' | 'certificate' | 'psk';
  /** `none`: nothing was shown. */
  readonly worth: 'none' | Credentials['outcome'];
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

  constructor({ statement }: TraceHeader) {
    this.#devices = new Map((statement.devices ?? []).map((device) => [device.id, device]));
  }

  see(observation: Observation): void {
    if (observation.kind === 'event') this.#event(observation.event);
  }

  of({ exchange, connection }: Reply['request']): Shown {
    const said = this.#byExchange.get(exchange);
    const tls = this.#byConnection.get(connection) ?? 'none';
    if (said !== undefined && said.scheme !== 'other') {
      return { by: said.scheme, worth: said.outcome, detail: said.detail };
    }
    const by = tls === 'psk:right' ? 'psk' : 'certificate';
    if (said !== undefined) return { by, worth: said.outcome, detail: said.detail };
    if (tls === 'none') return NOTHING_SHOWN;
    return { by, worth: tls === 'certificate:other' ? 'wrong' : 'right', detail: undefined };
  }

  /** Version of TLS that the connection speaks. */
  tlsOf(connection: string): string | undefined {
    return this.#secured.get(connection);
  }

  /** What the connection had at hand in its handshake. */
  shownBy(connection: string): ClientProof {
    return this.#byConnection.get(connection) ?? 'none';
  }

  /** The device as the statement knows it, with the means by which it can prove who it is. */
  known(device: string | undefined): StatedDevice | undefined {
    return device === undefined ? undefined : this.#devices.get(device);
  }

  #event(event: TraceEvent): void {
    if (event.kind === 'action' && event.action.name === 'credentials') {
      keep(this.#byExchange, event.action.exchange, event.action);
    } else if (event.kind === 'connection' && event.phase === 'secured') {
      keep(this.#secured, event.connection, event.tls?.version ?? 'TLS');
      keep(this.#byConnection, event.connection, event.shows ?? 'none');
    } else if (event.kind === 'connection' && event.phase === 'unsecured') {
      keep(this.#byConnection, event.connection, event.shows ?? 'none');
    }
  }
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

/** `by HTTP Basic`, for messages. */
export function inWords({ by, worth, detail }: Shown): string {
  const means = {
    nothing: 'no credentials',
    basic: 'HTTP Basic',
    digest: 'HTTP Digest',
    certificate: 'certificate',
    psk: 'pre-shared key',
  };
  if (by === 'nothing') return 'without credentials';
  const how = detail === undefined || by !== 'digest' ? means[by] : `${means[by]} (${detail})`;
  const what: Readonly<Record<Shown['worth'], string>> = {
    none: 'with',
    right: 'with the right',
    wrong: by === 'certificate' ? 'with a certificate that nobody vouches for, no trusted' : 'with a wrong password by',
    malformed: 'with malformed',
    'other-device': "with another device's",
    stale: 'with a nonce that the server never gave, by',
    replayed: 'with a request sent before, by',
  };
  return `${what[worth]} ${how}`;
}
