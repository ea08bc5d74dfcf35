import { percentDecode } from './percent.js';
import { quote } from './quote.js';

/** A node's name on the way down: its real name, an x-name that a query field resolves, or `*` for every one. */
export type Segment =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'xname'; readonly name: string }
  | { readonly kind: 'any' };

/** The instance: a MIID, an x-name, the only one there is (empty), or every one (`*`). */
export type Instance = Segment | { readonly kind: 'only' };

/** `nv=(x)/path:value`: x is the node below which the node at `path` has that value (TS 6). */
export interface NodeValue {
  readonly xname: string;
  readonly path: readonly Segment[];
  readonly value: string;
}

/** A ClientURI (TS 6), names and values percent-decoded. */
export interface ClientUri {
  readonly moid: string;
  readonly instance: Instance;
  /** Empty for the root of the instance. */
  readonly path: readonly Segment[];
  readonly nv: readonly NodeValue[];
  /** Cache validator (TS 11). */
  readonly cv: string | undefined;
  /** Query fields of other names, as they stand. */
  readonly others: readonly (readonly [field: string, value: string])[];
}

export interface UriProblem {
  readonly part: 'moid' | 'instance' | 'path' | 'query' | 'x-name';
  /** Index into the text. */
  readonly at: number;
  readonly message: string;
}

/** `uri` is what could be read, also when there are problems; undefined when there is no MOID. */
export interface ClientUriReading {
  readonly uri: ClientUri | undefined;
  readonly problems: readonly UriProblem[];
}

/** Reads a ClientURI (TS 6). Never throws; a text without problems is well-formed. */
export function parseClientUri(text: string): ClientUriReading {
  return new ClientUriParser(text).parse();
}

// What may stand in the path (RFC 3986 3.3) and in the query (3.4); `%` is looked at apart.
const NOT_IN_PATH = /[^A-Za-z0-9\-._~!$&'()*+,;=:@%/]/;
const NOT_IN_QUERY = /[^A-Za-z0-9\-._~!$&'()*+,;=:@%/?]/;
const MOID_SHAPE = /^[A-Za-z][A-Za-z0-9+.-]*:./;

class ClientUriParser {
  private readonly problems: UriProblem[] = [];
  /** x-names of instance and path, where they stand. */
  private readonly xnames: { readonly name: string; readonly at: number }[] = [];

  constructor(private readonly text: string) {}

  parse(): ClientUriReading {
    const mark = this.text.indexOf('?');
    const pathEnd = mark < 0 ? this.text.length : mark;
    this.checkCharacters('path', NOT_IN_PATH, 0, pathEnd);
    const slash = this.text.slice(0, pathEnd).indexOf('/');
    const moidEnd = slash < 0 ? pathEnd : slash;
    const moid = this.text.slice(0, moidEnd);
    if (!MOID_SHAPE.test(moid))
      this.report('moid', 0, `${quote(moid)} is no MOID: a URN is expected before the first "/"`);
    if (slash < 0) this.report('moid', pathEnd, 'no "/" after the MOID');
    if (moid === '') return { uri: undefined, problems: this.problems };
    const place = this.readPlace(moidEnd + 1, pathEnd);
    const query = this.readQuery(pathEnd + 1);
    this.checkXnames(query.nv, pathEnd + 1);
    return { uri: { moid, ...place, ...query }, problems: this.problems };
  }

  private readPlace(from: number, end: number): { readonly instance: Instance; readonly path: readonly Segment[] } {
    const [first = '', ...rest] = this.text.slice(from, end).split('/');
    const instance: Instance = first === '' ? { kind: 'only' } : this.readSegment('instance', first, from);
    if (rest.length === 0 && from <= end) this.report('instance', end, 'no "/" after the instance');
    if (rest.length === 1 && rest[0] === '') return { instance, path: [] };
    return { instance, path: this.readPath('path', rest, from + first.length + 1) };
  }

  private readPath(part: UriProblem['part'], names: readonly string[], from: number): readonly Segment[] {
    const path: Segment[] = [];
    let at = from;
    for (const name of names) {
      if (name === '') this.report(part, at, 'a path segment is empty');
      else path.push(this.readSegment(part, name, at));
      at += name.length + 1;
    }
    return path;
  }

  private readSegment(part: UriProblem['part'], text: string, at: number): Segment {
    if (text === '*') return { kind: 'any' };
    if (!text.startsWith('(') || !text.endsWith(')')) return { kind: 'name', name: this.decode(part, text, at) };
    const name = this.decode(part, text.slice(1, -1), at + 1);
    if (name === '') this.report(part, at, 'an x-name has no name');
    if (part !== 'query') this.xnames.push({ name, at });
    return { kind: 'xname', name };
  }

  private readQuery(from: number): Pick<ClientUri, 'nv' | 'cv' | 'others'> {
    const nv: NodeValue[] = [];
    const others: [string, string][] = [];
    let cv: string | undefined;
    if (from > this.text.length) return { nv, cv, others };
    this.checkCharacters('query', NOT_IN_QUERY, from, this.text.length);
    let at = from;
    for (const text of this.text.slice(from).split('&')) {
      const equals = text.indexOf('=');
      const field = text.slice(0, Math.max(equals, 0));
      const value = text.slice(equals + 1);
      const valueAt = at + equals + 1;
      if (field === '') this.report('query', at, `${quote(text)} is no field=value`);
      else if (field === 'nv') nv.push(...this.readNodeValue(value, valueAt));
      else if (field !== 'cv') others.push([field, value]);
      else if (cv !== undefined) this.report('query', at, 'cv stands more than once');
      else cv = this.decode('query', value, valueAt);
      at += text.length + 1;
    }
    return { nv, cv, others };
  }

  private readNodeValue(text: string, at: number): readonly NodeValue[] {
    if (!/^\([^()/]+\)\/[^:]*:/.test(text)) {
      this.report('query', at, `nv ${quote(text)} does not read (x)/path:value`);
      return [];
    }
    const slash = text.indexOf('/');
    const colon = text.indexOf(':', slash);
    const path = this.readPath('query', text.slice(slash + 1, colon).split('/'), at + slash + 1);
    const value = this.decode('query', text.slice(colon + 1), at + colon + 1);
    return [{ xname: this.decode('query', text.slice(1, slash - 1), at + 1), path, value }];
  }

  /** An x-name stands once in the path and is resolved by at least one nv; every nv resolves one. */
  private checkXnames(nv: readonly NodeValue[], queryAt: number): void {
    const resolved = new Set(nv.map((field) => field.xname));
    const seen = new Set<string>();
    for (const { name, at } of this.xnames) {
      if (seen.has(name)) this.report('x-name', at, `x-name ${quote(name)} stands twice`);
      else if (!resolved.has(name)) this.report('x-name', at, `no nv field resolves x-name ${quote(name)}`);
      seen.add(name);
    }
    for (const name of resolved) {
      if (!seen.has(name)) this.report('x-name', queryAt, `nv resolves ${quote(name)}, which the path does not have`);
    }
  }

  private checkCharacters(part: 'path' | 'query', illegal: RegExp, from: number, to: number): void {
    const match = illegal.exec(this.text.slice(from, to));
    if (match === null) return;
    this.report(part, from + match.index, `character ${quote(match[0])} must be percent-encoded`);
  }

  private decode(part: UriProblem['part'], text: string, at: number): string {
    const decoded = percentDecode(text);
    if (decoded.bad !== undefined) this.report(part, at + decoded.bad.at, decoded.bad.why);
    return decoded.text;
  }

  private report(part: UriProblem['part'], at: number, message: string): void {
    this.problems.push({ part, at, message });
  }
}
