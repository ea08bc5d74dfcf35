import { join } from 'node:path';
import type { Ledger } from '../model/requirement.js';
import type { FaultName } from '../proxy/fault.js';
import type { Agreement } from './agree.js';
import type { CatalogueSession } from './catalogue.js';
import type { PairOptions } from './pair.js';
import type { Peer } from './peers.js';

export interface RunPairOptions {
  readonly client: Peer;
  readonly server: Peer;
  readonly sessions: readonly CatalogueSession[];
  readonly faults: readonly FaultName[];
  readonly ledger: Ledger;
  /** Folder of the run, and that of this pair below it; undefined keeps the trace in memory. */
  readonly out: string | undefined;
  readonly folder: string;
  readonly patienceMs: number;
  readonly seed: string;
  readonly suiteVersion: string;
  readonly signal: AbortSignal;
  readonly onSession?: (session: string) => void;
}

/** What a pair is opened with. */
export function pairOptions(
  { out, folder, ledger, ...rest }: RunPairOptions,
  { implementation }: PairAgreement,
): Omit<PairOptions, 'faults'> {
  return {
    ...rest,
    implementation,
    folder: out === undefined ? undefined : join(out, folder),
    ledgerVersion: ledger.version,
  };
}

export type PairAgreement = Omit<Agreement, 'implementation'> & {
  readonly implementation: Agreement['implementation'] | undefined;
};
