import type { Observed } from '../harness/model/finding.js';
import type { Ledger } from '../harness/model/requirement.js';
import type { ScenarioResult } from '../harness/model/result.js';
import type { Role } from '../harness/model/verdict.js';
import type { RunNews } from '../harness/run/run-suite.js';
import { openProgress } from '../reports/progress.js';
import { wantsColour } from '../reports/terminal-colours.js';

interface ChapterCount {
  done: number;
  total: number;
  shown: number;
  broken: number;
  open: number;
}

/** Shows a run while it goes on: live counts by chapter on a terminal, plain lines elsewhere. */
export function showProgress(
  ledger: Ledger,
  role: Role,
  { quiet }: { readonly quiet: boolean },
): { readonly news: RunNews; readonly finish: () => void } {
  if (quiet) return { news: {}, finish: () => undefined };
  const progress = openProgress({
    write: (text) => process.stdout.write(text),
    isTerminal: process.stdout.isTTY === true,
    colour: wantsColour(process.env, process.stdout.isTTY),
    columns: () => process.stdout.columns,
    now: () => performance.now(),
  });
  const timer = setInterval(() => progress.tick(), 1000).unref();
  const counts = new Map<string, ChapterCount>();
  const titleOf = (id: string): string => ledger.chapters.find((chapter) => chapter.id === id)?.title ?? id;
  const update = (id: string, count: ChapterCount): void =>
    progress.update({
      id,
      title: titleOf(id),
      done: count.done,
      total: count.total,
      counts: { pass: count.shown, fail: count.broken, inconclusive: count.open },
    });
  const news: RunNews = {
    onOpened: () => progress.note(`DM ${role === 'client' ? 'Client' : 'Server'} under test`),
    onPlanned: (scenarios) => {
      for (const tags of scenarios) {
        const id = chapterOf(tags);
        if (id === undefined) continue;
        const count = counts.get(id) ?? { done: 0, total: 0, shown: 0, broken: 0, open: 0 };
        count.total += 1;
        counts.set(id, count);
      }
      for (const [id, count] of counts) update(id, count);
    },
    onScenario: (scenario, observed) => {
      const id = chapterOf(scenario.requirements);
      const count = id === undefined ? undefined : counts.get(id);
      if (id === undefined || count === undefined) return;
      count.done += 1;
      count[outcomeOf(scenario, observed)] += 1;
      update(id, count);
    },
  };
  return {
    news,
    finish: () => {
      clearInterval(timer);
      progress.finish();
    },
  };
}

function chapterOf(tags: readonly string[]): string | undefined {
  return tags.map((tag) => /^([A-Z]{3})-\d+$/.exec(tag)?.[1]).find((id) => id !== undefined);
}

/** Counts scenarios, not verdicts: those come at the end, when everything is known. */
function outcomeOf(scenario: ScenarioResult, observed: readonly Observed[]): 'shown' | 'broken' | 'open' {
  const own = observed.filter((one) => scenario.requirements.includes(one.requirement));
  if (own.some((one) => one.outcome === 'violated')) return 'broken';
  return own.some((one) => one.outcome === 'held' || one.outcome === 'absent') ? 'shown' : 'open';
}
