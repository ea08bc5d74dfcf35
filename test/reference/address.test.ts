import { describe, expect, it } from 'vitest';
import { parseClientUri } from '../../harness/protocol/client-uri.js';
import { resolve } from '../../harness/reference/address.js';
import { defaultTree } from '../../harness/reference/default-tree.js';
import { uriOf } from '../../harness/reference/tree.js';

const MOID = 'urn:oma:mo:moid:1.0';
const tree = defaultTree('IMEI:1', { serverId: 'dm.test', serverUri: 'http://dm.test/' });

function places(after: string): string[] {
  const { uri, problems } = parseClientUri(MOID + after);
  expect(problems).toEqual([]);
  if (uri === undefined) return ['unreadable'];
  return resolve(tree, uri).map(({ instance, path }) => uriOf({ ...instance, path }).slice(MOID.length));
}

describe('ClientURI resolution', () => {
  it.each<[string, string[]]>([
    ['/left/', ['/left/']],
    ['//', []],
    ['/(x)/?nv=(x)/ID:Temperature', ['/right/']],
    ['/(x)/Data/1/Value?nv=(x)/ID:GPS', ['/left/Data/1/Value']],
    ['/right/Data/(x)/Value?nv=(x)/Date:12.1', ['/right/Data/1/Value']],
    ['/(x)/Data/(y)/Value?nv=(x)/ID:GPS&nv=(y)/Date:12.2', ['/left/Data/2/Value']],
    ['/*/Setting', ['/left/Setting', '/right/Setting']],
    ['/(x)/Data/*/Value?nv=(x)/ID:GPS', ['/left/Data/1/Value', '/left/Data/2/Value']],
    ['/(x)/Data/*/Value?nv=(x)/ID:GPS&nv=(x)/Setting:0xB2', []],
    ['/*/Data/*/Value', ['/left/Data/1/Value', '/left/Data/2/Value', '/right/Data/1/Value', '/right/Data/2/Value']],
  ])('%s', (after, expected) => {
    expect(places(after)).toEqual(expected);
  });

  it('takes the empty instance for the only one', () => {
    const { uri } = parseClientUri('urn:oma:mo:oma-dm-devinfo:1.2//DmV');
    expect(uri && resolve(tree, uri).map(({ node }) => node.value)).toEqual(['2.0']);
  });

  it('does not mistake an interior node for a value', () => {
    expect(places('/(x)/ID?nv=(x)/Data:null')).toEqual([]);
  });
});
