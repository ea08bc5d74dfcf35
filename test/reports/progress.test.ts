import { describe, expect, it } from 'vitest';
import { type ChapterProgress, openProgress, type Progress } from '../../reports/progress.js';

interface Shown {
  readonly progress: Progress;
  text(): string;
  wait(milliseconds: number): void;
}

function show(isTerminal: boolean, columns = 80): Shown {
  let text = '';
  let now = 5000;
  const progress = openProgress({
    write: (piece) => {
      text += piece;
    },
    isTerminal,
    colour: false,
    columns: () => columns,
    now: () => now,
  });
  return {
    progress,
    text: () => text,
    wait: (milliseconds) => {
      now += milliseconds;
    },
  };
}

function chapter(id: string, done: number, more: Partial<ChapterProgress> = {}): ChapterProgress {
  return { id, title: `Chapter ${id}`, done, total: 3, ...more };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal sequences are what is looked for
const TOKEN = /\u001b\[(\d+)A|\u001b\[0J|\n|[^\u001b\n]+/g;

/** What a terminal shows after these bytes, for the two sequences that the view uses. */
function screen(text: string): string[] {
  const lines = [''];
  let row = 0;
  for (const [token, up] of text.matchAll(TOKEN)) {
    if (up !== undefined) row -= Number(up);
    else if (token === '\u001b[0J') lines.splice(row, lines.length, '');
    else if (token === '\n') row += 1;
    else lines[row] = (lines[row] ?? '') + token;
    if (lines[row] === undefined) lines[row] = '';
  }
  return lines;
}

describe('progress on a terminal', () => {
  it('redraws one line for each chapter, with counts and the time', () => {
    const { progress, text, wait } = show(true);
    progress.update(chapter('AAA', 1));
    wait(1000);
    progress.update(chapter('BBB', 2, { counts: { pass: 4, fail: 1 } }));
    wait(1000);
    progress.update(chapter('AAA', 3, { counts: { pass: 2 } }));
    progress.finish();
    expect(screen(text())).toEqual([
      '  AAA  Chapter AAA           3/3  2 pass',
      '  BBB  Chapter BBB           2/3  1 fail  4 pass',
      '  2.0 s',
      '',
    ]);
  });

  it('keeps notes above the lines', () => {
    const { progress, text } = show(true);
    progress.update(chapter('AAA', 1));
    progress.note('the target printed something');
    expect(screen(text())).toEqual(['the target printed something', '  AAA  Chapter AAA           1/3', '  0.0 s', '']);
  });

  it('cuts lines to the width, and does not draw more often than the eye sees', () => {
    const { progress, text } = show(true, 20);
    for (let done = 0; done < 100; done += 1) progress.update(chapter('AAA', done, { total: 100 }));
    expect(text().match(/AAA/g)).toHaveLength(2); // id and title of one line
    progress.finish();
    for (const line of screen(text())) expect(line.length).toBeLessThan(20);
  });

  it('writes nothing once it is finished', () => {
    const { progress, text, wait } = show(true);
    progress.update(chapter('AAA', 1));
    progress.finish();
    const before = text();
    wait(10_000);
    progress.update(chapter('AAA', 2));
    progress.note('late');
    progress.tick();
    progress.finish();
    expect(text()).toBe(before);
  });
});

describe('progress in a pipe', () => {
  it('says each finished chapter once, in plain lines', () => {
    const { progress, text, wait } = show(false);
    progress.update(chapter('AAA', 1));
    wait(1500);
    progress.update(chapter('AAA', 3, { counts: { pass: 2, warn: 1 } }));
    progress.update(chapter('AAA', 3));
    progress.note('a note');
    progress.finish();
    progress.note('late');
    expect(text()).toBe('  AAA  Chapter AAA           3/3  1 warn  2 pass, 1.5 s\na note\n');
  });

  it('shows a sign of life when nothing was said for long', () => {
    const { progress, text, wait } = show(false);
    progress.tick();
    progress.update(chapter('AAA', 1));
    wait(9_000);
    progress.tick();
    expect(text()).toBe('');
    wait(1_000);
    progress.tick();
    progress.tick();
    expect(text()).toBe('  AAA  Chapter AAA           1/3, 10.0 s\n');
  });
});
