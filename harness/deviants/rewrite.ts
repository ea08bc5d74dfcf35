import type { GenericAlert } from '../protocol/alerts.js';
import { FIELD } from '../protocol/headers.js';
import { MEDIA, mediaTypeOf } from '../protocol/media-types.js';
import type { PackageOneContent, StatusEntry } from '../protocol/write-packages.js';
import { type HeaderList, headerValue, type PeerReply, type PeerRequest, type PeerSend } from '../stimuli/peer.js';
import type { CommandList } from '../stimuli/plan.js';

/** Work for a device that has none to do. */
export const WORK: CommandList = [['GET', 'urn:oma:mo:oma-dm-devinfo:1.2//Man']];

/** The request with another value of a field, or without it. */
export function withField(request: PeerSend, name: string, value: string | undefined): PeerSend {
  return { ...request, headers: replacing(request.headers, name, value) };
}

/** The fields with another value of one of them, or without it. */
export function replacing(headers: HeaderList, name: string, value: string | undefined): HeaderList {
  const others = headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase());
  return value === undefined ? others : [...others, [name, value]];
}

/** The request with its JSON body changed. */
export function withJson(request: PeerSend, change: (body: Record<string, unknown>) => unknown): PeerSend {
  const body: unknown = JSON.parse(request.body?.toString('utf8') ?? '{}');
  return { ...request, body: Buffer.from(JSON.stringify(change(body as Record<string, unknown>)), 'utf8') };
}

/** The request with more bytes behind its body. */
export function withMore(request: PeerSend, text: string): PeerSend {
  return { ...request, body: Buffer.concat([request.body ?? Buffer.alloc(0), Buffer.from(text, 'utf8')]) };
}

/** The #1 with another reason for the session, or without one; the events in it stay. */
export function withReason(content: PackageOneContent, ...reason: readonly GenericAlert[]): PackageOneContent {
  const { alerts: [, ...events] = [], ...rest } = content;
  const alerts = [...reason, ...events];
  return alerts.length === 0 ? rest : { ...rest, alerts };
}

/** Statuses of a #3 that is about to leave. */
export function statusesOf(request: PeerSend): readonly StatusEntry[] {
  const { Status = [] } = JSON.parse(request.body?.toString('utf8') ?? '{}') as { Status?: readonly StatusEntry[] };
  return Status;
}

/** The #3 with other statuses. */
export function withStatuses(request: PeerSend, statuses: readonly StatusEntry[]): PeerSend {
  return withJson(request, (body) => ({ ...body, Status: statuses }));
}

/** A request that carries a #1. */
export function isOne(request: PeerRequest): boolean {
  return mediaTypeOf(headerValue(request.headers, FIELD.contentType)) === MEDIA.initiation;
}

/** A request with a status of 400 or more, which is a #3. */
export function reportsError(request: PeerRequest): boolean {
  return /"sc":[45]/.test(request.body.toString('utf8'));
}

/** A reply with END. */
export function ends(reply: PeerReply): boolean {
  return reply.body.includes('"END"');
}

/** A reply with an upload, as most plans have one. */
export function hasWork(reply: PeerReply): boolean {
  return reply.body.includes('"HPUT"');
}

/** The reply with another media type. */
export function typed(reply: PeerReply, type: string): PeerReply {
  return { ...reply, headers: replacing(reply.headers, FIELD.contentType, type) };
}

/** The reply with this body. */
export function saying(reply: PeerReply, body: string): PeerReply {
  return { ...reply, body: Buffer.from(body, 'utf8') };
}

/** The bytes of a #2 on the wire. */
export function onWire(reply: PeerReply): Buffer {
  const head = `HTTP/1.1 200 OK\r\nContent-Type: ${MEDIA.request}\r\nContent-Length: ${reply.body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), reply.body]);
}

/** The #2, and these bytes behind it as soon as `pass` lets them go. */
export function followedBy(reply: PeerReply, bytes: Buffer, pass: () => Promise<void>): PeerReply {
  return {
    ...reply,
    delivery: { raw: Buffer.concat([onWire(reply), bytes]), hold: { gate: { pass }, tail: bytes.length } },
  };
}
