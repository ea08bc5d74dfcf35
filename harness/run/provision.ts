import type { PackageThree } from '../protocol/packages.js';
import type { Marks } from './marks.js';

/** MOID of the object that the suite puts on a client, the one of the address examples (TS 6). */
export const SAMPLE_MOID = 'urn:oma:mo:moid:1.0';

/** Content of a sample object: every leaf a value of its own, so that what leaks or moves is seen. */
export function sampleData(marks: Marks): Readonly<Record<string, unknown>> {
  return {
    ID: marks.next(),
    Setting: marks.next(),
    Note: marks.next(),
    Data: { '1': { Date: '12.1', Value: marks.next() }, '2': { Date: '12.2', Value: marks.next() } },
  };
}

/** Where on the client the sample object lies: as the HGET that created it reported (D-36). Scenarios may do anything to it. */
export class Provision {
  #root: string | undefined;
  #obstacle = 'no #3 told where the sample object was stored';

  /** Address of the instance, with its closing slash. */
  get root(): string | undefined {
    return this.#root;
  }

  /** Why there is none. */
  get obstacle(): string {
    return `${this.#obstacle}, so there is no object to act on (D-36)`;
  }

  /** Looks into the first #3, which answers the HGET that delivered the object. */
  learn(reports: readonly PackageThree[]): void {
    if (this.#root !== undefined) return;
    const status = reports[0]?.statuses[0];
    const uri = status?.uris[0];
    if (uri !== undefined && status?.sc === 200) this.#root = uri.endsWith('/') ? uri : `${uri}/`;
    else if (status !== undefined)
      this.#obstacle = `HGET of a sample object without a ClientURI was answered ${status.sc ?? 'without a code'}${status.uris.length === 0 ? ' and no URI' : ''}`;
  }
}
