import type { GenericAlert } from './alerts.js';

/** A supported MO as it is written to a #1 (TS 7.2). */
export interface MoEntry {
  readonly DDF?: string;
  readonly MOID?: string;
  readonly MIID: readonly string[];
}

/** A status as it is written to a #3 (TS 7.4). Data goes to the member that D-08 names: `MO`, or another. */
export interface StatusEntry {
  readonly sc: number;
  /** Where an HGET stored its data (TS 5.3). */
  readonly URI?: readonly string[];
  readonly [member: string]: unknown;
}

export interface PackageOneContent {
  readonly mos?: readonly MoEntry[];
  readonly alerts?: readonly GenericAlert[];
}

export interface PackageThreeContent {
  readonly statuses: readonly StatusEntry[];
  readonly alerts?: readonly GenericAlert[];
}

/** Body of a #1; members that are not given are left out (CR 6.2-2). */
export function writePackageOne({ mos, alerts }: PackageOneContent): Buffer {
  return encode({ MOS: mos, Alert: alerts });
}

/** Body of a #2: commands in the order of execution, each an array of strings, the name first (TS 7.3). */
export function writePackageTwo(commands: readonly (readonly string[])[]): Buffer {
  return encode({ CMD: commands });
}

/** Body of a #3: one status for each command of the #2 that it answers, in the same order (TS 7.4). */
export function writePackageThree({ statuses, alerts }: PackageThreeContent): Buffer {
  return encode({ Status: statuses, Alert: alerts });
}

function encode(body: Readonly<Record<string, unknown>>): Buffer {
  return Buffer.from(JSON.stringify(body));
}
