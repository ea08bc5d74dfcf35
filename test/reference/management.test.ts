import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseClientUri } from '../../harness/protocol/client-uri.js';
import { readDdf } from '../../harness/protocol/ddf-reader.js';
import { MEDIA } from '../../harness/protocol/media-types.js';
import { writeMoSerialization } from '../../harness/protocol/mo-data.js';
import { hasRight } from '../../harness/reference/access-control.js';
import { resolve } from '../../harness/reference/address.js';
import { defaultTree, MOID } from '../../harness/reference/default-tree.js';
import { DDF_TEXTS } from '../../harness/reference/mo-descriptions.js';
import { type Located, Tree, uriOf } from '../../harness/reference/tree.js';
import { DM, peers, REPO } from './support.js';

const ACCOUNT = { serverId: 'dm.test', serverUri: 'http://dm.test/' };

function places(tree: Tree, text: string): readonly Located[] {
  const { uri } = parseClientUri(text);
  return uri === undefined ? [] : resolve(tree, uri);
}

describe('the reference device descriptions', () => {
  it.each(Object.entries(DDF_TEXTS))('%s is a flawless DDF', (_name, text) => {
    expect(readDdf(text).problems).toEqual([]);
  });

  it('make DevInfo and DM Account read-only, and parts of the account unreadable', () => {
    const tree = defaultTree('IMEI:1', { ...ACCOUNT, http: { user: 'u', password: 'p' } });
    const access = (uri: string) => places(tree, uri).map(({ node }) => [...node.access]);
    expect(access(`${MOID.devInfo}//Man`)).toEqual([['Get']]);
    expect(access(`${MOID.account}//Perm/1/MOID`)).toEqual([[]]);
    expect(access(`${MOID.account}//Auth/Trsp/Secret`)).toEqual([[]]);
    expect(access(`${MOID.account}//Auth/Trsp/Data`)).toEqual([['Get']]);
    expect(access(`${MOID.task}//Run`)).toEqual([['Get', 'Exec']]);
  });
});

describe('addresses on trees of any shape', () => {
  const name = fc.constantFrom('a', 'b', '*', '(x)', 'a/b', 'ä', ' ');
  const data = fc.letrec((tie) => ({
    node: fc.oneof({ maxDepth: 3 }, fc.constantFrom('1', '2', '3'), fc.dictionary(name, tie('node'), { maxKeys: 3 })),
  })).node;

  it('name every node by its real name, and it alone', () => {
    fc.assert(
      fc.property(fc.dictionary(name, data, { maxKeys: 3 }), (values) => {
        const tree = new Tree();
        const instance = tree.create('urn:x:1.0', values as never, 'i1');
        const walk = (path: readonly string[]): void => {
          const at = tree.at(instance, path);
          const written = uriOf({ moid: 'urn:x:1.0', miid: 'i1', path: path.map(encodeName) });
          expect(places(tree, written).map((place) => place.node)).toEqual([at]);
          const starred = uriOf({ moid: 'urn:x:1.0', miid: '*', path: path.map(() => '*') });
          expect(places(tree, starred).map((place) => place.node)).toContain(at);
          for (const child of at?.children?.keys() ?? []) walk([...path, child]);
        };
        walk([]);
      }),
    );
  });
});

/** Nothing that a name is made of is left to be mistaken for something else. */
function encodeName(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
}

describe('rights', () => {
  const tree = defaultTree('IMEI:1', ACCOUNT);
  const made = tree.create(MOID.sample, { ID: 'x' }, 'made');
  made.creator = 'dm.test';
  const left = tree.instance(MOID.sample, 'left') ?? made;

  it('are all the creator’s, and everybody’s where nobody created anything', () => {
    for (const right of ['read', 'write', 'execute', 'delegate'] as const) {
      expect(hasRight(tree, { serverId: 'dm.test', right, instance: made })).toBe(true);
      expect(hasRight(tree, { serverId: 'other', right, instance: made })).toBe(false);
      expect(hasRight(tree, { serverId: 'other', right, instance: left })).toBe(true);
    }
  });

  it('are those of a delegation where there is one', () => {
    const target = `${MOID.sample}/left/`;
    tree.create(MOID.delegation, { Target: target, Grants: { 1: { SrvID: 'other', Rights: 'read execute' } } });
    const has = (serverId: string, right: 'read' | 'write') => hasRight(tree, { serverId, right, instance: left });
    expect([has('other', 'read'), has('other', 'write'), has('third', 'read')]).toEqual([true, false, false]);
  });
});

describe('two servers of one device', () => {
  const sample = { moids: [MOID.sample, MOID.delegation] };

  function set() {
    const all = peers();
    all.repository.serve('/object', {
      type: MEDIA.mo,
      body: writeMoSerialization([{ clientUri: `${MOID.sample}//`, data: { ID: 'one' } }]),
    });
    const grant = { Target: `${MOID.sample}/mo1`, Grants: { 1: { SrvID: 'second', Rights: 'read' } } };
    all.repository.serve('/grant', {
      type: MEDIA.mo,
      body: writeMoSerialization([{ clientUri: `${MOID.delegation}//`, data: grant }]),
    });
    const second = (...commands: readonly (readonly string[])[]) => {
      all.server.queue('IMEI:004402990020434', [commands]);
      return all.client.bootstrap({ serverId: 'second', serverUri: `${DM}/second`, ...sample }).done;
    };
    return { ...all, second };
  }

  it('keep out of each other’s objects until one delegates', async () => {
    const { net, run, second } = set();
    await run([['HGET', `${REPO}/object`]]);
    await second(['GET', `${MOID.sample}/mo1/ID`], ['DELETE', `${MOID.sample}/mo1/`], ['HGET', `${REPO}/grant`]);
    await run([['HGET', `${REPO}/grant`]]);
    await second(['GET', `${MOID.sample}/mo1/ID`], ['DELETE', `${MOID.sample}/mo1/`]);
    expect(net.codes).toEqual([[200], [405, 405, 405], [200], [200, 405]]);
  });

  it('are both there: the first one’s sessions go on as before', async () => {
    const { net, client, second } = set();
    await second(['GET', `${MOID.devInfo}//Man`], ['GET', `${MOID.sample}/left/ID`]);
    await client.startSession().done;
    expect(net.packages.map(({ url }) => url)).toEqual([`${DM}/second`, `${DM}/second`, DM]);
    expect(net.codes).toEqual([[405, 200]]);
  });
});

describe('what an EXEC changes', () => {
  it('is told by SUB, and makes another cache validator', async () => {
    const { net, run, tree } = peers();
    const before = tree.instance(MOID.task, 'task1')?.validator;
    await run([
      ['SUB', `${MOID.task}//Runs`, `${REPO}/runs`],
      ['EXEC', `${MOID.task}//Run`],
    ]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(net.transfers).toEqual([`PUT ${REPO}/runs`]);
    expect(tree.instance(MOID.task, 'task1')?.validator).not.toBe(before);
  });
});
