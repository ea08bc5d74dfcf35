import { SaxesParser } from 'saxes';
import { quote } from './quote.js';

/** An element of a small XML document, text and CDATA of its own joined. */
export interface XmlElement {
  readonly name: string;
  readonly line: number;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

export interface XmlProblem {
  /** 1 for the first line; 0 for the document as a whole. */
  readonly line: number;
  readonly message: string;
}

interface Open extends XmlElement {
  readonly children: Open[];
  text: string;
}

/** Bounds, so that a hostile document costs neither memory nor stack. */
const MOST_CHARACTERS = 1024 * 1024;
const MOST_ELEMENTS = 20_000;
const MOST_DEPTH = 200;

/**
 * Reads an XML document into elements; attributes, comments and processing instructions are passed over. A document type declaration may stand
 * there, yet nothing of it is fetched and no entity of its own is expanded. Never throws: without a root there is one problem.
 */
export function readXml(text: string): {
  readonly root?: XmlElement | undefined;
  readonly problems: readonly XmlProblem[];
} {
  if (text.length > MOST_CHARACTERS)
    return { problems: [{ line: 0, message: `more than ${MOST_CHARACTERS} characters` }] };
  const reader = new ElementReader();
  try {
    reader.parser.write(text).close();
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(/^\d+:\d+: /, '') : String(error);
    return { problems: [{ line: reader.parser.line, message: quote(message) }] };
  }
  return { root: reader.root, problems: [] };
}

class ElementReader {
  readonly parser = new SaxesParser();
  root: XmlElement | undefined;
  readonly #open: Open[] = [];
  #elements = 0;

  constructor() {
    const { parser } = this;
    parser.on('opentag', ({ name }) => this.#begin(name));
    parser.on('closetag', () => this.#open.pop());
    parser.on('text', (text) => this.#say(text));
    parser.on('cdata', (text) => this.#say(text));
  }

  #begin(name: string): void {
    this.#elements += 1;
    if (this.#elements > MOST_ELEMENTS) throw new Error(`more than ${MOST_ELEMENTS} elements`);
    if (this.#open.length >= MOST_DEPTH) throw new Error(`elements nested deeper than ${MOST_DEPTH}`);
    const element: Open = { name, line: this.parser.line, children: [], text: '' };
    this.#open.at(-1)?.children.push(element);
    this.root ??= element;
    this.#open.push(element);
  }

  #say(text: string): void {
    const element = this.#open.at(-1);
    if (element !== undefined) element.text += text;
  }
}
