import { createColors } from 'picocolors';
import { PRECEDENCE } from '../harness/model/precedence.js';
import type { Verdict } from '../harness/model/verdict.js';
import { paint } from './terminal-colours.js';
import { duration } from './visible-text.js';

/** How far a chapter is. */
export interface ChapterProgress {
  readonly id: string;
  readonly title: string;
  /** Scenarios done and to be done. */
  readonly done: number;
  readonly total: number;
  /** Verdicts that are certain so far; left out = none. */
  readonly counts?: Partial<Readonly<Record<Verdict, number>>>;
}

export interface ProgressOptions {
  readonly write: (text: string) => void;
  /** On a terminal the lines are redrawn in place; elsewhere each piece of news is a line of its own. */
  readonly isTerminal: boolean;
  readonly colour: boolean;
  /** Columns of the terminal; asked at each redraw, since windows change. */
  readonly columns?: () => number | undefined;
  /** Milliseconds on any clock that goes forward. */
  readonly now: () => number;
}

/** What shows a run while it goes on. */
export interface Progress {
  update(chapter: ChapterProgress): void;
  /** Shows the time gone by; to be called about once a second by whoever owns a timer. */
  tick(): void;
  /** A line that stays. */
  note(line: string): void;
  /** Draws the last state and leaves the cursor below it. Nothing is written afterwards. */
  finish(): void;
}

/** Redraws are at least so far apart, in milliseconds. */
const REDRAW_MS = 80;
/** Without a terminal, silence lasts at most so long, in milliseconds. */
const HEARTBEAT_MS = 10_000;

/** Opens the live view that suits the output: redrawn lines on a terminal, plain lines in a pipe. */
export function openProgress(options: ProgressOptions): Progress {
  return options.isTerminal ? new RedrawnProgress(options) : new PlainProgress(options);
}

class RedrawnProgress implements Progress {
  readonly #options: ProgressOptions;
  readonly #started: number;
  readonly #chapters = new Map<string, ChapterProgress>();
  #drawn = 0;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #open = true;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#started = options.now();
  }

  update(chapter: ChapterProgress): void {
    this.#chapters.set(chapter.id, chapter);
    this.tick();
  }

  tick(): void {
    if (this.#open && this.#options.now() - this.#drawnAt >= REDRAW_MS) this.#draw('');
  }

  note(line: string): void {
    if (this.#open) this.#draw(`${line}\n`);
  }

  finish(): void {
    if (!this.#open) return;
    this.#draw('');
    this.#open = false;
  }

  #draw(above: string): void {
    const elapsed = this.#options.now() - this.#started;
    const lines = [...this.#chapters.values()].map((chapter) => this.#fit(chapter));
    const body = [...lines, `  ${duration(elapsed)}`].map((line) => `${line}\n`).join('');
    const back = this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A`;
    this.#options.write(`${back}\u001b[0J${above}${body}`);
    this.#drawn = lines.length + 1;
    this.#drawnAt = this.#options.now();
  }

  /** One line, no longer than the terminal is wide: a wrapped line would spoil the way back up. */
  #fit(chapter: ChapterProgress): string {
    const columns = (this.#options.columns?.() ?? 80) - 1;
    const plain = chapterLine(chapter, false);
    return plain.length > columns ? plain.slice(0, Math.max(0, columns)) : chapterLine(chapter, this.#options.colour);
  }
}

class PlainProgress implements Progress {
  readonly #options: ProgressOptions;
  readonly #started: number;
  readonly #finished = new Set<string>();
  #current: ChapterProgress | undefined;
  #wroteAt: number;
  #open = true;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#started = options.now();
    this.#wroteAt = this.#started;
  }

  update(chapter: ChapterProgress): void {
    this.#current = chapter;
    const news = chapter.done >= chapter.total && !this.#finished.has(chapter.id);
    if (news) {
      this.#finished.add(chapter.id);
      this.#say(chapter);
    } else {
      this.tick();
    }
  }

  tick(): void {
    if (this.#current !== undefined && this.#options.now() - this.#wroteAt >= HEARTBEAT_MS) this.#say(this.#current);
  }

  note(line: string): void {
    if (this.#open) this.#options.write(`${line}\n`);
  }

  finish(): void {
    this.#open = false;
  }

  #say(chapter: ChapterProgress): void {
    this.#wroteAt = this.#options.now();
    this.note(`${chapterLine(chapter, this.#options.colour)}, ${duration(this.#wroteAt - this.#started)}`);
  }
}

function chapterLine({ id, title, done, total, counts = {} }: ChapterProgress, colour: boolean): string {
  const colours = createColors(colour);
  const words = PRECEDENCE.filter((verdict) => (counts[verdict] ?? 0) > 0).map((verdict) =>
    paint(colours, verdict, `${counts[verdict]} ${verdict}`),
  );
  return [`  ${id}  ${title.padEnd(20)}  ${done}/${total}`, ...words].join('  ');
}
