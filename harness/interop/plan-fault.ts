import type { FaultName, PlannedFault } from '../proxy/fault.js';
import { randomFrom } from '../run/seed.js';

const DELAY = { from: 100, to: 600 };
const PIECES = { from: 5, to: 25 };
const PAUSE = { from: 5, to: 25 };
const STATUSES = [500, 502, 503, 504] as const;

/** The fault with all its numbers, as they follow from the seed. @param exchanges how many the disturbed session has. */
export function planFault(fault: FaultName, seed: string, exchanges: number): PlannedFault {
  const random = randomFrom(`${seed} ${fault}`);
  const whole = ({ from, to }: { readonly from: number; readonly to: number }): number =>
    from + Math.floor(random() * (to - from + 1));
  return {
    fault,
    // A #1 that comes twice opens two sessions of one device (D-11), which is another matter than a package that comes twice (D-31).
    exchange: whole({ from: fault === 'duplicate' ? Math.min(2, exchanges) : 1, to: exchanges }),
    delayMs: whole(DELAY),
    at: Math.round(random() * 100) / 100,
    status: STATUSES[Math.floor(random() * STATUSES.length)] ?? STATUSES[0],
    pieces: whole(PIECES),
    pauseMs: whole(PAUSE),
  };
}
