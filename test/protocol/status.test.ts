import { expect, it } from 'vitest';
import { isNamedStatus } from '../../harness/protocol/status.js';

it.each([200, 202, 304, 400, 404, 405, 406, 501])('%s is a status that DM names', (code) => {
  expect(isNamedStatus(code)).toBe(true);
});

it.each([0, 199, 201, 203, 303, 401, 403, 407, 500, 502, 600, Number.NaN])('%s is none', (code) => {
  expect(isNamedStatus(code)).toBe(false);
});
