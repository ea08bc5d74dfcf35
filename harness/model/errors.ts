/** Stable error codes; the number is the exit code that the command line gives for it (design: exit codes). */
export const ERROR_EXIT = {
  USAGE: 2,
  CONFIG_UNREADABLE: 2,
  STATEMENT_INVALID: 2,
  LEDGER_INVALID: 2,
  TRACE_UNREADABLE: 2,
  RESULT_UNREADABLE: 2,
  PORT_IN_USE: 2,
  OUTPUT_UNWRITABLE: 2,
  ATTESTATION_UNREADABLE: 2,
  TARGET_UNREACHABLE: 3,
  HARNESS_BROKEN: 3,
  BROWSER_MISSING: 3,
} as const;

export type ErrorCode = keyof typeof ERROR_EXIT;

export interface ErrorDetails {
  /** The file, option, host or peer that was at fault. */
  readonly subject?: string;
  readonly found?: string;
  readonly expected?: string;
  /** What the user can do about it. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

/** The one error class of the project: a stable code, what was at fault, found, expected, and what to do. */
export class ConformError extends Error {
  readonly code: ErrorCode;
  readonly subject: string | undefined;
  readonly found: string | undefined;
  readonly expected: string | undefined;
  readonly remedy: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ConformError';
    this.code = code;
    this.subject = details.subject;
    this.found = details.found;
    this.expected = details.expected;
    this.remedy = details.remedy;
  }

  get exitCode(): number {
    return ERROR_EXIT[this.code];
  }

  /** One line for a terminal: code, message, then found / expected / remedy where known. */
  toLine(): string {
    const parts = [`${this.code}: ${this.message}`];
    if (this.subject !== undefined) parts.push(`at ${this.subject}`);
    if (this.found !== undefined) parts.push(`found ${this.found === '' ? 'nothing' : this.found}`);
    if (this.expected !== undefined) parts.push(`expected ${this.expected}`);
    if (this.remedy !== undefined) parts.push(this.remedy);
    return parts.join('; ');
  }
}
