/** A file or a tool that an attestation speaks of (in-toto ResourceDescriptor v1). */
export interface AttestedResource {
  readonly name?: string;
  readonly uri?: string;
  readonly digest?: { readonly sha256: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An in-toto statement with the predicate `test-result` 0.1: what a run came to, over the digests of its files. */
export interface TestResultStatement {
  readonly _type: 'https://in-toto.io/Statement/v1';
  /** The files of the run, named relative to its folder. */
  readonly subject: readonly (AttestedResource & {
    readonly name: string;
    readonly digest: { readonly sha256: string };
  })[];
  readonly predicateType: 'https://in-toto.io/attestation/test-result/v0.1';
  readonly predicate: {
    readonly result: 'PASSED' | 'WARNED' | 'FAILED';
    /** Ledger, suite and profile. */
    readonly configuration: readonly AttestedResource[];
    readonly passedTests: readonly string[];
    readonly warnedTests: readonly string[];
    readonly failedTests: readonly string[];
  };
}

/** A DSSE envelope: the payload as it was signed, and the signatures over it. */
export interface Envelope {
  readonly payloadType: string;
  /** Base64. */
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}
