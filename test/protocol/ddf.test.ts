import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  childOf,
  DDF_ACCESS,
  DDF_FORMATS,
  type DdfNode,
  describedAt,
  requiredNames,
} from '../../harness/protocol/ddf.js';
import { readDdf } from '../../harness/protocol/ddf-reader.js';
import { readXml } from '../../harness/protocol/ddf-xml.js';

function node(name: string, properties: string, children = ''): string {
  return `<Node><NodeName>${name}</NodeName><DFProperties>${properties}</DFProperties>${children}</Node>`;
}

const GET = '<AccessType><Get/></AccessType>';

function tree(...nodes: readonly string[]): string {
  return `<?xml version="1.0"?>
<!DOCTYPE MgmtTree PUBLIC "-//OMA//DTD-DM-DDF 1.2//EN" "http://nowhere.example/dm.dtd">
<MgmtTree><VerDTD>1.2</VerDTD><Man>Acme</Man>${nodes.join('')}</MgmtTree>`;
}

describe('a device description', () => {
  const text = tree(
    node(
      '&lt;x&gt;',
      `${GET}<DFFormat><node/></DFFormat><Occurrence><OneOrMore/></Occurrence><Scope><Permanent/></Scope><DFType><DDFName>urn:x:1.0</DDFName></DFType>`,
      [
        node('Man', `${GET}<DFFormat><chr/></DFFormat><Occurrence><One/></Occurrence><DFTitle>Maker</DFTitle>`),
        node(
          'Run',
          '<AccessType><Exec/></AccessType><Occurrence><ZeroOrOne/></Occurrence><CaseSense><CIS/></CaseSense>',
        ),
        node(
          'Slots',
          `${GET}<Occurrence><One/></Occurrence>`,
          node(
            '<![CDATA[<x>]]>',
            '<AccessType><Add/><Replace/></AccessType><Occurrence><ZeroOrN>4</ZeroOrN></Occurrence>',
          ),
        ),
        '<RTProperties><Value>ignored</Value></RTProperties>',
      ].join(''),
    ),
  );

  it('is read with all that it says', () => {
    const { ddf, problems } = readDdf(text);
    expect(problems).toEqual([]);
    expect(ddf).toMatchObject({ version: '1.2', manufacturer: 'Acme', model: undefined });
    const [root] = ddf?.nodes ?? [];
    expect(root).toMatchObject({ name: undefined, scope: 'Permanent', format: 'node', ddfName: 'urn:x:1.0' });
    expect(root?.occurrence).toEqual({ least: 1, most: undefined });
    expect(root?.children.map(({ name }) => name)).toEqual(['Man', 'Run', 'Slots']);
    expect(root && requiredNames(root)).toEqual(['Man', 'Slots']);
  });

  it('describes nodes by their real names, and by the placeholder for all others', () => {
    const [root] = readDdf(text).ddf?.nodes ?? [];
    const at = (...path: readonly string[]) => root && describedAt(root, path);
    expect([...(at('Man')?.access ?? [])]).toEqual(['Get']);
    expect([...(at('run')?.access ?? [])]).toEqual(['Exec']);
    expect(at('man')).toBeUndefined();
    expect([...(at('Slots', 'third')?.access ?? [])]).toEqual(['Add', 'Replace']);
    expect(at('Slots', 'third')?.occurrence).toEqual({ least: 0, most: 4 });
    expect(at('Slots', 'third', 'deeper')).toBeUndefined();
  });

  it.each<[string, string, number, RegExp]>([
    ['no XML', 'MgmtTree', 1, /./],
    ['an unclosed element', '<MgmtTree>\n<Node>', 2, /unclosed/],
    ['another root', '<Tree/>', 1, /stands for MgmtTree/],
    ['an empty document', '', 1, /./],
    ['an entity of its own', '<!DOCTYPE MgmtTree [<!ENTITY a "b">]>\n<MgmtTree>&a;</MgmtTree>', 2, /entity/],
  ])('is none: %s', (_what, bad, line, message) => {
    const { ddf, problems } = readDdf(bad);
    expect(ddf).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]?.line).toBe(line);
    expect(problems[0]?.message).toMatch(message);
  });

  it.each<[string, string]>([
    ['"Fly" is no access', node('a', '<AccessType><Fly/></AccessType>')],
    ['no AccessType', node('a', '')],
    ['Node has no NodeName', `<Node><DFProperties>${GET}</DFProperties></Node>`],
    ['Node has no DFProperties', '<Node><NodeName>a</NodeName></Node>'],
    ['"Twice" is no occurrence', node('a', `${GET}<Occurrence><Twice/></Occurrence>`)],
    ['"many" is no number of nodes', node('a', `${GET}<Occurrence><OneOrN>many</OneOrN></Occurrence>`)],
    ['"Brief" is no Scope', node('a', `${GET}<Scope><Brief/></Scope>`)],
    ['"float64" is no DFFormat', node('a', `${GET}<DFFormat><float64/></DFFormat>`)],
    ['MgmtTree has no Node', ''],
  ])('is read as far as it can be: %s', (message, nodes) => {
    const { ddf, problems } = readDdf(tree(nodes));
    expect(ddf).toBeDefined();
    expect(problems.map((problem) => problem.message)).toEqual([message]);
  });

  it('costs neither stack nor time when it is hostile', () => {
    const deep = `<MgmtTree>${'<Node>'.repeat(100_000)}`;
    expect(readDdf(deep).problems[0]?.message).toMatch(/deeper/);
    expect(readDdf(`<MgmtTree>${'<Node/>'.repeat(50_000)}</MgmtTree>`).problems[0]?.message).toMatch(/elements/);
    expect(readDdf(`<MgmtTree>${' '.repeat(2 * 1024 * 1024)}</MgmtTree>`).problems[0]?.message).toMatch(/characters/);
  });

  it('never makes the reader throw, whatever comes', () => {
    fc.assert(fc.property(fc.string(), (any) => void readDdf(any)));
    const pieces = fc.constantFrom(
      '<Node>',
      '</Node>',
      '<NodeName>',
      '</NodeName>',
      '<x>',
      '&lt;',
      '<![CDATA[',
      ']]>',
      'a',
    );
    fc.assert(fc.property(fc.array(pieces), (some) => void readDdf(`<MgmtTree>${some.join('')}</MgmtTree>`)));
  });
});

