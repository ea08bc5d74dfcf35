import { describe, expect, it } from 'vitest';
import { DEFAULT_NODES } from '../../harness/model/statement.js';
import { REFERENCE_NODES } from '../../harness/reference/default-tree.js';
import { moidOf, namedNode } from '../../harness/run/named-nodes.js';

describe('placeholders for nodes that a statement names', () => {
  it.each<[string, string]>([
    ['{left}Setting', 'urn:oma:mo:moid:1.0/left/Setting'],
    ['{vectors}/(x)/?nv=(x)/ID:GPS', 'urn:oma:mo:moid:1.0/(x)/?nv=(x)/ID:GPS'],
    ['{cacheable}?cv=1', 'urn:oma:mo:moid:1.0/left/?cv=1'],
    ['{account}SrvID', 'urn:oma:mo:oma-dm-dmacc:1.2/acc1/SrvID'],
  ])('%s', (cell, uri) => {
    expect(namedNode(cell, REFERENCE_NODES)).toEqual({ uri });
  });

  it('name the key of the statement that is missing', () => {
    expect(namedNode('{right}ID', DEFAULT_NODES)).toEqual({ missing: 'nodes.sample' });
    expect(namedNode('{permanent}', DEFAULT_NODES)).toEqual({ missing: 'nodes.permanent' });
  });

  it('know a secret of every account', () => {
    expect(namedNode('{secret}', DEFAULT_NODES)).toEqual({ uri: `${DEFAULT_NODES.account}Perm` });
  });

  it('leave everything else alone', () => {
    expect(namedNode('{repository}/a', REFERENCE_NODES)).toBeUndefined();
    expect(namedNode('urn:x:1//a', REFERENCE_NODES)).toBeUndefined();
  });

  it('begin with a MOID', () => {
    expect([moidOf('urn:x:1//a'), moidOf('urn:x:1')]).toEqual(['urn:x:1', 'urn:x:1']);
  });
});
