import { describe, expect, it } from 'vitest';
import { writeMoSerialization } from '../../harness/protocol/mo-data.js';
import { readPackageThree } from '../../harness/protocol/read-packages.js';
import { MOID } from '../../harness/reference/default-tree.js';
import type { CommandList } from '../../harness/stimuli/plan.js';
import { peers, REPO } from './support.js';

const LEFT = `${MOID.sample}/left`;
const TASK = `${MOID.task}//`;

function mo(clientUri: string, data: Readonly<Record<string, unknown>>) {
  return { body: writeMoSerialization([{ clientUri, data }]) };
}

type Peers = ReturnType<typeof peers>;

/** Lets what is under way finish. */
async function rest(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function lastThree({ net }: Peers) {
  const threes = net.packages.filter(({ headers }) => headers.some(([, value]) => value.includes('dm.response')));
  return readPackageThree(threes.at(-1)?.body ?? Buffer.alloc(0)).view;
}

/** The codes of one package of commands. */
async function codesOf(commands: CommandList, prepare: (all: Peers) => void = () => undefined) {
  const all = peers();
  prepare(all);
  expect(await all.run(commands)).toBe('ended');
  return { ...all, codes: all.net.codes[0], three: lastThree(all) };
}

describe('statuses', () => {
  it.each<[number, string[]]>([
    [200, ['GET', `${LEFT}/Setting`]],
    [404, ['GET', `${LEFT}/Nothing`]],
    [404, ['GET', `${MOID.sample}//Setting`]],
    [405, ['GET', `${MOID.account}//Perm/1/MOID`]],
    [405, ['GET', `${MOID.private}//Secret`]],
    [400, ['GET', 'nonsense']],
    [200, ['DELETE', `${LEFT}/Data`]],
    [404, ['DELETE', `${LEFT}/Nothing`]],
    [405, ['DELETE', `${MOID.devInfo}//DmV`]],
    [405, ['DELETE', `${TASK}Fixed`]],
    [200, ['EXEC', `${TASK}Run`]],
    [405, ['EXEC', `${LEFT}/Setting`]],
    [404, ['EXEC', `${TASK}Nothing`]],
    [404, ['HGET', `${REPO}/missing`, `${LEFT}/Setting`]],
    [404, ['HGET', 'http://nowhere.test/x', `${LEFT}/Setting`]],
    [400, ['HGET', 'no address', `${LEFT}/Setting`]],
    [405, ['HGET', `${REPO}/missing`, `${MOID.devInfo}//DmV`]],
    [405, ['HGET', `${REPO}/missing`, `${MOID.sample}/*/Setting`]],
    [404, ['HPUT', `${REPO}/put`, `${LEFT}/Setting`, `${LEFT}/Nothing`]],
    [200, ['HPUT', `${REPO}/put`, `${MOID.sample}/*/Setting`]],
    [404, ['UNSUB', LEFT]],
    [200, ['SHOW', `${REPO}/page`]],
    [400, ['SHOW', 'gopher://x/']],
    [400, ['CONT', 'nowhere']],
    [501, ['FLY', 'x']],
    [400, ['GET']],
    [400, ['DELETE', `${LEFT}/Data`, 'too much']],
  ])('%i for %j', async (code, command) => {
    expect((await codesOf([command])).codes).toEqual([code]);
  });

  it('has one for each command, whatever the others returned, and none for END', async () => {
    const { codes } = await codesOf([
      ['FLY'],
      ['GET', `${LEFT}/ID`],
      ['GET', `${LEFT}/No`],
      ['GET'],
      ['EXEC', `${TASK}Run`],
    ]);
    expect(codes).toEqual([501, 200, 404, 400, 200]);
  });

  it('is 501 for a command that this client lacks', async () => {
    const all = peers({ client: { commands: ['HGET', 'END'] } });
    await all.run([['GET', `${LEFT}/ID`]]);
    expect(all.net.codes).toEqual([[501]]);
  });
});

describe('HGET', () => {
  it('replaces one leaf and nothing else', async () => {
    const { tree, codes } = await codesOf([['HGET', `${REPO}/n`, `${LEFT}/Setting`]], ({ repository }) =>
      repository.serve('/n', mo(`${LEFT}/Setting`, { Setting: 'new' })),
    );
    expect(codes).toEqual([200]);
    expect(tree.instance(MOID.sample, 'left')?.root.data()).toMatchObject({ ID: 'GPS', Setting: 'new' });
  });

  it('adds a child that is not there, so that HGET, DELETE, HGET leaves the last value', async () => {
    const at = `${LEFT}/Setting`;
    const { tree, codes } = await codesOf(
      [
        ['HGET', `${REPO}/n`, at],
        ['DELETE', at],
        ['HGET', `${REPO}/n`, at],
      ],
      ({ repository }) => repository.serve('/n', mo(at, { Setting: 'one' }), mo(at, { Setting: 'two' })),
    );
    expect(codes).toEqual([200, 200, 200]);
    expect(tree.instance(MOID.sample, 'left')?.root.data()).toMatchObject({ Setting: 'two' });
  });

  it.each([{ Data: { 3: { Date: 'x' } } }, { 3: { Date: 'x' } }])(
    'takes the children of an interior node, wrapped or not: %j',
    async (data) => {
      const { tree } = await codesOf([['HGET', `${REPO}/n`, `${LEFT}/Data`]], ({ repository }) =>
        repository.serve('/n', mo(`${LEFT}/Data`, data)),
      );
      expect(tree.instance(MOID.sample, 'left')?.root.children?.get('Data')?.data()).toEqual({ 3: { Date: 'x' } });
    },
  );

  it('without a place makes instances with MIIDs of the client and reports them all', async () => {
    const items = [
      { clientUri: `${MOID.app}//`, data: { Name: 'a' } },
      { clientUri: `${MOID.app}/theirs/`, data: { Name: 'b' } },
      { clientUri: `${LEFT}/Setting`, data: { Setting: 'c' } },
    ];
    const { three, tree } = await codesOf([['HGET', `${REPO}/n`]], ({ repository }) =>
      repository.serve('/n', { body: writeMoSerialization(items) }),
    );
    const [a, b] = tree.instances(MOID.app);
    expect(b?.miid).not.toBe('theirs');
    expect(three?.statuses[0]?.uris).toEqual([`${MOID.app}/${a?.miid}/`, `${MOID.app}/${b?.miid}/`, `${LEFT}/Setting`]);
  });

  it('stores all of a delivery or nothing', async () => {
    const items = [
      { clientUri: `${LEFT}/Setting`, data: { Setting: 'c' } },
      { clientUri: `${MOID.devInfo}//DmV`, data: { DmV: '1' } },
    ];
    const { codes, tree } = await codesOf([['HGET', `${REPO}/n`]], ({ repository }) =>
      repository.serve('/n', { body: writeMoSerialization(items) }),
    );
    expect(codes).toEqual([405]);
    expect(tree.instance(MOID.sample, 'left')?.root.data()).toMatchObject({ Setting: '0xA1' });
  });

  it('reports the MIID when a named MO had no instance', async () => {
    const { three, tree } = await codesOf([['HGET', `${REPO}/n`, `${MOID.app}//`]], ({ repository }) =>
      repository.serve('/n', mo(`${MOID.app}//`, { Name: 'a' })),
    );
    expect(three?.statuses[0]?.uris).toEqual([`${MOID.app}/${tree.instances(MOID.app)[0]?.miid}/`]);
  });

  it('leaves the tree as it was when the data is cut, refused or unfit', async () => {
    const at = `${LEFT}/Setting`;
    const { codes, tree } = await codesOf(
      [
        ['HGET', `${REPO}/cut`, at],
        ['HGET', `${REPO}/503`, at],
        ['HGET', `${REPO}/redirect`, at],
        ['HGET', `${REPO}/unfit`, at],
        ['HGET', `${REPO}/garbage`, at],
      ],
      ({ repository }) => {
        repository.serve('/cut', { ...mo(at, { Setting: 'x' }), delivery: { cut: { afterBytes: 9, how: 'close' } } });
        repository.serve('/503', { status: 503 });
        repository.serve('/redirect', { status: 302, headers: [['Location', '/n']] });
        repository.serve('/unfit', mo(at, { Setting: { a: 1 } }));
        repository.serve('/garbage', { body: '{' });
      },
    );
    expect(codes).toEqual([404, 404, 404, 400, 400]);
    expect(tree.instance(MOID.sample, 'left')?.root.data()).toMatchObject({ Setting: '0xA1' });
  });

  it('keeps data of other media types byte for byte', async () => {
    const bytes = Buffer.from([0, 255, 1, 254]);
    const { repository, codes } = await codesOf(
      [
        ['HGET', `${REPO}/octets`, `${LEFT}/Setting`],
        ['HPUT', `${REPO}/back`, `${LEFT}/Setting`],
        ['HGET', `${REPO}/octets`, `${LEFT}/Data`],
      ],
      ({ repository: repo }) => repo.serve('/octets', { type: 'image/png', body: bytes }),
    );
    expect(codes).toEqual([200, 200, 406]);
    expect(repository.uploads('/back')[0]).toMatchObject({ type: 'image/png', body: bytes });
  });

  it('finds a place for data of other media types and says which', async () => {
    const { three } = await codesOf([['HGET', `${REPO}/text`]], ({ repository }) =>
      repository.serve('/text', { type: 'text/plain', body: 'hello' }),
    );
    expect(three?.statuses[0]?.uris[0]).toMatch(new RegExp(`^${MOID.content}/mo\\d+/Data$`));
  });
});

describe('uploads and reads', () => {
  it('sends every addressed node and nothing else', async () => {
    const { repository } = await codesOf([['HPOST', `${REPO}/in?x=1`, `${LEFT}/Data/*/Value`, `${LEFT}/ID`]]);
    expect(JSON.parse(String(repository.uploads('/in')[0]?.body))).toEqual([
      { ClientURI: `${LEFT}/Data/1/Value`, MOData: { Value: 'left one' } },
      { ClientURI: `${LEFT}/Data/2/Value`, MOData: { Value: 'left two' } },
      { ClientURI: `${LEFT}/ID`, MOData: { ID: 'GPS' } },
    ]);
    expect(repository.uploads('/in')[0]?.target).toBe('/in?x=1');
  });

  it('says 406 when the repository wants a type that the client lacks', async () => {
    const { codes } = await codesOf([['HPUT', `${REPO}/csv`, `${LEFT}/ID`]], ({ repository }) =>
      repository.answer('PUT', '/csv', { status: 415, headers: [['OMADM-Accept', 'text/csv']] }),
    );
    expect(codes).toEqual([406]);
  });

  it('hides what may not be read, also inside a subtree', async () => {
    const { three } = await codesOf([['GET', `${MOID.account}//`]]);
    const text = JSON.stringify(three?.statuses[0]?.data);
    expect(text).toContain('SrvURI');
    expect(text).not.toContain('Perm');
  });

  it('answers 304 while the validator is right, and data with a new one afterwards', async () => {
    const all = peers();
    const first = async (uri: string) => {
      await all.run([['GET', uri]]);
      return lastThree(all)?.statuses[0];
    };
    const data = (await first(`${LEFT}/`))?.data as { MO: { CV: string }[] };
    const validator = data.MO[0]?.CV;
    expect((await first(`${LEFT}/?cv=${validator}`))?.sc).toBe(304);
    await all.client.setNode(`${LEFT}/Setting`, 'changed');
    const stale = await first(`${LEFT}/?cv=${validator}`);
    expect(stale?.sc).toBe(200);
    expect(JSON.stringify(stale?.data)).not.toContain(`"${validator}"`);
  });
});

describe('SUB and DEFAULT', () => {
  it('reports every change below the node until UNSUB', async () => {
    const all = peers();
    await all.run([['SUB', `${LEFT}/`, `${REPO}/sub`]]);
    await all.client.setNode(`${LEFT}/Setting`, 'one');
    await all.client.setNode(`${LEFT}/Setting`, 'two');
    await all.client.setNode(`${MOID.sample}/right/Setting`, 'elsewhere');
    await rest();
    expect(all.repository.uploads('/sub').map(({ body }) => JSON.parse(String(body))[0].MOData.Setting)).toEqual([
      'one',
      'two',
    ]);
    await all.run([['UNSUB', `${LEFT}/`]]);
    await all.client.setNode(`${LEFT}/Setting`, 'three');
    await rest();
    expect(all.repository.uploads('/sub')).toHaveLength(2);
  });

  it('fetches an MO that local software needs from its DEFAULT', async () => {
    const all = peers();
    all.repository.serve('/app', mo(`${MOID.app}//`, { Name: 'fetched' }));
    await all.run([['DEFAULT', `${REPO}/app`, MOID.app]]);
    expect(await all.client.setNode(`${MOID.app}//Name`, 'set')).toBe(true);
    expect(all.net.transfers).toEqual([`GET ${REPO}/app`]);
  });
});
