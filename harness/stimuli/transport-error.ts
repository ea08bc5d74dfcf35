/**
 * Why an exchange came to nothing:
 * `refused` no connection; `closed` the connection ended before any byte of the answer; `reset` it was torn down; `cut` the answer broke off;
 * `garbage` it is no HTTP; `timeout` the patience ran out; `dropped` this side hung up as it was told to; `aborted` the caller gave up.
 */
export type TransportFailure = 'refused' | 'closed' | 'reset' | 'cut' | 'garbage' | 'timeout' | 'dropped' | 'aborted';

/** An exchange without a whole answer. Not an error of the harness: peers expect it and go on. */
export class TransportError extends Error {
  readonly failure: TransportFailure;

  constructor(failure: TransportFailure, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'TransportError';
    this.failure = failure;
  }
}
