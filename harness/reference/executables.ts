import { accessSync, constants } from 'node:fs';
import { delimiter } from 'node:path';

/** Whether this program may run the file. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The folders of the search path, in its order. */
export function searchPath(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  return (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
}
