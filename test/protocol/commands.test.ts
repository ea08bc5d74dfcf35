import { describe, expect, it } from 'vitest';
import { CLIENT_MUST, COMMANDS, readCommand } from '../../harness/protocol/commands.js';

const S = 'https://repo.example/1';
const C = 'urn:x:1.0/m/a';
const D = 'urn:x:1.0/m/b';

describe('a command', () => {
  it.each<[raw: readonly string[], serverUri: string | undefined, clientUris: readonly string[]]>([
    [['HGET', S], S, []],
    [['HGET', S, C], S, [C]],
    [['HPUT', S, C], S, [C]],
    [['HPUT', S, C, D, C], S, [C, D, C]],
    [['HPOST', S, C], S, [C]],
    [['HPOST', S, C, D], S, [C, D]],
    [['DELETE', C], undefined, [C]],
    [['EXEC', C], undefined, [C]],
    [['EXEC', C, S], S, [C]],
    [['GET', C], undefined, [C]],
    [['SHOW', S], S, []],
    [['CONT', S], S, []],
    [['END'], undefined, []],
    [['DEFAULT', S, 'urn:x:1.0'], S, []],
    [['SUB', C, S], S, [C]],
    [['UNSUB', C], undefined, [C]],
  ])('%s is well-formed', (raw, serverUri, clientUris) => {
    const [name, ...params] = raw;
    expect(readCommand(raw)).toEqual({ raw, name, params, standing: 'well-formed', serverUri, clientUris });
  });

  it.each<[raw: readonly string[], serverUri: string | undefined, clientUris: readonly string[]]>([
    [['HGET'], undefined, []],
    [['HGET', S, C, D], S, [C]],
    [['HPUT', S], S, []],
    [['HPOST'], undefined, []],
    [['DELETE'], undefined, []],
    [['DELETE', C, D], undefined, [C]],
    [['EXEC'], undefined, []],
    [['EXEC', C, S, S], S, [C]],
    [['GET', C, D], undefined, [C]],
    [['SHOW', S, S], S, []],
    [['CONT'], undefined, []],
    [['END', S], undefined, []],
    [['DEFAULT', S], S, []],
    [['SUB', C], undefined, [C]],
    [['UNSUB', C, C], undefined, [C]],
  ])('%s has too few or too many parameters', (raw, serverUri, clientUris) => {
    const [name, ...params] = raw;
    expect(readCommand(raw)).toEqual({ raw, name, params, standing: 'malformed', serverUri, clientUris });
  });

  it.each([[['get', C]], [['', C]], [['FETCH']], [['toString']]])('%s is unknown', (raw) => {
    const [name, ...params] = raw;
    expect(readCommand(raw)).toEqual({
      raw,
      name,
      params,
      standing: 'unknown',
      serverUri: undefined,
      clientUris: [],
    });
  });

  const nothing = { name: undefined, params: [], serverUri: undefined, clientUris: [] };

  it.each<[string, unknown, Record<string, unknown>]>([
    ['an empty array', [], { raw: [] }],
    ['a string', 'END', { raw: ['END'] }],
    ['null', null, { raw: [null] }],
    ['an object', { 0: 'END' }, { raw: [{ 0: 'END' }] }],
    ['a name that is no string', [1, C], { raw: [1, C] }],
    [
      'a parameter that is no string',
      ['HGET', 1, C],
      { raw: ['HGET', 1, C], name: 'HGET', params: [C], clientUris: [C] },
    ],
    [
      'ClientURIs that are no strings',
      ['HPUT', S, null, C, {}],
      { raw: ['HPUT', S, null, C, {}], name: 'HPUT', params: [S, C], serverUri: S, clientUris: [C] },
    ],
    ['an unknown name and no string', ['FETCH', C, 1], { raw: ['FETCH', C, 1], name: 'FETCH', params: [C] }],
    ['an END with no string', ['END', 1], { raw: ['END', 1], name: 'END' }],
  ])('%s is malformed', (_what, raw, wanted) => {
    expect(readCommand(raw)).toEqual({ ...nothing, standing: 'malformed', ...wanted });
  });
});

it('what a client must support is what TS 5.3 says', () => {
  expect(CLIENT_MUST).toEqual(['HGET', 'HPUT', 'HPOST', 'DELETE', 'EXEC', 'CONT', 'END']);
  expect(COMMANDS.size).toBe(12);
});
