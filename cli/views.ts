import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ATTESTATION_FILE, PUBLIC_KEY_FILE } from '../harness/certify/certify.js';
import { readPublicKey } from '../harness/certify/keys.js';
import { verifyRun } from '../harness/certify/verify.js';
import { ConformError } from '../harness/model/errors.js';
import type { EvidenceBook, EvidenceWishes } from '../harness/model/evidence.js';
import type { Result } from '../harness/model/result.js';
import { collectEvidence, evidenceOf } from '../harness/run/collect-evidence.js';
import { printPdf } from '../harness/run/print-pdf.js';
import { exportHar } from '../harness/trace/har.js';
import { renderAllure } from '../reports/allure.js';
import { renderBadge } from '../reports/badge.js';
import { type AttestationFacts, renderCertificate } from '../reports/certificate.js';
import { renderEarl } from '../reports/earl.js';
import { evidenceWishes, renderHtml } from '../reports/html.js';
import { renderIcsHtml, renderIcsMarkdown } from '../reports/ics.js';
import { renderJunit } from '../reports/junit.js';
import { renderMarkdown } from '../reports/markdown.js';
import { type Content, RESULT_FILE, readSpill, shownPath, writeOutput } from './output.js';
import { readUserFile } from './paths.js';
import { openRecording } from './recording.js';

/** Views that `report` can write. */
export const FORMATS = ['html', 'pdf', 'junit', 'allure', 'earl', 'markdown', 'badge', 'ics', 'har'] as const;
export type Format = (typeof FORMATS)[number];

/** What a run writes by itself. */
export const USUAL_FORMATS: readonly Format[] = ['html', 'junit'];

/** What a view is made of. */
interface ViewInput {
  readonly result: Result;
  /** Folder that holds the trace. */
  readonly folder: string;
  readonly book: EvidenceBook;
}

/** Files of a view, named relative to the folder that they go to. */
type ViewFiles = Readonly<Record<string, Content>>;

const VIEWS: Readonly<Record<Format, (input: ViewInput) => ViewFiles | Promise<ViewFiles>>> = {
  html: ({ result, book }) => ({ 'report.html': renderHtml(result, book) }),
  junit: ({ result }) => ({ 'junit.xml': renderJunit(result) }),
  pdf: printed,
  allure: ({ result, book }) =>
    Object.fromEntries(
      Object.entries(renderAllure(result, book)).map(([name, text]) => [join('allure-results', name), text]),
    ),
  earl: ({ result }) => ({ 'earl.jsonld': renderEarl(result) }),
  markdown: ({ result }) => ({ 'summary.md': renderMarkdown(result) }),
  badge: ({ result }) => ({ 'badge.svg': renderBadge(result) }),
  ics: ({ result }) => ({ 'ics.md': renderIcsMarkdown(result), 'ics.html': renderIcsHtml(result) }),
  har: ({ result, folder }) => ({ 'session.har': harOf(result, folder) }),
};

/** Views that show messages. */
const WITH_EVIDENCE: ReadonlySet<Format> = new Set<Format>(['html', 'pdf', 'allure']);

/**
 * Writes views of a result, and the result itself unless it lies there already; returns the files as the user should see them.
 * @param folder where the trace of the run lies.
 * @throws ConformError OUTPUT_UNWRITABLE, or TRACE_UNREADABLE for a view that cannot be without the trace.
 */
export async function writeViews(
  result: Result,
  { folder, out, formats }: { readonly folder: string; readonly out: string; readonly formats: readonly Format[] },
): Promise<readonly string[]> {
  const isThere = resolve(folder) === resolve(out) && existsSync(join(out, RESULT_FILE));
  const files = isThere ? [join(out, RESULT_FILE)] : [writeResult(result, out)];
  const book = formats.some((format) => WITH_EVIDENCE.has(format))
    ? readEvidence(folder, evidenceWishes(result))
    : new Map();
  for (const format of formats)
    for (const [name, content] of Object.entries(await VIEWS[format]({ result, folder, book }))) {
      const path = writeOutput(out, name, content);
      // A folder of many files is named once.
      files.push(dirname(name) === '.' ? path : dirname(path));
    }
  return [...new Set(files)].map(shownPath);
}

/** Writes the record that every view is made of. */
export function writeResult(result: Result, out: string): string {
  return writeOutput(out, RESULT_FILE, `${JSON.stringify(result, null, 2)}\n`);
}

/** The events that were asked for, of those traces that are there. */
export function readEvidence(folder: string, wishes: EvidenceWishes): EvidenceBook {
  const book = new Map();
  for (const [trace, named] of wishes) {
    const path = join(folder, trace);
    if (!existsSync(path)) continue;
    const spill = (name: string): Uint8Array | undefined => readSpill(dirname(path), name);
    const isHar = path.endsWith('.har');
    const events = isHar ? [...openRecording(path, 'client').events] : [];
    book.set(trace, isHar ? evidenceOf(events, named, spill) : collectEvidence(path, named, spill));
  }
  return book;
}

/** The page with everything unfolded, and a page to hand out: a certificate where the run is attested and its files are as they were. */
async function printed({ result, folder, book }: ViewInput): Promise<ViewFiles> {
  const attestation = attestationIn(folder);
  const [report, certificate] = await printPdf([
    { html: renderHtml(result, book), unfold: true },
    { html: renderCertificate(result, attestation), unfold: false },
  ]);
  if (report === undefined || certificate === undefined) return {};
  return { 'report.pdf': report, [attestation === undefined ? 'statement.pdf' : 'certificate.pdf']: certificate };
}

/** How the run in the folder is attested; undefined where it is not, or no longer. */
function attestationIn(folder: string): AttestationFacts | undefined {
  const path = join(folder, ATTESTATION_FILE);
  const key = join(folder, PUBLIC_KEY_FILE);
  if (!existsSync(path) || !existsSync(key)) return undefined;
  const { problems, statement, keyId } = verifyRun(folder, readUserFile(path, 'RESULT_UNREADABLE'), readPublicKey(key));
  if (statement === undefined || problems.length > 0) return undefined;
  return { keyId, files: statement.subject.map(({ name, digest }) => ({ name, sha256: digest.sha256 })) };
}

function harOf({ trace }: Result, folder: string): Generator<string> {
  const path = join(folder, trace);
  if (!existsSync(path)) {
    throw new ConformError('TRACE_UNREADABLE', 'a HAR cannot be written without the trace', {
      subject: path,
      found: 'no such file',
    });
  }
  return exportHar(openRecording(path, 'client'), (name) => readSpill(folder, name));
}
