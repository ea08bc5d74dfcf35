import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedServer, startEmbeddedServer } from '../../harness/reference/embedded.js';
import type { ServerHooks } from '../../harness/reference/hooks.js';
import { EmbeddedSecurity } from '../../harness/run/embedded-security.js';
import { headerValue } from '../../harness/stimuli/peer.js';
import { dmconform, emptyFolder, resultIn } from './cli.js';

const security = new EmbeddedSecurity(() => `IMEI:${Math.random()}`);
/** Asks everybody for credentials. */
const guarded: ServerHooks = {
  accept: (request, next, { refuse }) =>
    headerValue(request.headers, 'authorization') === 'Basic nobody-knows-it'
      ? next(request)
      : { ...refuse(401), headers: [['WWW-Authenticate', 'Basic realm="dm"']] },
};

async function verdicts(server: EmbeddedServer, ...more: readonly string[]) {
  const out = emptyFolder();
  await dmconform(['run', '--server-url', server.secureEndpoint ?? '', '--patience', '10s', '--out', out, ...more]);
  const { requirements, errors } = resultIn(out);
  expect(errors).toEqual([]);
  return requirements;
}

describe('a server by an https address, of whose devices nobody says anything', () => {
  let open: EmbeddedServer;
  let closed: EmbeddedServer;

  beforeAll(async () => {
    open = await startEmbeddedServer({ secure: security.identity });
    closed = await startEmbeddedServer({ secure: security.identity, hooks: guarded });
  });
  afterAll(() => Promise.all([open.close(), closed.close()]));

  it('is judged on its TLS, and on all that needs no credentials', async () => {
    const rows = await verdicts(open, '--chapter', 'SEC,SES,PKG');
    const passed = rows.filter(({ verdict }) => verdict === 'pass').map(({ id }) => id);
    expect(passed).toEqual(expect.arrayContaining(['SEC-01', 'SEC-02', 'SEC-15', 'SES-10', 'PKG-05']));
    expect(rows.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')).toEqual([]);
    for (const id of ['SEC-05', 'SEC-06', 'SEC-08', 'SEC-09', 'SEC-12', 'SEC-13', 'SEC-17']) {
      const row = rows.find((one) => one.id === id);
      expect([id, row?.verdict]).toEqual([id, 'inconclusive']);
      expect(JSON.stringify(row)).toContain('`devices` in the statement');
    }
  });

  it('is not failed for its challenges, in any row', async () => {
    const rows = await verdicts(closed);
    expect(rows.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')).toEqual([]);
    expect(rows.find(({ id }) => id === 'SEC-01')?.verdict).toBe('pass');
    expect(JSON.stringify(rows.find(({ id }) => id === 'SEC-12'))).toContain('was answered 401, without a command');
  });
});
