import { readAlert } from './alerts.js';
import { readCommand } from './commands.js';
import { readJsonBody } from './json-body.js';
import { isObject, type JsonObject } from './json-object.js';
import type { PackageOne, PackageThree, PackageTwo, Reading, SeenAlert, SeenMo, SeenStatus } from './packages.js';
import { PACKAGE_ONE_SCHEMA, PACKAGE_THREE_SCHEMA, PACKAGE_TWO_SCHEMA } from './schemas.js';
import { type ShapeCheck, shapeCheck } from './shape.js';

const checkOne = shapeCheck(PACKAGE_ONE_SCHEMA);
const checkTwo = shapeCheck(PACKAGE_TWO_SCHEMA);
const checkThree = shapeCheck(PACKAGE_THREE_SCHEMA);

/** Reads the body of a #1 (CR 6.2-2, TS 7.2). Never throws; see `Reading`. */
export function readPackageOne(bytes: Uint8Array | string): Reading<PackageOne> {
  return readPackage(bytes, checkOne, viewOne);
}

/** Reads the body of a #2 (CR 6.2-3, TS 7.3). Unknown names and wrong arity are told by each command's standing. Never throws. */
export function readPackageTwo(bytes: Uint8Array | string): Reading<PackageTwo> {
  return readPackage(bytes, checkTwo, viewTwo);
}

/** Reads the body of a #3 (CR 6.2-5, TS 7.4). Never throws. */
export function readPackageThree(bytes: Uint8Array | string): Reading<PackageThree> {
  return readPackage(bytes, checkThree, viewThree);
}

function readPackage<T>(bytes: Uint8Array | string, check: ShapeCheck, view: (body: JsonObject) => T): Reading<T> {
  const { value, problems } = readJsonBody(bytes);
  if (value === undefined) return { view: undefined, problems };
  return { view: isObject(value) ? view(value) : undefined, problems: [...problems, ...check(value, bytes.length)] };
}

function viewOne(body: JsonObject): PackageOne {
  const mos = body.MOS;
  return {
    mos: Array.isArray(mos) ? mos.map(readMo) : undefined,
    alerts: readAlerts(body.Alert),
    hasCommands: Object.hasOwn(body, 'CMD'),
  };
}

function viewTwo(body: JsonObject): PackageTwo {
  const commands = arrayOf(body.CMD).map(readCommand);
  return { commands, hasEnd: commands.some((command) => command.name === 'END') };
}

const NAMED_IN_THREE: ReadonlySet<string> = new Set(['Status', 'Alert', 'CMD']);

function viewThree(body: JsonObject): PackageThree {
  return {
    statuses: arrayOf(body.Status).map(readStatus),
    alerts: readAlerts(body.Alert),
    hasCommands: Object.hasOwn(body, 'CMD'),
    hasOthers: Object.keys(body).some((name) => !NAMED_IN_THREE.has(name)),
  };
}

function readMo(raw: unknown): SeenMo {
  const entry = isObject(raw) ? raw : {};
  return { raw, ddf: stringOf(entry.DDF), moid: stringOf(entry.MOID), miids: stringsOf(entry.MIID) };
}

function readStatus(raw: unknown): SeenStatus {
  if (!isObject(raw)) return { raw, sc: undefined, uris: [], data: {} };
  const { sc, URI, ...data } = raw;
  return { raw, sc: isFiniteNumber(sc) ? sc : undefined, uris: stringsOf(URI), data };
}

/** JSON knows numbers that are too large to be read. */
function isFiniteNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

function readAlerts(value: unknown): readonly SeenAlert[] {
  return arrayOf(value).map(readAlert);
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function stringsOf(value: unknown): readonly string[] {
  return arrayOf(value).filter((member) => typeof member === 'string');
}
