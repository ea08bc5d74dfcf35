import { isObject } from './json-object.js';
import type { SeenAlert } from './packages.js';

/** AlertTypes that say why a session was opened (TS 5.2); one of them stands in #1 (D-29). */
export const ALERT = {
  server: 'urn:oma:at:dm:2.0:ServerInitiatedMgmt',
  client: 'urn:oma:at:dm:2.0:ClientInitiatedMgmt',
  bootstrap: 'urn:oma:at:dm:2.0:BootstrapComplete',
} as const;

/** Values of `Mark` (TS 5.4), the gravest first. */
export const MARKS = ['fatal', 'critical', 'minor', 'warning', 'informational', 'harmless', 'indeterminate'] as const;
export type Mark = (typeof MARKS)[number];

/** A Generic Alert as it is written to the wire (TS 5.4). */
export interface GenericAlert {
  readonly AlertType: string;
  readonly SourceURI?: string;
  readonly TargetURI?: string;
  readonly Mark?: Mark;
  readonly DataType?: string;
  readonly Data?: Readonly<Record<string, unknown>>;
}

/** The alert that opens a session caused by a notification; its identifier as D-07 writes it, if it had one. */
export function serverInitiated(notificationId: number | undefined): GenericAlert {
  return notificationId === undefined
    ? { AlertType: ALERT.server }
    : { AlertType: ALERT.server, Data: { NotificationID: notificationId } };
}

/** The alert that opens a session by the client's own will. */
export function clientInitiated(): GenericAlert {
  return { AlertType: ALERT.client };
}

const INITIATIONS: ReadonlyMap<unknown, NonNullable<SeenAlert['initiation']>> = new Map([
  [ALERT.server, 'ServerInitiatedMgmt'],
  [ALERT.client, 'ClientInitiatedMgmt'],
  [ALERT.bootstrap, 'BootstrapComplete'],
]);

/** Reads one member of `Alert`, whatever it is. */
export function readAlert(raw: unknown): SeenAlert {
  const type = isObject(raw) && typeof raw.AlertType === 'string' ? raw.AlertType : undefined;
  return { raw, type, initiation: INITIATIONS.get(type), notificationId: usualId(raw) ?? notificationIds(raw)[0] };
}

/** The identifier where D-07 puts it: the short way for the usual alert. */
function usualId(raw: unknown): number | undefined {
  const data = isObject(raw) ? raw.Data : undefined;
  return isObject(data) ? identifierOf(data.NotificationID) : undefined;
}

/** How many objects of `Data` are looked into, and how many members of each: an alert is small, a hostile one need not be. */
const MEMBERS_LOOKED_AT = 1000;

/**
 * The session identifiers that an alert may mean, the likeliest first (D-07): members named like NotificationID, in `Data` at any depth or beside it;
 * then, in a ServerInitiatedMgmt alert only, `Data` itself and any other number in it. Numbers and numeric strings of 16 bits count.
 */
export function notificationIds(raw: unknown): readonly number[] {
  if (!isObject(raw)) return [];
  const data = raw.Data;
  const inside = numbersIn(data);
  const beside = Object.entries(raw).flatMap(([name, value]) => candidate(name, value));
  const likely = [...inside, ...beside].filter(({ name }) => /^notificationid(?:entifier)?$/.test(name));
  const related = inside.filter(({ name }) => name.includes('notification') || name === 'id' || name === 'sessionid');
  const rest = raw.AlertType === ALERT.server ? [...related, ...candidate('', data), ...inside] : [];
  return [...new Set([...likely, ...rest].map(({ id }) => id))];
}

interface Candidate {
  /** Letters of the member's name in lower case, without `-` and `_`. */
  readonly name: string;
  readonly id: number;
}

/** All identifiers below a value, nearest first. */
function numbersIn(value: unknown): Candidate[] {
  const found: Candidate[] = [];
  const queue = [value].filter(hasMembers);
  for (const next of queue) {
    for (const [name, member] of Object.entries(next).slice(0, MEMBERS_LOOKED_AT)) {
      found.push(...candidate(name, member));
      if (hasMembers(member) && queue.length < MEMBERS_LOOKED_AT) queue.push(member);
    }
  }
  return found;
}

/** Arrays have members, too. */
function hasMembers(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function candidate(name: string, value: unknown): Candidate[] {
  const id = identifierOf(value);
  return id === undefined ? [] : [{ name: name.toLowerCase().replace(/[^a-z]/g, ''), id }];
}

/** The identifier has two bytes (TS 6.1). */
function identifierOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 && value <= 0xffff ? value : undefined;
  if (typeof value !== 'string' || value.length > LONGEST_NUMBER) return undefined;
  const text = value.trim();
  return /^(?:\d{1,5}|0x[0-9a-f]{1,4})$/i.test(text) ? identifierOf(Number(text)) : undefined;
}

/** Longest text that is read as a number, space around it included. */
const LONGEST_NUMBER = 16;
