import { parseClientUri } from '../protocol/client-uri.js';
import { isJsonType, MEDIA, mediaTypeOf } from '../protocol/media-types.js';
import { type MoItemContent, nodeReadings, readMoSerialization, writeMoSerialization } from '../protocol/mo-data.js';
import { STATUS } from '../protocol/status.js';
import { Refused } from './refused.js';
import { type Located, uriOf } from './tree.js';
import { type Content, isMoValue, isObject, type MoObject, type MoValue } from './tree-node.js';

/** Data as a repository delivered it: an MO serialization, or content of any other type (CR 6.1.3). */
export type Delivered =
  | { readonly kind: 'mo'; readonly items: readonly { readonly clientUri: string; readonly data: MoObject }[] }
  | { readonly kind: 'content'; readonly content: Content };

/** @throws Refused 400 when it says that it is an MO serialization and is none. */
export function readDelivered(contentType: string | undefined, bytes: Buffer): Delivered {
  const type = contentType ?? 'application/octet-stream';
  if (!isJsonType(type)) return { kind: 'content', content: { type, bytes } };
  const { view, problems } = readMoSerialization(bytes);
  const items = (view ?? []).flatMap(({ clientUri, data }) =>
    clientUri !== undefined && isObject(data) && isMoValue(data) ? [{ clientUri, data }] : [],
  );
  if (problems.length === 0 && items.length > 0 && items.length === view?.length) return { kind: 'mo', items };
  if (mediaTypeOf(type) === MEDIA.mo) throw new Refused(STATUS.BAD_REQUEST, 'no MO serialization');
  return { kind: 'content', content: { type, bytes } };
}

/** The value that `MOData` has for a node of that name and kind (D-22); any kind when none is said. Undefined when it has none. */
export function valueFor(name: string, kind: 'leaf' | 'interior' | 'any', data: MoObject): MoValue | undefined {
  const readings = nodeReadings(data, name).filter(isMoValue);
  if (kind === 'any') return readings[0];
  return readings.find((value) => isObject(value) === (kind === 'interior'));
}

/** Items of an MO serialization for the nodes that one ClientURI addresses. */
export function itemsFor(text: string, places: readonly Located[], withValidator: boolean): readonly MoItemContent[] {
  const plain = places.length === 1 && isPlain(text);
  return places.map(({ instance, path, node }) => {
    const value = node.data();
    return {
      clientUri: plain ? text : uriOf({ ...instance, path }),
      ...(withValidator && path.length === 0 ? { cv: instance.validator } : {}),
      data: isObject(value) ? value : { [node.name]: value },
    };
  });
}

/** Without query, x-name or wildcard a ClientURI names its node by itself. */
function isPlain(text: string): boolean {
  const uri = parseClientUri(text).uri;
  if (uri === undefined || text.includes('?')) return false;
  return [uri.instance, ...uri.path].every(({ kind }) => kind === 'name' || kind === 'only');
}

/** Body and type of an upload: data of another media type goes out as it came in, alone; all else as MO serialization. */
export function uploadOf(texts: readonly string[], places: readonly (readonly Located[])[]): Content {
  const [first, ...rest] = places.flat();
  if (rest.length === 0 && first?.node.content !== undefined) return first.node.content;
  const items = texts.flatMap((text, index) => itemsFor(text, places[index] ?? [], false));
  return { type: MEDIA.mo, bytes: writeMoSerialization(items) };
}
