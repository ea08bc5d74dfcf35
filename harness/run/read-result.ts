import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { ConformError } from '../model/errors.js';
import type { Result } from '../model/result.js';
import { RESULT_SCHEMA } from '../model/schemas/result.js';

/** Reads a result record. @throws ConformError RESULT_UNREADABLE, naming the file and what does not fit. */
export function readResult(text: string, file: string): Result {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConformError('RESULT_UNREADABLE', 'the result is no JSON', {
      subject: file,
      found: error instanceof Error ? error.message : String(error),
      cause: error,
    });
  }
  const ajv = new Ajv2020({ verbose: true });
  addFormats.default(ajv);
  const isResult = ajv.compile<Result>(RESULT_SCHEMA);
  if (isResult(value)) return value;
  const [first] = isResult.errors ?? [];
  throw new ConformError('RESULT_UNREADABLE', 'the result does not fit its schema', {
    subject: `${file}${first?.instancePath ?? ''}`,
    found: JSON.stringify(first?.data)?.slice(0, 80) ?? 'nothing',
    expected: first?.message ?? 'a result record of this version',
  });
}
