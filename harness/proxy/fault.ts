/** What the proxy does to one exchange on purpose. */
export const FAULTS = ['delay', 'cut-before', 'cut-after', 'duplicate', 'truncate', 'reset', '5xx', 'slow'] as const;
export type FaultName = (typeof FAULTS)[number];

/** A fault with all its numbers, so that nothing about it is left to chance. */
export interface PlannedFault {
  readonly fault: FaultName;
  /** The exchange that it strikes: 1 for the first after the faults were armed. */
  readonly exchange: number;
  /** `delay`: how long the response is kept back, in milliseconds. */
  readonly delayMs: number;
  /** `truncate`, `reset`: where the response breaks off, from 0 (its first byte) to 1 (all but its last byte). */
  readonly at: number;
  /** `5xx`: which. */
  readonly status: number;
  /** `slow`: into how many pieces the response is cut, and the pause between them, in milliseconds. */
  readonly pieces: number;
  readonly pauseMs: number;
}

/** What the fault does, for the record. */
export function faultText(planned: PlannedFault): string {
  switch (planned.fault) {
    case 'delay':
      return `the response comes ${planned.delayMs} ms late`;
    case 'cut-before':
      return 'the connection is closed in place of the response, which the server has sent';
    case 'cut-after':
      return 'the connection is closed right after the response';
    case 'duplicate':
      return 'the request reaches the server twice';
    case 'truncate':
      return `the response breaks off after ${percent(planned.at)} of its bytes, and the connection is closed`;
    case 'reset':
      return `the connection is reset after ${percent(planned.at)} of the response`;
    case '5xx':
      return `the request is answered ${planned.status} on the way and never reaches the server`;
    case 'slow':
      return `the response comes in ${planned.pieces} pieces, ${planned.pauseMs} ms apart`;
  }
}

function percent(part: number): string {
  return `${Math.round(part * 100)} %`;
}
