import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findNginx } from '../../harness/run/web-server.js';
import { dmconform, emptyFolder, resultIn } from './cli.js';

/** The sample implementations, which nobody wrote with the suite's own peers in view, are judged as strangers are. */
const SAMPLES = fileURLToPath(new URL('../../fixtures/implementations/', import.meta.url));
const BASE = 'debian:bookworm-slim';
const WHOLE_RUN_MS = 400_000;

/** What is not there on this machine, with why; undefined when all is. */
function missing(...commands: readonly string[]): string | undefined {
  return commands.find(
    (command) => spawnSync('bash', ['-c', command], { stdio: 'ignore', timeout: 20_000 }).status !== 0,
  );
}

const PYTHON = missing("python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'");
const JAVA = missing('javac --version');
const CURL = missing('curl --version', 'jq --version');
/** `scripts/container-base.sh` starts an engine and makes the image. */
const ENGINE = missing(`docker image inspect ${BASE}`);

/** The exit code, how many requirements passed, and the verdict of each that did not. */
async function judged(sample: string, more: readonly string[] = []) {
  const out = emptyFolder();
  const { code, stderr } = await dmconform(['run', '--target', `${SAMPLES}${sample}`, '--out', out, ...more]);
  expect(stderr).toBe('');
  const { requirements } = resultIn(out);
  const others = requirements.filter(({ verdict }) => verdict !== 'pass');
  return {
    code,
    passed: requirements.length - others.length,
    others: Object.fromEntries(others.map(({ id, verdict }) => [id, verdict])),
  };
}

/** Of rows that have the same verdict. */
function all(verdict: string, ids: string): Readonly<Record<string, string>> {
  return Object.fromEntries(ids.split(' ').map((id) => [id, verdict]));
}

/** Said in the test's name, since a skipped test has nothing else to say it with. */
const unless = (absent: string | undefined): string =>
  absent === undefined ? '' : ` (skipped: "${absent}" fails here)`;

describe(`python-client${unless(PYTHON)}`, { skip: PYTHON !== undefined }, () => {
  // It has no SHOW and no access rights of its own; nginx is another matter.
  const never = all('not-applicable', 'ORD-07 UIX-01 UIX-02 UIX-03 UIX-04 UIX-07 UIX-09 MOM-23 MOM-30');
  const noWebServer = findNginx() === undefined ? all('inconclusive', 'CDL-18') : {};
  const others = { ...never, ...noWebServer };

  it('passes the whole ledger as a process', { timeout: WHOLE_RUN_MS }, async () => {
    const { passed, ...rest } = await judged('python-client/implementation.yaml');
    expect(rest).toEqual({ code: 0, others });
    expect(passed + Object.keys(others).length).toBe(159);
  });
});

describe(`java-server${unless(JAVA)}`, { skip: JAVA !== undefined }, () => {
  it('passes all that it has as a process', { timeout: WHOLE_RUN_MS }, async () => {
    expect(await judged('java-server/implementation.yaml')).toEqual(WHOLE_JAVA_SERVER);
  });
});

/** It has no web pages, no TLS, and knows of no credentials. */
const WHOLE_JAVA_SERVER = {
  code: 0,
  passed: 49,
  others: {
    ...all('not-applicable', 'NEG-03'),
    ...all('inconclusive', 'UIX-05 UIX-06 UIX-08'),
    ...all('inconclusive', 'SEC-01 SEC-02 SEC-05 SEC-06 SEC-08 SEC-09 SEC-12 SEC-13 SEC-15 SEC-17'),
  },
};

describe(`curl-client${unless(CURL)}`, { skip: CURL !== undefined }, () => {
  // The whole ledger takes it minutes, since each round starts curl and jq anew: 200 rounds, 64 commands, servers that do not answer.
  it('passes sessions, packages, ordering, CONT and negotiation as a process', { timeout: WHOLE_RUN_MS }, async () => {
    expect(await judged('curl-client/implementation.yaml', ['--chapter', 'SES,PKG,ORD,CNT,NEG'])).toEqual({
      code: 0,
      passed: 31,
      // It takes no notifications, and in its tree nothing can be made or changed.
      others: {
        ...all('inconclusive', 'SES-03 SES-04 SES-07 SES-09 SES-15 ORD-03'),
        ...all('not-applicable', 'ORD-07'),
      },
    });
  });
});

describe(`samples in containers${unless(ENGINE)}`, { skip: ENGINE !== undefined, timeout: WHOLE_RUN_MS }, () => {
  it('python-client: content over TLS, credentials and notifications reach it there, too', async () => {
    const rows = 'SES-01,SES-03,CDL-07,SEC-04,SEC-07,SEC-11,NOT-07';
    expect(await judged('python-client/container.yaml', ['--only', rows])).toEqual({ code: 0, passed: 7, others: {} });
  });

  it('java-server: its packages, and its notifications reach the devices', async () => {
    const { code, others } = await judged('java-server/container.yaml', ['--chapter', 'SES,PKG,NOT,CNT']);
    expect([code, others]).toEqual([0, {}]);
  });

  it('curl-client: a container for each session', async () => {
    const rows = 'SES-01,PKG-09,CNT-05,END-04';
    expect(await judged('curl-client/container.yaml', ['--only', rows])).toEqual({ code: 0, passed: 4, others: {} });
  });
});
