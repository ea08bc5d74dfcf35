import type { SeenCommand } from '../protocol/packages.js';
import { field } from '../session/classify.js';
import type { CommandRun, SideExchange } from '../session/observation.js';
import type { HttpRequestEvent } from '../trace/event.js';

/** HTTP method of each transfer command (TS 5.3). */
const METHODS: ReadonlyMap<string | undefined, string> = new Map([
  ['HGET', 'GET'],
  ['HPUT', 'PUT'],
  ['HPOST', 'POST'],
]);

export function methodOf({ name }: SeenCommand): string | undefined {
  return METHODS.get(name);
}

/** Methods that ask about a resource and move nothing. */
export const ASKING: ReadonlySet<string> = new Set(['HEAD', 'OPTIONS']);

/** The parts of an absolute web address as they stand, nothing normalised. */
export interface Address {
  /** `host:port` in lower case. */
  readonly authority: string;
  /** Path and query, as a request target shows them. */
  readonly target: string;
}

/** The address that a ServerURI names; undefined when it is no web address. */
export function addressOf(uri: string | undefined): Address | undefined {
  const [, authority, rest = ''] = /^https?:\/\/([^/?#]+)([^#]*)/i.exec(uri ?? '') ?? [];
  if (authority === undefined) return undefined;
  return { authority: authority.toLowerCase(), target: rest.startsWith('/') ? rest : `/${rest}` };
}

/** Path and query of a request, also where it names the whole address, as to a proxy (RFC 9112 3.2.2). */
export function targetOf(request: HttpRequestEvent): string {
  return request.target.startsWith('/') ? request.target : (addressOf(request.target)?.target ?? request.target);
}

/** The address that a Location leads to, which may be relative to that of the request (RFC 9110 10.2.2); an absolute one as it stands. */
export function redirectedTo(location: string, request: HttpRequestEvent, authority?: string): string {
  const from = `http://${authority ?? field(request.headers, 'host') ?? 'host.invalid'}${targetOf(request)}`;
  if (URL.canParse(location) || !URL.canParse(location, from)) return location;
  return new URL(location, from).href;
}

/**
 * Whether the request was meant for another host or port than the address has. A Host field without a port says too little: which server the bytes
 * came to is not in the record.
 */
export function elsewhere(request: HttpRequestEvent, { authority }: Address): boolean {
  const host = field(request.headers, 'host')?.toLowerCase();
  return host !== undefined && host !== authority && /:\d+$/.test(host) && /:\d+$/.test(authority);
}

/** Exchanges that used the command's own method. */
export function carriedOut({ command, exchanges }: CommandRun): readonly SideExchange[] {
  const method = methodOf(command);
  return exchanges.filter(({ request }) => request.method === method);
}

/** An HGET whose last answer was one of success and broke off. One that was tried again and then came whole is none. */
export function wasCut({ command, exchanges }: CommandRun): boolean {
  const response = exchanges.at(-1)?.response;
  return command.name === 'HGET' && response?.defect !== undefined && response.status < 300;
}

/** The same address but for its escapes, its query or a closing slash: what a client makes of a URI that it does not keep. */
export function resembles(target: string, wanted: string): boolean {
  return target !== wanted && blurred(target) === blurred(wanted);
}

function blurred(target: string): string {
  let text = target.split(/[?#]/)[0] ?? '';
  for (let round = 0; round < 3; round += 1) {
    try {
      text = decodeURIComponent(text);
    } catch {
      break;
    }
  }
  return (text.split('?')[0] ?? '').replace(/\/+$/, '');
}

/** Whether keeping the URI takes care: it has escapes or a query. */
export function isIntricate({ target }: Address): boolean {
  return /[%?]/.test(target);
}

/** Requirement about the way of this command's transfer. */
export function wayOf({ name }: SeenCommand): 'CDL-01' | 'CDL-02' | 'CDL-03' {
  return name === 'HPUT' ? 'CDL-02' : name === 'HPOST' ? 'CDL-03' : 'CDL-01';
}
