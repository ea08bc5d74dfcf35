import type { createColors } from 'picocolors';
import type { Headline } from '../harness/model/precedence.js';
import type { Verdict } from '../harness/model/verdict.js';

type Colours = ReturnType<typeof createColors>;

/** Colours a word by the verdict it stands for. */
export function paint(colours: Colours, verdict: Verdict | Headline['outcome'], text: string): string {
  switch (verdict) {
    case 'pass':
      return colours.green(text);
    case 'fail':
      return colours.red(text);
    case 'error':
      return colours.magenta(text);
    case 'warn':
    case 'partial':
    case 'known-issue':
      return colours.yellow(text);
    case 'inconclusive':
      return colours.cyan(text);
    case 'not-applicable':
      return colours.dim(text);
  }
}

/** Whether to colour: not when NO_COLOR is set to anything but the empty text, else when FORCE_COLOR is, else on a terminal. */
export function wantsColour(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  if ((env.NO_COLOR ?? '') !== '') return false;
  if ((env.FORCE_COLOR ?? '') !== '' && env.FORCE_COLOR !== '0') return true;
  return isTerminal && env.TERM !== 'dumb';
}
