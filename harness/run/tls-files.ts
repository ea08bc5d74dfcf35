import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConformError } from '../model/errors.js';
import type { RunCredentials } from './run-credentials.js';

const PRIVATE = 0o600;
const FOLDER = 0o700;

/** What a client command may name beside `{server.url}`. */
export const PLACEHOLDERS = [
  '{tls.ca}',
  '{tls.clientCert}',
  '{tls.clientKey}',
  '{tls.pskIdentity}',
  '{tls.pskKey}',
  '{account.user}',
  '{account.password}',
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** The files of one run for a client that is started by a command: certificates and its private key, readable by this user alone. The key goes with the run. */
export class TlsFiles {
  /** What stands for each placeholder. */
  readonly values: Readonly<Record<Placeholder, string>>;
  readonly #folder: string;
  readonly #own: boolean;
  readonly #remove = (): void => this.close();

  /**
   * @param out folder of the run; without one the files lie in a temporary folder, which goes with the run.
   * @throws ConformError OUTPUT_UNWRITABLE
   */
  constructor(out: string | undefined, ca: string, { certificate, psk, http }: RunCredentials) {
    this.#own = out === undefined;
    try {
      this.#folder = resolve(out === undefined ? mkdtempSync(join(tmpdir(), 'dmconform-tls-')) : join(out, 'tls'));
      if (out !== undefined) mkdirSync(out, { recursive: true });
      mkdirSync(this.#folder, { recursive: true, mode: FOLDER });
      process.once('exit', this.#remove);
      this.values = {
        '{tls.ca}': this.#write('ca.pem', ca),
        '{tls.clientCert}': this.#write('client.pem', certificate.cert),
        '{tls.clientKey}': this.#write('client-key.pem', certificate.key),
        '{tls.pskIdentity}': psk.identity,
        '{tls.pskKey}': psk.key,
        '{account.user}': http.user,
        '{account.password}': http.password,
      };
    } catch (error) {
      throw new ConformError('OUTPUT_UNWRITABLE', 'cannot write the files for TLS', {
        subject: out ?? tmpdir(),
        found: error instanceof Error ? error.message : String(error),
        cause: error,
      });
    }
  }

  /** Removes the private key, or all of it where the folder was the run's alone. */
  close(): void {
    process.off('exit', this.#remove);
    rmSync(this.#own ? this.#folder : join(this.#folder, 'client-key.pem'), { recursive: true, force: true });
  }

  #write(name: string, text: string): string {
    const file = join(this.#folder, name);
    writeFileSync(file, text.endsWith('\n') ? text : `${text}\n`, { mode: PRIVATE });
    // One that was there before keeps its mode otherwise.
    chmodSync(file, PRIVATE);
    return file;
  }
}
