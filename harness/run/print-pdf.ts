import { ConformError } from '../model/errors.js';
import { findBrowser } from '../reference/find-browser.js';

/**
 * Prints pages to PDF by Chromium, with scripts off and no network; `unfold`: with what went wrong, and what stayed open, unfolded.
 * @throws ConformError BROWSER_MISSING when there is none on this machine, or it does not start.
 */
export async function printPdf(
  pages: readonly { readonly html: string; readonly unfold: boolean }[],
): Promise<readonly Uint8Array[]> {
  const found = findBrowser();
  if (found.path === undefined) throw missing(found.reason);
  const { chromium } = await import('playwright-core');
  const browser = await chromium
    .launch({ executablePath: found.path, args: ['--no-sandbox'] })
    .catch((error: unknown) => {
      throw missing(error instanceof Error ? error.message.split('\n', 1)[0] : String(error), error);
    });
  try {
    const context = await browser.newContext({ javaScriptEnabled: false, offline: true });
    const printed: Uint8Array[] = [];
    for (const { html, unfold } of pages) {
      const page = await context.newPage();
      await page.setContent(unfold ? html.replaceAll(FOLDED, '$& open') : html);
      printed.push(await page.pdf({ format: 'A4', printBackground: true, margin: MARGIN }));
      await page.close();
    }
    return printed;
  } finally {
    await browser.close();
  }
}

/** What a reader of paper cannot unfold; of passed requirements a line says enough. */
const FOLDED = /<details class="(?:row|more)"(?![^>]*(?: open|data-verdict="pass"))/g;
const MARGIN = { top: '14mm', bottom: '14mm', left: '12mm', right: '12mm' };

function missing(why: string | undefined, cause?: unknown): ConformError {
  return new ConformError('BROWSER_MISSING', 'a PDF is printed by Chromium or Chrome', {
    ...(why === undefined ? {} : { found: why }),
    remedy: 'install one, name it by DMCONFORM_BROWSER, or take --format html',
    cause,
  });
}
