import { randomUUID } from 'node:crypto';
import type { PackageThree } from '../protocol/packages.js';
import type { PeerReply } from '../stimuli/peer.js';
import type { CommandList, SessionPlan, Turn } from '../stimuli/plan.js';
import { Scratch } from './scratch.js';

/** One DM Session as the server keeps it. */
export class ServerSession {
  /** Under which the server keeps it; usually the device's identifier. */
  readonly key: string;
  readonly device: string | undefined;
  /** 1 for the device's first session. */
  readonly ordinal: number;
  /** Target of its #1, as on the wire. */
  readonly target: string;
  readonly reports: PackageThree[] = [];
  plan: SessionPlan = NOTHING;
  /** `open` until END; `spent` when what was sent last can bring no #3 (no 2xx, no #2, cut), so that its plan is over. */
  state: 'open' | 'spent' | 'ended' = 'open';
  /** #2s sent so far. */
  packages = 0;
  /** When it was last heard of. */
  touched = 0;
  lastReply: PeerReply | undefined;
  /** Body of the last #3 that was accepted. */
  lastReport: Buffer | undefined;
  /** Number of the #2 that was sent once more on the guess that its #3 was a repeated one; a guess is made once. */
  guessedAt = 0;
  /** Commands of the #2 that the next #3 answers, and of the one before. */
  outstanding: CommandList = [];
  answered: CommandList = [];
  #own: Scratch | undefined;
  #position = 0;
  #id: string | undefined;

  constructor(key: string, device: string | undefined, ordinal: number, target: string) {
    this.key = key;
    this.device = device;
    this.ordinal = ordinal;
    this.target = target;
  }

  /** A small memory for hooks. */
  get own(): Scratch {
    this.#own ??= new Scratch();
    return this.#own;
  }

  /** Names the session in its cookie; most sessions never need one. */
  get id(): string {
    this.#id ??= randomUUID();
    return this.#id;
  }

  /** What is left to remember of a session after END: that it was there. The session itself stays as it is for whoever holds it. */
  toEnded(): ServerSession {
    const ended = new ServerSession(this.key, this.device, this.ordinal, this.target);
    ended.state = 'ended';
    ended.packages = this.packages;
    ended.#id = this.#id;
    return ended;
  }

  /** The next turn of the plan, undefined when there is none left. */
  nextTurn(): Turn | undefined {
    const turn = this.plan.turns[this.#position];
    if (turn !== undefined) this.#position += 1;
    return turn;
  }
}

export const NOTHING: SessionPlan = { turns: [] };