/** The one node of a description that has no fault. */
function only(text: string): DdfNode {
  const { ddf, problems } = readDdf(tree(text));
  expect(problems).toEqual([]);
  const [first] = ddf?.nodes ?? [];
  if (first === undefined) throw new Error('no node');
  return first;
}

describe('a node of a device description', () => {
  it('has its defaults where nothing is said', () => {
    expect(only(node('a', GET))).toEqual({
      name: 'a',
      path: undefined,
      access: new Set(['Get']),
      format: undefined,
      mime: [],
      ddfName: undefined,
      occurrence: { least: 1, most: 1 },
      scope: 'Dynamic',
      defaultValue: undefined,
      title: undefined,
      description: undefined,
      caseSensitive: true,
      children: [],
    });
  });

  it('says all that section 10 names, with space around it left out', () => {
    const properties = `<AccessType><Add/><Get/><Replace/><Delete/><Exec/></AccessType><DFFormat><chr/></DFFormat>
      <DFType><MIME> text/plain </MIME><MIME>a/b</MIME><DDFName> d </DDFName></DFType><Occurrence><OneOrN> 7 </OneOrN></Occurrence>
      <Scope><Permanent/></Scope><DefaultValue> 5 </DefaultValue><DFTitle> t </DFTitle><Description> what </Description><CaseSense><CS/></CaseSense>`;
    const text = `<Node><NodeName> a </NodeName><Path> ./b </Path><DFProperties>${properties}</DFProperties>${node('c', GET)}</Node>`;
    expect(only(text)).toMatchObject({
      name: 'a',
      path: './b',
      access: new Set(DDF_ACCESS),
      format: 'chr',
      mime: ['text/plain', 'a/b'],
      ddfName: 'd',
      occurrence: { least: 1, most: 7 },
      scope: 'Permanent',
      defaultValue: '5',
      title: 't',
      description: 'what',
      caseSensitive: true,
      children: [{ name: 'c' }],
    });
  });

  it.each<[occurrence: string, least: number, most: number | undefined]>([
    ['<One/>', 1, 1],
    ['<ZeroOrOne/>', 0, 1],
    ['<ZeroOrMore/>', 0, undefined],
    ['<OneOrMore/>', 1, undefined],
    ['<ZeroOrN>1</ZeroOrN>', 0, 1],
    ['<ZeroOrN> 20 </ZeroOrN>', 0, 20],
    ['<OneOrN>1</OneOrN>', 1, 1],
    ['<OneOrN>5</OneOrN>', 1, 5],
    ['', 1, 1],
  ])('with the occurrence %s stands there from %s times', (occurrence, least, most) => {
    expect(only(node('a', `${GET}<Occurrence>${occurrence}</Occurrence>`)).occurrence).toEqual({ least, most });
  });

  it.each<[occurrence: string, line: string]>([
    ['<OneOrN>0</OneOrN>', '"0" is no number of nodes'],
    ['<ZeroOrN>-1</ZeroOrN>', '"-1" is no number of nodes'],
    ['<ZeroOrN>1.5</ZeroOrN>', '"1.5" is no number of nodes'],
    ['<ZeroOrN></ZeroOrN>', '"" is no number of nodes'],
    ['<OneOrTwo/>', '"OneOrTwo" is no occurrence'],
  ])('cannot have the occurrence %s', (occurrence, message) => {
    const { ddf, problems } = readDdf(tree('\n', node('a', `${GET}\n<Occurrence>${occurrence}</Occurrence>`)));
    // The document begins with three lines.
    expect(problems).toEqual([{ line: 5, message }]);
    if (occurrence === '<OneOrTwo/>') expect(ddf?.nodes[0]?.occurrence).toEqual({ least: 0, most: undefined });
  });

  it.each(DDF_FORMATS)('may have the format %s', (format) => {
    expect(only(node('a', `${GET}<DFFormat><${format}/></DFFormat>`)).format).toBe(format);
  });

  it.each<[scope: string, read: string]>([
    ['<Scope><Permanent/></Scope>', 'Permanent'],
    ['<Scope><Dynamic/></Scope>', 'Dynamic'],
    ['<Scope/>', 'Dynamic'],
    ['', 'Dynamic'],
  ])('with %s is %s', (scope, read) => {
    expect(only(node('a', `${GET}${scope}`)).scope).toBe(read);
  });

  it.each<[name: string, read: string | undefined]>([
    ['a', 'a'],
    ['&lt;x&gt;', undefined],
    ['&lt;any name&gt;', undefined],
    ['&lt;&gt;', undefined],
    ['', undefined],
    ['  ', undefined],
    ['&lt;x', '<x'],
    ['x&gt;', 'x>'],
    ['a&lt;x&gt;', 'a<x>'],
    ['&lt;x&gt;a', '<x>a'],
    ['<![CDATA[a&b]]>', 'a&b'],
    ['a<![CDATA[b]]>c', 'abc'],
    ['a<!-- no -->b', 'ab'],
  ])('named %s has the name %s', (name, read) => {
    expect(only(node(name, GET)).name).toBe(read);
  });

  it('without a name, or with an access that is none, keeps what it has', () => {
    const [nameless] = readDdf(tree(`<Node><DFProperties>${GET}</DFProperties></Node>`)).ddf?.nodes ?? [];
    expect([nameless?.name, nameless?.access]).toEqual([undefined, new Set(['Get'])]);
    const [flying] = readDdf(tree(node('a', '<AccessType><Get/><Fly/></AccessType>'))).ddf?.nodes ?? [];
    expect(flying?.access).toEqual(new Set(['Get']));
    const [bare] = readDdf(tree('<Node><NodeName>a</NodeName></Node>')).ddf?.nodes ?? [];
    expect(bare).toMatchObject({ name: 'a', access: new Set(), mime: [], occurrence: { least: 1, most: 1 } });
  });

  it('of a document says who made it', () => {
    const { ddf, problems } = readDdf(
      `<MgmtTree><VerDTD> 1.2 </VerDTD><Man>A</Man><Mod>B</Mod>${node('a', GET)}</MgmtTree>`,
    );
    expect(problems).toEqual([]);
    expect(ddf).toMatchObject({ version: '1.2', manufacturer: 'A', model: 'B' });
    expect(readDdf(`\n<MgmtTree>${node('a', GET)}</MgmtTree>`).problems).toEqual([
      { line: 2, message: 'MgmtTree has no VerDTD' },
    ]);
  });

  it('is found among the children by its name, or as the placeholder', () => {
    const insensitive = '<CaseSense><CIS/></CaseSense>';
    const parent = only(
      node(
        'p',
        GET,
        [node('', `${GET}${insensitive}`), node('One', GET), node('two', `${GET}${insensitive}`)].join(''),
      ),
    );
    const [placeholder, one, two] = parent.children;
    expect(childOf(parent, 'One')).toBe(one);
    expect(childOf(parent, 'TWO')).toBe(two);
    expect(childOf(parent, 'one')).toBe(placeholder);
    expect(childOf(parent, 'undefined')).toBe(placeholder);
    expect(childOf(only(node('p', GET, node('a', GET))), 'b')).toBeUndefined();
    expect(describedAt(parent, [])).toBe(parent);
  });

  it('must have the children that stand there at least once, but for placeholders', () => {
    const often = (occurrence: string) => `${GET}<Occurrence><${occurrence}/></Occurrence>`;
    const children = [
      node('&lt;x&gt;', often('OneOrMore')),
      node('a', often('One')),
      node('b', often('ZeroOrOne')),
      node('c', often('OneOrMore')),
      node('d', often('ZeroOrMore')),
    ];
    expect(requiredNames(only(node('p', GET, children.join(''))))).toEqual(['a', 'c']);
  });
});

