import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import type { Envelope, TestResultStatement } from '../model/attestation.js';
import { keyId, PAYLOAD_TYPE, unseal } from './dsse.js';
import { digestOfFile } from './file-digests.js';

export interface Verification {
  /** What does not match, a sentence each; empty when all does. */
  readonly problems: readonly string[];
  /** Present where the signature is right. */
  readonly statement?: TestResultStatement;
  readonly keyId: string;
}

/** Checks an attestation against a key and the files of the run, which lie in the folder. @throws ConformError TRACE_UNREADABLE for a file that cannot be read. */
export function verifyRun(folder: string, envelopeText: string, key: KeyObject): Verification {
  const id = keyId(key);
  const envelope = envelopeIn(envelopeText);
  if (envelope === undefined) return { problems: ['the attestation is no DSSE envelope'], keyId: id };
  const payload = unseal(envelope, key);
  if (payload === undefined) return { problems: [signatureProblem(envelope, id)], keyId: id };
  const statement = statementIn(payload, envelope.payloadType);
  if (statement === undefined) return { problems: ['what was signed is no in-toto test result'], keyId: id };
  return { problems: statement.subject.flatMap((subject) => fileProblem(folder, subject)), statement, keyId: id };
}

function signatureProblem({ signatures }: Envelope, id: string): string {
  const named = signatures.map(({ keyid }) => keyid);
  if (named.includes(id)) return 'the signature does not match: the attestation was changed after it was signed';
  const by = named.map((one) => one.slice(0, 12)).join(', ');
  return `the signature is not of this key: signed by ${by === '' ? 'nobody' : by}, checked with ${id.slice(0, 12)}`;
}

function fileProblem(folder: string, { name, digest }: TestResultStatement['subject'][number]): readonly string[] {
  // A signed name is trusted no further than the folder.
  if (name.startsWith('/') || /(^|[\\/])\.\.([\\/]|$)|^[A-Za-z]:/.test(name))
    return [`${name} lies outside the folder`];
  const found = digestOfFile(join(folder, name));
  if (found === undefined) return [`${name} is missing`];
  if (found === digest.sha256) return [];
  return [`${name} does not match: SHA-256 ${found}, attested ${digest.sha256}`];
}

function envelopeIn(text: string): Envelope | undefined {
  const value = parsed(text);
  if (!isRecord(value) || typeof value.payloadType !== 'string' || typeof value.payload !== 'string') return undefined;
  const { signatures } = value;
  if (!Array.isArray(signatures)) return undefined;
  const whole = signatures.every(
    (one: unknown) =>
      isRecord(one) && typeof one.sig === 'string' && (one.keyid === undefined || typeof one.keyid === 'string'),
  );
  if (!whole) return undefined;
  const named = signatures.map(({ keyid, sig }: { keyid?: string; sig: string }) => ({ keyid: keyid ?? '', sig }));
  return { payloadType: value.payloadType, payload: value.payload, signatures: named };
}

function statementIn(payload: Buffer, payloadType: string): TestResultStatement | undefined {
  const value = parsed(payload.toString('utf8'));
  if (payloadType !== PAYLOAD_TYPE || !isRecord(value) || !isRecord(value.predicate)) return undefined;
  if (value._type !== 'https://in-toto.io/Statement/v1') return undefined;
  if (value.predicateType !== 'https://in-toto.io/attestation/test-result/v0.1') return undefined;
  const { subject } = value;
  if (!Array.isArray(subject) || subject.length === 0) return undefined;
  const whole = subject.every(
    (one: unknown) =>
      isRecord(one) && typeof one.name === 'string' && isRecord(one.digest) && typeof one.digest.sha256 === 'string',
  );
  return whole ? (value as unknown as TestResultStatement) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
