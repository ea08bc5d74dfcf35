/** The status codes that DM names (TS 7.4 and the rows of TS 5.3). */
export const STATUS = {
  OK: 200,
  ACCEPTED: 202,
  NOT_MODIFIED: 304,
  BAD_REQUEST: 400,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  NOT_IMPLEMENTED: 501,
} as const;

const NAMED: ReadonlySet<number> = new Set(Object.values(STATUS));

/** Whether DM names this code; another one from 100 to 599 is legal, though unusual (STA-02). */
export function isNamedStatus(code: number): boolean {
  return NAMED.has(code);
}

/** Whether it is a status code at all: a whole number from 100 to 599. */
export function isStatusCode(code: number): boolean {
  return Number.isInteger(code) && code >= 100 && code <= 599;
}

/** Whether the code says that the command was done: 200 to 399 (304 answers a read whose cache is valid). */
export function isSuccess(code: number): boolean {
  return code >= 200 && code <= 399;
}

/** Whether the code says that the command failed: 400 to 599. */
export function isFailure(code: number): boolean {
  return code >= 400 && code <= 599;
}
