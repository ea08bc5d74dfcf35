import { MOID } from '../reference/default-tree.js';
import type { CommandList, SessionPlan } from '../stimuli/plan.js';

/** Where the things are that a plan refers to. */
export interface PlanPlaces {
  /** Addresses at the data repository, at the web pages and at the DM Server; each call a new one. */
  readonly fetched: () => string;
  readonly uploaded: () => string;
  readonly page: () => string;
  readonly next: () => string;
}

const MOST_TURNS = 3;
const MOST_COMMANDS = 6;
const NODES = [
  `${MOID.devInfo}//Man`,
  `${MOID.devInfo}//`,
  `${MOID.sample}/left/Setting`,
  `${MOID.sample}/right/`,
  `${MOID.sample}/right/Data/1/Value`,
  `${MOID.sample}/(x)/Setting?nv=(x)/ID:GPS`,
  `${MOID.sample}/absent/Setting`,
  `${MOID.private}//Secret`,
];

type Maker = (places: PlanPlaces, node: () => string) => readonly string[];

/** Every command that a legal server may send, the frequent ones more often. */
const MAKERS: readonly Maker[] = [
  (_, node) => ['GET', node()],
  (_, node) => ['GET', node()],
  ({ fetched }) => ['HGET', fetched(), `${MOID.sample}/left/Setting`],
  ({ fetched }) => ['HGET', fetched()],
  ({ uploaded }, node) => ['HPUT', uploaded(), node()],
  ({ uploaded }, node) => ['HPUT', uploaded(), node(), node()],
  ({ uploaded }, node) => ['HPOST', uploaded(), node()],
  () => ['DELETE', `${MOID.sample}/absent/Setting`],
  () => ['DELETE', `${MOID.sample}/right/`],
  () => ['EXEC', `${MOID.task}//Run`],
  () => ['EXEC', `${MOID.task}//RunWithAlert`],
  ({ page }) => ['SHOW', page()],
  ({ next }) => ['CONT', next()],
  ({ uploaded }) => ['SUB', `${MOID.sample}/left/`, uploaded()],
  () => ['UNSUB', `${MOID.sample}/left/`],
];

/** The #2s of a legal session, the last one with END at its beginning, at its end, or alone. */
export function randomPlan(places: PlanPlaces, random: () => number): SessionPlan {
  const upTo = (most: number): number => Math.floor(random() * (most + 1));
  const one = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const commands = (count: number): CommandList =>
    Array.from({ length: count }, () => one(MAKERS)(places, () => one(NODES)));
  const turns = Array.from({ length: upTo(MOST_TURNS) }, () => ({ commands: commands(1 + upTo(MOST_COMMANDS - 1)) }));
  const last = commands(upTo(MOST_COMMANDS));
  const end = random() < 0.3 ? [['END'], ...last] : [...last, ['END']];
  return { turns: [...turns, { commands: end }] };
}