describe('the XML of a device description', () => {
  it('is read into elements with their lines and their text', () => {
    const { root, problems } = readXml('<a b="c">x<b>y</b>\n<!-- no --><?no?><b/>z<![CDATA[<]]></a>');
    expect(problems).toEqual([]);
    expect(root).toEqual({
      name: 'a',
      line: 1,
      text: 'x\nz<',
      children: [
        { name: 'b', line: 1, text: 'y', children: [] },
        { name: 'b', line: 2, text: '', children: [] },
      ],
    });
  });

  it.each<[string, (count: number) => string, number, string]>([
    ['characters', (count) => '<a></a>'.padEnd(count), 1024 * 1024, 'more than 1048576 characters'],
    ['elements', (count) => `<a>${'<b/>'.repeat(count - 1)}</a>`, 20_000, '"more than 20000 elements"'],
    ['levels', (count) => '<a>'.repeat(count) + '</a>'.repeat(count), 200, '"elements nested deeper than 200"'],
  ])('has so many %s at most', (_what, text, most, message) => {
    expect(readXml(text(most))).toMatchObject({ root: { name: 'a' }, problems: [] });
    expect(readXml(text(most + 1))).toMatchObject({ problems: [{ message }] });
    expect(readXml(text(most + 1)).root).toBeUndefined();
  });

  it('has a problem where it ends or breaks, without a place before its words', () => {
    expect(readXml('<a>\n</b>')).toEqual({ problems: [{ line: 2, message: '"unexpected close tag."' }] });
    expect(readXml('').problems).toHaveLength(1);
  });
});
