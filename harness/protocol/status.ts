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
