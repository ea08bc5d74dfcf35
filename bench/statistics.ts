/** The middle value; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/**
 * Runs two pieces of work in turn, A B A B …, so that a machine that grows slower or faster touches both alike.
 * @returns the medians of what they return, and the median of the ratios pair by pair.
 */
export async function alternate(
  rounds: number,
  a: () => number | Promise<number>,
  b: () => number | Promise<number>,
): Promise<{ readonly a: number; readonly b: number; readonly ratio: number }> {
  const [as, bs, ratios]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round += 1) {
    const [one, two] = [await a(), await b()];
    as.push(one);
    bs.push(two);
    ratios.push(one / two);
  }
  return { a: median(as), b: median(bs), ratio: median(ratios) };
}
