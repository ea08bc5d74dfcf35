import type { HeaderList } from '../stimuli/peer.js';

/** Cookies of one session, each kept for the origin that set it (D-13). Path and expiry do not matter within a session. */
export class SessionCookies {
  readonly #byOrigin = new Map<string, Map<string, string>>();

  /** Takes what a response sets. */
  take(url: string, headers: HeaderList): void {
    for (const [name, value] of headers) {
      if (name.toLowerCase() !== 'set-cookie') continue;
      const [pair = ''] = value.split(';');
      const equals = pair.indexOf('=');
      if (equals > 0) this.#jar(url).set(pair.slice(0, equals).trim(), pair.slice(equals + 1).trim());
    }
  }

  /** The `Cookie` value for a request; undefined when there is none. */
  valueFor(url: string): string | undefined {
    const jar = this.#byOrigin.get(originOf(url));
    return jar === undefined ? undefined : [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #jar(url: string): Map<string, string> {
    const origin = originOf(url);
    const jar = this.#byOrigin.get(origin) ?? new Map<string, string>();
    this.#byOrigin.set(origin, jar);
    return jar;
  }
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}

/** Value of one cookie in a `Cookie` field; undefined when it is not there. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined;
  const prefix = `${name}=`;
  return header
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(prefix))
    ?.slice(prefix.length);
}
