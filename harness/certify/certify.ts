import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Envelope } from '../model/attestation.js';
import type { Ledger } from '../model/requirement.js';
import type { Result } from '../model/result.js';
import { seal } from './dsse.js';
import { digestsOfRun } from './file-digests.js';
import { objectionsTo } from './objections.js';
import { contradictions } from './replay.js';
import { statementOf } from './statement.js';

export const ATTESTATION_FILE = 'attestation.dsse.json';
export const PUBLIC_KEY_FILE = 'attestation.pub.pem';
export const PRIVATE_KEY_FILE = 'attestation.key.pem';

export interface CertifyInput {
  /** Folder of the run, and the name of its result record there. */
  readonly folder: string;
  readonly resultFile: string;
  readonly result: Result;
  /** The ledger that this release ships. */
  readonly shipped: Ledger;
  /** Ed25519. */
  readonly key: KeyObject;
}

/** Either the signed attestation of a run, or why there is none, a sentence each. */
export type Certified =
  | { readonly envelope: Envelope; readonly objections?: undefined }
  | { readonly objections: readonly string[]; readonly envelope?: undefined };

/** Attests a run over the digests of its files, unless something stands against it. @throws ConformError TRACE_UNREADABLE */
export function certify({ folder, resultFile, result, shipped, key }: CertifyInput): Certified {
  const objections = objectionsTo(result, shipped);
  if (objections.length > 0) return { objections };
  const traceFile = join(folder, result.trace);
  if (!existsSync(traceFile)) return { objections: [`the trace is not there: ${result.trace}`] };
  const contradicted = contradictions(result, traceFile, shipped);
  if (contradicted.length > 0) return { objections: contradicted };
  const statement = statementOf(result, digestsOfRun(folder, [resultFile, result.trace]));
  return { envelope: seal(Buffer.from(JSON.stringify(statement), 'utf8'), key) };
}
