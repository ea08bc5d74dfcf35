import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ConformError } from '../../harness/model/errors.js';
import { readImplementation } from '../../harness/model/implementation.js';

const FOLDER = fileURLToPath(new URL('../../fixtures/implementations/', import.meta.url));
const folders = readdirSync(FOLDER, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [one.name] : []));

const read = (text: string) => readImplementation({ path: 'acme/implementation.yaml', text });

function errorOf(text: string): ConformError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ConformError) return error;
    throw error;
  }
  throw new Error('the statement was taken');
}

const CLIENT = 'name: acme\nrole: client\nstart: { process: { command: "acme {server.url}" } }\n';
const SERVER = 'name: acme\nrole: server\nendpoint: http://127.0.0.1:8080/dm\n';

describe('a statement is read', () => {
  it.each(folders)('%s', (name) => {
    const path = join(FOLDER, name, 'implementation.yaml');
    expect(readImplementation({ path, text: readFileSync(path, 'utf8') }).name).toBe(name);
  });

  it.each([
    ['the smallest of a client', CLIENT],
    ['the smallest of a server', SERVER],
    ['a server by its address alone', 'name: a\nrole: server\nstart: { url: "http://10.0.0.1/dm" }\n'],
    ['a client that runs already', 'name: a\nrole: client\ncontrol: { http: "http://10.0.0.2:99" }\n'],
    ['braces that are no placeholders', `${CLIENT}decisions: { D-08: "member {x} of it" }\n`],
    [
      "a shell's own variable",
      'name: a\nrole: client\nstart: { process: { command: "cd $'.concat('{HOME}; a {server.url}" } }\n'),
    ],
  ])('%s', (_, text) => {
    expect(read(text).name).toMatch(/^a/);
  });
});

describe('an error names file, line, key, what was found and what was expected', () => {
  it.each<[string, string, number, string, RegExp, RegExp]>([
    ['a key that does not exist', `${CLIENT}vendr: Acme\n`, 4, 'vendr', /key "vendr"/, /vendor/],
    ['no role', 'name: acme\n', 1, 'the document', /no such key/, /"role"/],
    ['no such role', 'name: acme\nrole: proxy\n', 2, 'role', /"proxy"/, /"client", "server"/],
    [
      'two ways to start',
      `${SERVER}start: { url: "http://a/", embedded: true }\n`,
      4,
      'start',
      /object/,
      /1 of the keys embedded, url/,
    ],
    ['a duration', `${CLIENT}patience: soon\n`, 4, 'patience', /"soon"/, /ms\|s\|m/],
    [
      'an unknown command',
      `${CLIENT}supports:\n  commands: [HGET, REPLACE]\n`,
      5,
      'supports.commands.1',
      /"REPLACE"/,
      /"HGET"/,
    ],
    ['a node that is no ClientURI', `${CLIENT}nodes:\n  permanent: ./x\n`, 5, 'nodes.permanent', /"\.\/x"/, /Nn/],
    [
      'two ways to steer',
      `${CLIENT}control: { http: "http://a", commands: { startSession: [a] } }\n`,
      4,
      'control',
      /object/,
      /exactly one of the keys http, commands/,
    ],
    [
      'neither image nor Dockerfile',
      'name: a\nrole: client\nstart: { container: { ports: [80] } }\n',
      3,
      'start.container',
      /object/,
      /image, dockerfile/,
    ],
    ['a key of the other role', `${CLIENT}endpoint: http://a/dm\n`, 4, 'endpoint', /role: client/, /DM server/],
    [
      'a server without an address',
      'name: a\nrole: server\nstart: { process: { command: x } }\n',
      1,
      'endpoint',
      /no such key/,
      /#1 goes/,
    ],
    [
      'a client with an address',
      'name: a\nrole: client\nstart: { url: "http://a/" }\n',
      3,
      'start.url',
      /http:\/\/a/,
      /control/,
    ],
    ['a client that nobody can start', 'name: a\nrole: client\n', 1, 'start', /neither/, /started/],
    [
      'a session without its server',
      'name: a\nrole: client\nstart: { process: { command: x, per: session } }\n',
      3,
      'start.process.command',
      /no \{server\.url\}/,
      /server\.url/,
    ],
    [
      'a server for one session',
      `${SERVER}start: { process: { command: x, per: session } }\n`,
      4,
      'start.process.per',
      /session/,
      /run/,
    ],
    [
      'an operation of the other role',
      `${CLIENT}control: { http: "http://a", operations: [queue] }\n`,
      4,
      'control.operations',
      /queue/,
      /startSession/,
    ],
    [
      'a command for none of its operations',
      `${SERVER}control: { commands: { notify: x } }\n`,
      4,
      'control.commands.notify',
      /notify/,
      /queue/,
    ],
    [
      'a placeholder that nobody fills',
      `${SERVER}start:\n  process:\n    command: [x, "{prot}"]\n`,
      6,
      'start.process.command.1',
      /\{prot\}/,
      /\{port\}/,
    ],
    ['no YAML', 'name: [\n', 2, '', /./, /YAML/],
  ])('%s', (_, text, line, key, found, expected) => {
    const error = errorOf(text);
    expect(error.code).toBe('STATEMENT_INVALID');
    expect(error.subject).toBe(
      key === '' ? `acme/implementation.yaml:${line}` : `acme/implementation.yaml:${line} ${key}`,
    );
    expect(error.found).toMatch(found);
    expect(error.expected).toMatch(expected);
  });
});
