import { join } from 'node:path';
import { isExecutable, searchPath } from './executables.js';

/** A browser's executable, or why there is none. */
export type FoundBrowser =
  | { readonly path: string; readonly reason?: undefined }
  | { readonly path?: undefined; readonly reason: string };

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'chrome.exe'];

/** Where installers put it when they leave the search path alone. */
const USUAL_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  '/snap/bin/chromium',
];

/** Names the browser's executable. */
const VARIABLE = 'DMCONFORM_BROWSER';

/** A Chromium or Chrome on this machine: the one that the environment names, else on the search path, else in the usual places. */
export function findBrowser(environment: NodeJS.ProcessEnv = process.env): FoundBrowser {
  const named = environment[VARIABLE];
  if (named !== undefined && named !== '') {
    if (isExecutable(named)) return { path: named };
    return { reason: `no web browser: ${VARIABLE} names ${named}, which cannot be run` };
  }
  const places = [
    ...searchPath(environment).flatMap((folder) => NAMES.map((name) => join(folder, name))),
    ...USUAL_PLACES,
  ];
  const path = places.find(isExecutable);
  if (path !== undefined) return { path };
  const where = 'looked for Chromium and Chrome on the search path and in the usual places';
  return { reason: `no web browser found on this machine (${where}; ${VARIABLE} can name one)` };
}
