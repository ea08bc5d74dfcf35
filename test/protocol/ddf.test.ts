import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describedAt, requiredNames } from '../../harness/protocol/ddf.js';
import { readDdf } from '../../harness/protocol/ddf-reader.js';

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
