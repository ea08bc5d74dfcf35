// Plays one role of the embedded pair into a folder, as `dmconform run` does, and writes the secrets of that run to a file, one a line, as the peer under
// test got to know them: node planted-run.mjs client|server OUT FILE
import { appendFileSync, writeFileSync } from 'node:fs';
import { ROOT, readLedger, STEPS_GLOB } from '../../dist/cli/paths.js';
import { showProgress } from '../../dist/cli/show-progress.js';
import { USUAL_FORMATS, writeViews } from '../../dist/cli/views.js';
import { readBasic, readCredentials } from '../../dist/harness/protocol/http-auth.js';
import { DEFAULT_SENDER } from '../../dist/harness/reference/server-notifications.js';
import { runSuite } from '../../dist/harness/run/run-suite.js';
import { renderSummary } from '../../dist/reports/terminal.js';

const [role, out, file] = process.argv.slice(2);
writeFileSync(file, `${DEFAULT_SENDER.credentials.secret}\n`);

/** A private key in PEM, a line of it at a time. */
function learnKey(pem) {
  for (const line of String(pem).split('\n')) if (/^[A-Za-z0-9+/=]{24,}$/.test(line)) appendFileSync(file, `${line}\n`);
}

function learnPassword(authorization) {
  const read = readBasic(readCredentials(authorization) ?? { scheme: '', token: undefined, params: new Map() });
  if (read !== undefined && read.password.length > 3) appendFileSync(file, `${read.password}\n`);
}

const clientHooks = {
  secures: (options, account) => {
    if (account?.clientKey !== undefined) learnKey(account.clientKey);
    if (account?.psk !== undefined) appendFileSync(file, `${account.psk.key}\n`);
    return options;
  },
  credentials: (value) => {
    learnPassword(value);
    return value;
  },
  // A careless client tells its server, and a repository, what it knows.
  packageOne: (content) => ({
    ...content,
    alerts: [
      ...(content.alerts ?? []),
      { AlertType: 'urn:example:at:careless', Data: { secret: DEFAULT_SENDER.credentials.secret } },
    ],
  }),
};
const serverHooks = {
  accept: (request, next) => {
    for (const [name, value] of request.headers) if (name.toLowerCase() === 'authorization') learnPassword(value);
    return next(request);
  },
};

const ledger = readLedger();
const progress = showProgress(ledger, role, { quiet: false });
const result = await runSuite({
  role,
  target: { kind: 'embedded', browser: 'loader', clientHooks, serverHooks },
  ledger,
  out,
  selection: { chapters: role === 'client' ? ['SEC', 'NOT', 'FLW'] : ['SEC', 'NOT'] },
  selectionWords: [],
  patienceMs: 1000,
  seed: 'planted',
  profile: 'default',
  strict: false,
  record: true,
  root: ROOT,
  stepsGlob: STEPS_GLOB,
  suiteVersion: 'test',
  signal: new AbortController().signal,
  news: progress.news,
});
progress.finish();
const files = await writeViews(result, { folder: out, out, formats: [...USUAL_FORMATS, 'har'] });
process.stdout.write(renderSummary(result, { colour: false, files }));
