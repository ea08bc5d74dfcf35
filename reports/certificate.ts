import { headlineOf } from '../harness/model/precedence.js';
import type { Result } from '../harness/model/result.js';
import { page } from './html.js';
import { badge, facts } from './html-parts.js';
import { html, type Markup } from './html-text.js';
import { countsText, sourceText, targetText, waivedRows } from './wording.js';

/** How the run is attested, where it is. */
export interface AttestationFacts {
  /** SHA-256 of the public key. */
  readonly keyId: string;
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
}

/**
 * One page to hand out: who was judged, by what, with which outcome, and what was not judged. Only an attested run gets the word certificate; any other
 * is a statement of results, and says that nobody vouches for it.
 */
export function renderCertificate(result: Result, attestation: AttestationFacts | undefined): string {
  const { outcome, sentence } = headlineOf(result);
  const open = result.decisions.filter(({ basis }) => basis === 'open').length;
  const what = attestation === undefined ? 'Statement of results' : 'Certificate of conformance';
  const idsThat = (verdict: string): string | undefined => {
    const ids = result.requirements.filter((row) => row.verdict === verdict).map(({ id }) => id);
    return ids.length === 0 ? undefined : ids.join(' ');
  };
  const waived = waivedRows(result);
  return page(
    `${what}: ${targetText(result)}`,
    html`<h1>${what}</h1>
<p class="soft">OMA DM 2.0, role DM ${result.role === 'client' ? 'Client' : 'Server'}</p>
<section class="card head b-${outcome}">
<p class="says">${badge(outcome)} ${targetText(result)}: ${sentence}</p>
${facts([
  ['Verdicts', countsText(result.counts)],
  ['Judged', sourceText(result)],
  ['Run', result.startedAt],
  ['Scope', result.selection === undefined ? 'the whole ledger' : `narrowed to ${result.selection.join(' ')}`],
  ['Partial', result.partial],
  ['Merged', result.merged === undefined ? undefined : `of ${result.merged.length} runs`],
  ['Suite', `dmconform ${result.suite.version}, profile ${result.profile}`],
  ['Ledger', `${result.ledger.version}, SHA-256 ${result.ledger.digest}`],
  ['Decisions', `${result.decisions.length}, ${open} of them open: what rests on those is a warning at most`],
  ['Failed', idsThat('fail')],
  ['Warnings', idsThat('warn')],
  ['Waived', waived.length === 0 ? undefined : waived.join(' ')],
  ['Inconclusive', idsThat('inconclusive')],
  ['Not applicable', idsThat('not-applicable')],
  ['Not tested', result.notTested.length === 0 ? undefined : result.notTested.map(({ id }) => id).join(' ')],
])}
</section>
<h2>Attestation</h2>
<section class="card head">${attestationPart(attestation)}</section>`,
  );
}

function attestationPart(attestation: AttestationFacts | undefined): Markup {
  if (attestation === undefined)
    return html`<p>None: nobody vouches for these results. “dmconform report DIR --certify” attests a run that may be certified.</p>`;
  const { keyId, files } = attestation;
  const bodies = files.filter(({ name }) => name.startsWith('bodies/')).length;
  return facts([
    ['Form', 'in-toto test result 0.1 in a DSSE envelope, Ed25519: attestation.dsse.json'],
    ['Key', `SHA-256 ${keyId}`],
    ...files
      .filter(({ name }) => !name.startsWith('bodies/'))
      .map(({ name, sha256 }) => [name, `SHA-256 ${sha256}`] as const),
    ['Bodies', bodies === 0 ? undefined : `${bodies} files`],
    ['Check', 'dmconform verify DIR --key PUB'],
  ]);
}
