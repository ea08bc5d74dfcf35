import { readJsonBody } from '../protocol/json-body.js';
import { MEDIA, mediaTypeOf } from '../protocol/media-types.js';
import type { PackageOne, PackageThree, Reading } from '../protocol/packages.js';
import { readPackageOne, readPackageThree } from '../protocol/read-packages.js';
import type { HttpRequestEvent } from '../trace/event.js';
import type { RecognisedBy } from './observation.js';

export type Classified =
  | { readonly package: 'one'; readonly by: RecognisedBy; readonly reading: Reading<PackageOne> }
  | { readonly package: 'three'; readonly by: RecognisedBy; readonly reading: Reading<PackageThree> }
  | { readonly package: 'none' };

/** Value of a header field of a recorded message, names compared without case. */
export function field(headers: readonly (readonly [string, string])[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const [key, value] of headers) if (key.length === wanted.length && key.toLowerCase() === wanted) return value;
  return undefined;
}

/** Value of a header field that is a list, its lines joined as RFC 9110 5.3 has it. */
export function listField(headers: readonly (readonly [string, string])[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  const lines = headers.filter(([key]) => key.length === wanted.length && key.toLowerCase() === wanted);
  return lines.length === 0 ? undefined : lines.map(([, value]) => value).join(', ');
}

/**
 * Which package a request at the DM endpoint is: by its media type; else by the shape of its body; else, for a POST, by its place
 * (`expects`). So a wrong type or a wrong method is one finding, and the rest of the session is still understood (TS 5.2).
 */
export function classify(request: HttpRequestEvent, body: Uint8Array | string, expects: 'one' | 'three'): Classified {
  const type = mediaTypeOf(field(request.headers, 'content-type'));
  if (type === MEDIA.initiation) return { package: 'one', by: 'type', reading: readPackageOne(body) };
  if (type === MEDIA.response) return { package: 'three', by: 'type', reading: readPackageThree(body) };
  if (body.length === 0 && request.method !== 'POST') return { package: 'none' };
  const shape = shapeOf(body);
  if (shape === 'three') return { package: 'three', by: 'shape', reading: readPackageThree(body) };
  if (shape === 'one') return { package: 'one', by: 'shape', reading: readPackageOne(body) };
  if (request.method !== 'POST') return { package: 'none' };
  return expects === 'one'
    ? { package: 'one', by: 'place', reading: readPackageOne(body) }
    : { package: 'three', by: 'place', reading: readPackageThree(body) };
}

function shapeOf(body: Uint8Array | string): 'one' | 'three' | undefined {
  const { value } = readJsonBody(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if ('Status' in value) return 'three';
  if ('MOS' in value || 'Alert' in value) return 'one';
  return undefined;
}
