import { isDecisive, verdictOf } from '../harness/ledger/judge-row.js';
import type { Observed } from '../harness/model/finding.js';
import { countVerdicts, worst } from '../harness/model/precedence.js';
import type { Ledger } from '../harness/model/requirement.js';
import type { ScenarioResult } from '../harness/model/result.js';
import type { Role, Verdict } from '../harness/model/verdict.js';
import type { RunNews } from '../harness/run/run-suite.js';
import { openProgress } from '../reports/progress.js';
import { wantsColour } from '../reports/terminal-colours.js';

interface ChapterCount {
  done: number;
  total: number;
  readonly verdicts: Verdict[];
}

/**
 * Shows a run while it goes on: live counts by chapter on a terminal, plain lines elsewhere.
 * @param options `quiet`: nothing at all; `redraw`: lines may be redrawn, since nobody is asked anything between them.
 */
export function showProgress(
  ledger: Ledger,
  role: Role,
  { quiet, redraw }: { readonly quiet: boolean; readonly redraw: boolean },
): { readonly news: RunNews; readonly finish: () => void } {
  if (quiet) return { news: {}, finish: () => undefined };
  const progress = openProgress({
    write: (text) => process.stdout.write(text),
    isTerminal: redraw && process.stdout.isTTY === true,
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
      counts: countVerdicts(count.verdicts),
    });
  const news: RunNews = {
    onOpened: () => progress.note(`DM ${role === 'client' ? 'Client' : 'Server'} under test`),
    onPlanned: (scenarios) => {
      for (const tags of scenarios) {
        const id = chapterOf(tags);
        if (id === undefined) continue;
        const count = counts.get(id) ?? { done: 0, total: 0, verdicts: [] };
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
      count.verdicts.push(outcomeOf(scenario, observed, ledger));
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

/** The worst that a scenario showed of its own requirements. The verdicts themselves come at the end, when everything is known. */
function outcomeOf(scenario: ScenarioResult, observed: readonly Observed[], ledger: Ledger): Verdict {
  if (scenario.error !== undefined) return 'error';
  const readings = { decisions: new Map(ledger.decisions.map((one) => [one.id, one])), readings: {} };
  const verdicts = observed.flatMap((one) => {
    const row = ledger.requirements.find(({ id }) => id === one.requirement);
    const own = row !== undefined && scenario.requirements.includes(row.id) && isDecisive(one);
    return own ? [verdictOf(row, one, readings)] : [];
  });
  return worst(verdicts) ?? 'inconclusive';
}
