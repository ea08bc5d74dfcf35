import {
  DDF_ACCESS,
  DDF_FORMATS,
  type Ddf,
  type DdfAccess,
  type DdfFormat,
  type DdfNode,
  type DdfOccurrence,
} from './ddf.js';
import { readXml, type XmlElement, type XmlProblem } from './ddf-xml.js';
import { quote } from './quote.js';

/** `ddf` is what could be read, also when there are problems; undefined when the document is no device description at all. */
export interface DdfReading {
  readonly ddf: Ddf | undefined;
  readonly problems: readonly XmlProblem[];
}

/** Reads a device description (protocol facts, section 10). Run-time properties are passed over. Never throws. */
export function readDdf(text: string): DdfReading {
  const { root, problems } = readXml(text);
  if (root === undefined) return { ddf: undefined, problems };
  if (root.name !== 'MgmtTree') {
    return { ddf: undefined, problems: [{ line: root.line, message: `${quote(root.name)} stands for MgmtTree` }] };
  }
  return new DdfReader().read(root);
}

class DdfReader {
  readonly #problems: XmlProblem[] = [];

  read(root: XmlElement): DdfReading {
    const version = textOf(root, 'VerDTD');
    if (version === undefined) this.#report(root, 'MgmtTree has no VerDTD');
    const nodes = named(root, 'Node').map((element) => this.#node(element));
    if (nodes.length === 0) this.#report(root, 'MgmtTree has no Node');
    const ddf = { version, manufacturer: textOf(root, 'Man'), model: textOf(root, 'Mod'), nodes };
    return { ddf, problems: this.#problems };
  }

  #node(element: XmlElement): DdfNode {
    const [properties] = named(element, 'DFProperties');
    if (named(element, 'NodeName').length === 0) this.#report(element, 'Node has no NodeName');
    if (properties === undefined) this.#report(element, 'Node has no DFProperties');
    const name = textOf(element, 'NodeName') ?? '';
    const at = properties ?? NO_PROPERTIES;
    const type = only(at, 'DFType');
    return {
      name: name === '' || /^<.*>$/.test(name) ? undefined : name,
      path: textOf(element, 'Path'),
      access: new Set(this.#access(at)),
      format: this.#format(at),
      mime: type === undefined ? [] : named(type, 'MIME').map((mime) => mime.text.trim()),
      ddfName: type === undefined ? undefined : textOf(type, 'DDFName'),
      occurrence: this.#occurrence(at),
      scope: this.#choice(at, 'Scope', ['Permanent', 'Dynamic'] as const) ?? 'Dynamic',
      defaultValue: textOf(at, 'DefaultValue'),
      title: textOf(at, 'DFTitle'),
      description: textOf(at, 'Description'),
      caseSensitive: this.#choice(at, 'CaseSense', ['CS', 'CIS'] as const) !== 'CIS',
      children: named(element, 'Node').map((child) => this.#node(child)),
    };
  }

  #access(properties: XmlElement): readonly DdfAccess[] {
    const element = only(properties, 'AccessType');
    if (element === undefined && properties !== NO_PROPERTIES) this.#report(properties, 'no AccessType');
    return (element?.children ?? []).flatMap((child) => {
      const access = DDF_ACCESS.find((each) => each === child.name);
      if (access === undefined) this.#report(child, `${quote(child.name)} is no access`);
      return access === undefined ? [] : [access];
    });
  }

  #format(properties: XmlElement): DdfFormat | undefined {
    return this.#choice(properties, 'DFFormat', DDF_FORMATS);
  }

  #occurrence(properties: XmlElement): DdfOccurrence {
    const element = only(properties, 'Occurrence')?.children[0];
    if (element === undefined) return { least: 1, most: 1 };
    switch (element.name) {
      case 'One':
        return { least: 1, most: 1 };
      case 'ZeroOrOne':
        return { least: 0, most: 1 };
      case 'ZeroOrMore':
      case 'OneOrMore':
        return { least: element.name === 'OneOrMore' ? 1 : 0, most: undefined };
      case 'ZeroOrN':
      case 'OneOrN': {
        const most = Number(element.text);
        if (!Number.isSafeInteger(most) || most < 1)
          this.#report(element, `${quote(element.text)} is no number of nodes`);
        return { least: element.name === 'OneOrN' ? 1 : 0, most };
      }
      default:
        this.#report(element, `${quote(element.name)} is no occurrence`);
        return { least: 0, most: undefined };
    }
  }

  /** One of some empty elements inside an element, by its name. */
  #choice<T extends string>(parent: XmlElement, name: string, choices: readonly T[]): T | undefined {
    const element = only(parent, name)?.children[0];
    const choice = choices.find((each) => each === element?.name);
    if (element !== undefined && choice === undefined) this.#report(element, `${quote(element.name)} is no ${name}`);
    return choice;
  }

  #report({ line }: XmlElement, message: string): void {
    this.#problems.push({ line, message });
  }
}

const NO_PROPERTIES: XmlElement = { name: 'DFProperties', line: 0, children: [], text: '' };

function named(parent: XmlElement, name: string): readonly XmlElement[] {
  return parent.children.filter((child) => child.name === name);
}

function only(parent: XmlElement, name: string): XmlElement | undefined {
  return parent.children.find((child) => child.name === name);
}

function textOf(parent: XmlElement, name: string): string | undefined {
  return only(parent, name)?.text.trim();
}
