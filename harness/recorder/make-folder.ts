import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * Makes a folder and those above it; one that is there already is left as it is. By its absolute path: a relative one keeps
 * Node.js busy for ever when the working folder was removed meanwhile.
 */
export function makeFolder(path: string): void {
  mkdirSync(resolve(path), { recursive: true });
}
