import { Ajv, type ErrorObject, type SchemaObject, type ValidateFunction } from 'ajv';
import type { Problem } from './packages.js';
import { describeValue } from './quote.js';

/** Largest number of problems that are told of one body. */
const MOST_PROBLEMS = 20;
/** Bodies of more bytes are checked up to their first problem only, so that a hostile one costs no memory. */
const THOROUGH_BELOW = 64 * 1024;

const NO_PROBLEMS: readonly Problem[] = [];

/** Says where a value does not fit the schema; `size` is that of the body in bytes. */
export type ShapeCheck = (value: unknown, size: number) => readonly Problem[];

/** A check against a schema, compiled at its first use. */
export function shapeCheck(schema: SchemaObject): ShapeCheck {
  let quick: ValidateFunction | undefined;
  let thorough: ValidateFunction | undefined;
  return (value, size) => {
    quick ??= new Ajv({ verbose: true }).compile(schema);
    if (quick(value)) return NO_PROBLEMS;
    if (size >= THOROUGH_BELOW) return toProblems(quick.errors ?? []);
    thorough ??= new Ajv({ verbose: true, allErrors: true }).compile(schema);
    thorough(value);
    return toProblems(thorough.errors ?? []);
  };
}

function toProblems(errors: readonly ErrorObject[]): readonly Problem[] {
  return errors.slice(0, MOST_PROBLEMS).map((error) => ({
    kind: 'shape',
    pointer: pointerOf(error),
    message: messageOf(error),
  }));
}

function missingOf(error: ErrorObject): string | undefined {
  const missing: unknown = error.keyword === 'required' ? error.params.missingProperty : undefined;
  return typeof missing === 'string' ? missing : undefined;
}

/** A missing member is pointed at itself. */
function pointerOf(error: ErrorObject): string {
  const missing = missingOf(error);
  return missing === undefined ? error.instancePath : `${error.instancePath}/${missing}`;
}

function messageOf(error: ErrorObject): string {
  const missing = missingOf(error);
  const found = missing === undefined ? describeValue(error.data) : 'nothing';
  const where = pointerOf(error) === '' ? 'the body' : pointerOf(error);
  return `${where}: found ${found}, expected ${wantedOf(error, missing)}`;
}

/** The `description` of the schema that the value, or the missing member, should have met. */
function wantedOf(error: ErrorObject, missing: string | undefined): string {
  const schema = error.parentSchema;
  const wanted: unknown = missing === undefined ? schema?.description : schema?.properties?.[missing]?.description;
  return typeof wanted === 'string' ? wanted : (error.message ?? 'something else');
}
