import type { ErrorObject, ValidateFunction } from 'ajv';
import { LineCounter, parseDocument } from 'yaml';
import { ConformError, type ErrorCode } from './errors.js';

/** A YAML text and the name under which errors speak of it. */
export interface YamlText {
  readonly path: string;
  readonly text: string;
}

/** A checked YAML document that still knows where its keys stand. */
export interface CheckedYaml<T> {
  readonly value: T;
  /** 1-based line of the key or item at that path; of its nearest ancestor when it is not there. */
  lineOf(path: readonly (string | number)[]): number;
}

/**
 * Reads a YAML text and checks it against a compiled schema.
 * @throws ConformError with the given code, naming file, line, key, what was found and what was expected.
 */
export function readCheckedYaml<T>(source: YamlText, validate: ValidateFunction<T>, code: ErrorCode): CheckedYaml<T> {
  const lines = new LineCounter();
  const document = parseDocument(source.text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken !== undefined) throw unreadable(source.path, lines.linePos(broken.pos[0]).line, broken.message, code);
  const lineOf = (path: readonly (string | number)[]): number => {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const node: unknown = document.getIn(path.slice(0, depth), true);
      const offset = rangeStart(node);
      if (offset !== undefined) return lines.linePos(offset).line;
    }
    return 1;
  };
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    // An alias without its anchor, or so many aliases that the document would not fit into memory.
    throw unreadable(source.path, 1, error instanceof Error ? error.message : String(error), code);
  }
  if (validate(value)) return { value, lineOf };
  // Of a choice the errors of each branch come first; what is wrong is that none fits, or several do.
  const error = validate.errors?.find(({ keyword }) => keyword === 'oneOf') ?? validate.errors?.[0];
  throw misfit(source.path, error, lineOf, code);
}

/** An error for a value that is well-formed and wrong all the same, in the same words as the schema check. */
export function yamlMisfit(
  code: ErrorCode,
  where: { readonly path: string; readonly line: number; readonly key: string },
  found: string,
  expected: string,
): ConformError {
  return new ConformError(code, `${where.key} is not as it must be`, {
    subject: `${where.path}:${where.line} ${where.key}`,
    found,
    expected,
  });
}

function unreadable(path: string, line: number, message: string, code: ErrorCode): ConformError {
  const subject = `${path}:${line}`;
  return new ConformError(code, `${subject} is no readable YAML`, {
    subject,
    found: firstLine(message),
    expected: 'YAML',
  });
}

function misfit(
  path: string,
  error: ErrorObject | undefined,
  lineOf: (path: readonly (string | number)[]) => number,
  code: ErrorCode,
): ConformError {
  if (error === undefined) return new ConformError(code, `${path} does not fit its schema`, { subject: path });
  const steps = pointerSteps(error.instancePath);
  const extra = extraKey(error);
  if (extra !== undefined) steps.push(extra);
  const key = steps.length === 0 ? 'the document' : steps.join('.');
  return yamlMisfit(code, { path, line: lineOf(steps), key }, foundText(error, extra), expectedText(error));
}

function extraKey(error: ErrorObject): string | undefined {
  const name: unknown = error.params.additionalProperty ?? error.params.propertyName ?? error.propertyName;
  return typeof name === 'string' ? name : undefined;
}

function foundText(error: ErrorObject, extra: string | undefined): string {
  if (extra !== undefined) return `the key "${extra}"`;
  if (error.keyword === 'required') return 'no such key';
  return shownValue(error.data);
}

/** Scalars as JSON; of lists and objects only the kind, since aliases can make them endless. */
function shownValue(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const shown = JSON.stringify(value) ?? 'nothing';
  return shown.length > 80 ? `${shown.slice(0, 77)}...` : shown;
}

function expectedText(error: ErrorObject): string {
  const params: Readonly<Record<string, unknown>> = error.params;
  switch (error.keyword) {
    case 'required':
      return `the key "${String(params.missingProperty)}"`;
    case 'additionalProperties':
      return `one of ${Object.keys(propertiesOf(error)).join(', ')}`;
    case 'minProperties':
    case 'maxProperties':
      return `${String(params.limit)} of the keys ${Object.keys(propertiesOf(error)).join(', ')}`;
    case 'oneOf':
      return `exactly one of the keys ${alternatives(error.schema).join(', ')}`;
    case 'enum':
      return `one of ${listed(params.allowedValues)}`;
    case 'const':
      return JSON.stringify(params.allowedValue);
    case 'type':
      return `a value of type ${String(params.type).replaceAll(',', ' or ')}`;
    case 'pattern':
      return `text of the form ${String(params.pattern)}`;
    default:
      return error.message ?? 'a value that fits the schema';
  }
}

function propertiesOf(error: ErrorObject): Readonly<Record<string, unknown>> {
  const properties: unknown = error.parentSchema?.properties;
  return typeof properties === 'object' && properties !== null ? { ...properties } : {};
}

/** The keys that the branches of a choice require. */
function alternatives(branches: unknown): readonly string[] {
  if (!Array.isArray(branches)) return [];
  return branches.flatMap((branch: { readonly required?: readonly string[] }) => branch.required ?? []);
}

function listed(values: unknown): string {
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)).join(', ') : String(values);
}

/** Steps of a JSON pointer; array indices become numbers, as the YAML document wants them. */
function pointerSteps(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function rangeStart(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return undefined;
  const start: unknown = node.range[0];
  return typeof start === 'number' ? start : undefined;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
