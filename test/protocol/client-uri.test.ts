import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ClientUri,
  formatClientUri,
  type Instance,
  parseClientUri,
  type Segment,
} from '../../harness/protocol/client-uri.js';
import { vectors } from './vectors.js';

interface Vector {
  readonly uri: string;
  readonly is?: Readonly<Record<string, unknown>>;
  readonly bad?: readonly string[];
  readonly at?: readonly number[];
  readonly unreadable?: boolean;
}

/** A segment as the vectors write it. */
function written(segment: Segment | Instance): unknown {
  if (segment.kind === 'only') return '';
  if (segment.kind === 'any') return '*';
  if (segment.kind === 'xname') return `(${segment.name})`;
  return /^[(*]/.test(segment.name) ? { name: segment.name } : segment.name;
}

function summary(uri: ClientUri): Record<string, unknown> {
  const { moid, instance, path, nv, cv, others } = uri;
  return {
    moid,
    instance: written(instance),
    path: path.map(written),
    nv: nv.map((one) => ({ ...one, path: one.path.map(written) })),
    ...(cv === undefined ? {} : { cv }),
    ...(others.length === 0 ? {} : { others }),
  };
}

describe('ClientURIs', () => {
  const all = vectors<Vector>('client-uris.yaml');

  it.each(all.filter(({ is }) => is !== undefined).map((vector) => [vector.uri, vector.is] as const))(
    '%s is read',
    (text, is) => {
      const { uri, problems } = parseClientUri(text);
      expect(problems).toEqual([]);
      expect(uri === undefined ? undefined : summary(uri)).toEqual(is);
    },
  );

  it.each(all.filter(({ bad }) => bad !== undefined).map((vector) => [vector.uri, vector] as const))(
    '%s is malformed, and where is told',
    (text, vector) => {
      const { uri, problems } = parseClientUri(text);
      expect(problems.map(({ part }) => part)).toEqual(vector.bad);
      if (vector.at !== undefined) expect(problems.map(({ at }) => at)).toEqual(vector.at);
      if (vector.unreadable === true) expect(uri).toBeUndefined();
    },
  );

  it('are written as they are read', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => Buffer.from(text).toString() === text);
    fc.assert(
      fc.property(fc.array(name), name, (path, instance) => {
        const uri: ClientUri = {
          moid: 'urn:oma:mo:moid:1.0',
          instance: { kind: 'name', name: instance },
          path: path.map((each) => ({ kind: 'name', name: each })),
          nv: [],
          cv: undefined,
          others: [],
        };
        expect(parseClientUri(formatClientUri(uri))).toEqual({ uri, problems: [] });
      }),
    );
  });

  it('never throw, whatever comes', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseClientUri(text)));
  });
});
