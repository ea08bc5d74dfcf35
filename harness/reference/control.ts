import { readJsonBody } from '../protocol/json-body.js';
import type { PeerHandler, PeerReply, PeerRequest } from '../stimuli/peer.js';
import type { ClockState, VirtualClock } from './clock.js';
import { pathOf } from './http-fields.js';

/** What a control operation answers: a status and a JSON value. */
export interface ControlAnswer {
  readonly status: number;
  readonly body?: unknown;
  /** These very bytes instead of a JSON value. */
  readonly bytes?: Buffer;
}

type Json = Readonly<Record<string, unknown>>;

/** One operation; `body` is the request's JSON object, empty when there is none. */
export type ControlOperation = (body: Json, request: PeerRequest) => Promise<ControlAnswer> | ControlAnswer;

export const DONE_ANSWER: ControlAnswer = { status: 200, body: {} };
export const NOT_OFFERED: ControlAnswer = { status: 501 };

/** A body that the operation cannot use; the operation itself is there, so no 404 or 405. */
export function unusable(expected: string): ControlAnswer {
  return { status: 400, body: { expected } };
}

/**
 * Serves the control protocol (design: control protocol). Operations are named `POST /session`; one that does not exist gets 404, a known path
 * with another method 405.
 */
export function controlHandler(operations: Readonly<Record<string, ControlOperation>>): PeerHandler {
  return async (request) => {
    const path = pathOf(request.target);
    const operation = operations[`${request.method} ${path}`];
    if (operation === undefined) {
      const known = Object.keys(operations).some((name) => name.endsWith(` ${path}`));
      return render({ status: known ? 405 : 404 });
    }
    const body = bodyOf(request);
    return render(body === undefined ? unusable('a JSON object, or no body') : await operation(body, request));
  };
}

function bodyOf(request: PeerRequest): Json | undefined {
  if (request.body.length === 0 || request.headers.some(isOctets)) return {};
  const { value } = readJsonBody(request.body);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function isOctets([name, value]: readonly [string, string]): boolean {
  return name.toLowerCase() === 'content-type' && value.startsWith('application/octet-stream');
}

function render({ status, body, bytes }: ControlAnswer): PeerReply {
  if (bytes !== undefined) return { status, headers: [['Content-Type', 'application/octet-stream']], body: bytes };
  if (body === undefined) return { status, headers: [], body: Buffer.alloc(0) };
  return { status, headers: [['Content-Type', 'application/json']], body: Buffer.from(JSON.stringify(body)) };
}

/**
 * `POST /clock { "advanceMs": n, "graceMs"?: m }`, offered by embedded peers alone: lets n virtual milliseconds pass and answers when the peer has
 * come to rest. `idle` is false when an exchange is under way whose answer made no progress for m real milliseconds.
 */
export function clockOperation(clock: VirtualClock): ControlOperation {
  return async ({ advanceMs, graceMs }) => {
    if (typeof advanceMs !== 'number' || !(advanceMs >= 0)) return unusable('{ "advanceMs": milliseconds }');
    const state: ClockState = await clock.advance(advanceMs, typeof graceMs === 'number' ? graceMs : undefined);
    return { status: 200, body: state };
  };
}
