/** An element as this small reader of XML sees it. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
  text: string;
}

const LEGAL = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
const TOKEN = /<\?xml[^>]*\?>|<\/([\w-]+)>|<([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['#10', '\n'],
  ['#9', '\t'],
]);

/** Reads the XML that the JUnit view may write, strictly: throws on illegal characters, unknown entities, stray markup and tags that do not match. */
export function readXml(text: string): Element {
  if (!LEGAL.test(text) || /\p{Cs}/u.test(text)) throw new Error('a character that XML has no place for');
  const root: Element = { name: '', attributes: new Map(), children: [], text: '' };
  const open: Element[] = [root];
  let position = 0;
  for (const token of text.matchAll(TOKEN)) {
    position += token[0].length;
    const [, closing, opening, attributes, selfClosing, content] = token;
    const current = open.at(-1);
    if (current === undefined) throw new Error('text after the root');
    if (content !== undefined) current.text += decoded(content);
    if (closing !== undefined && open.pop()?.name !== closing) throw new Error(`</${closing}> closes nothing`);
    if (opening === undefined) continue;
    const element: Element = { name: opening, attributes: readAttributes(attributes ?? ''), children: [], text: '' };
    current.children.push(element);
    if (selfClosing === '') open.push(element);
  }
  if (position !== text.length) throw new Error(`no XML at ${position}: ${text.slice(position, position + 40)}`);
  const [top] = root.children;
  if (open.length !== 1 || top === undefined || root.children.length !== 1)
    throw new Error('not one whole root element');
  return top;
}

/** All elements of that name, at any depth. */
export function elements(of: Element, name: string): readonly Element[] {
  return of.children.flatMap((child) => [...(child.name === name ? [child] : []), ...elements(child, name)]);
}

function readAttributes(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name ?? '', decoded(value ?? '')]),
  );
}

function decoded(text: string): string {
  return text.replace(/&([^;]*);?/g, (_whole, name: string) => {
    const character = ENTITIES.get(name);
    if (character === undefined) throw new Error(`unknown entity ${name.slice(0, 10)}`);
    return character;
  });
}
