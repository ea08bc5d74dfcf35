import { MEDIA } from '../protocol/media-types.js';
import { writePackageTwo } from '../protocol/write-packages.js';
import type { HeaderList, PeerReply } from '../stimuli/peer.js';
import type { CommandList, Turn } from '../stimuli/plan.js';

const EMPTY = Buffer.alloc(0);
const AS_TWO: HeaderList = [['Content-Type', MEDIA.request]];

/** A #2 with these commands (TS 7.3). */
export function twoOf(commands: CommandList): PeerReply {
  return { status: 200, headers: AS_TWO, body: writePackageTwo(commands) };
}

/** The #2 that ends a session and wants nothing more. */
export const END_REPLY: PeerReply = twoOf([['END']]);

/** A refusal: no commands. */
export function refusal(status: number, headers: HeaderList = []): PeerReply {
  return { status, headers, body: EMPTY };
}

/** The reply that a turn of a plan asks for; its body and status may be anything. */
export function replyOf(turn: Turn, commands: CommandList): PeerReply {
  const typed: HeaderList = turn.contentType === undefined ? AS_TWO : [['Content-Type', turn.contentType]];
  const headers = turn.headers === undefined ? typed : [...typed, ...turn.headers];
  const reply = { status: turn.status ?? 200, headers, body: turn.body ?? writePackageTwo(commands) };
  return turn.delivery === undefined ? reply : { ...reply, delivery: turn.delivery };
}

/** The same reply with a cookie that says which session it is and which of its #2s (D-13, D-31). */
export function withCookie(reply: PeerReply, name: string, value: string): PeerReply {
  return { ...reply, headers: [...reply.headers, ['Set-Cookie', `${name}=${value}; Path=/; HttpOnly`]] };
}
