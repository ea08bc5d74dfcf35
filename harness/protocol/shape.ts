import { Ajv, type ErrorObject, type SchemaObject } from 'ajv';
import type { Problem } from './packages.js';
import { describeValue } from './quote.js';

/** Largest number of problems that are told of one body. */
const MOST_PROBLEMS = 20;
/** Bodies of more bytes are checked up to their first problem only, so that a hostile one costs no memory. */
const THOROUGH_BELOW = 64 * 1024;

const QUICK = new Ajv({ verbose: true });
const THOROUGH = new Ajv({ verbose: true, allErrors: true });

/** Says where a value does not fit the schema; `size` is that of the body in bytes. */
export type ShapeCheck = (value: unknown, size: number) => readonly Problem[];

/** A check against a schema, which is compiled at its first use. */
export function shapeCheck(schema: SchemaObject): ShapeCheck {
  return (value, size) => {
    // Compiles a schema once: whoever compiles keeps what came of it.
    const validate = (size < THOROUGH_BELOW ? THOROUGH : QUICK).compile(schema);
    validate(value);
    return (validate.errors ?? []).slice(0, MOST_PROBLEMS).map(toProblem);
  };
}

function toProblem(error: ErrorObject): Problem {
  return { kind: 'shape', pointer: pointerOf(error), message: messageOf(error) };
}

function missingOf(error: ErrorObject): string | undefined {
  return error.params.missingProperty;
}

/** A missing member is pointed at itself. */
function pointerOf(error: ErrorObject): string {
  const missing = missingOf(error);
  return missing === undefined ? error.instancePath : `${error.instancePath}/${missing}`;
}

function messageOf(error: ErrorObject): string {
  const missing = missingOf(error);
  const found = describeValue(missing === undefined ? error.data : undefined);
  const where = pointerOf(error) === '' ? 'the body' : pointerOf(error);
  return `${where}: found ${found}, expected ${wantedOf(error, missing)}`;
}

/** The `description` of the schema that the value, or the missing member, should have met. */
function wantedOf(error: ErrorObject, missing: string | undefined): string {
  const schema = missing === undefined ? error.parentSchema : error.parentSchema?.properties?.[missing];
  const wanted: unknown = schema?.description;
  return typeof wanted === 'string' ? wanted : String(error.message);
}
