/** Where the first JSON value of a text ends, or what keeps it from being one. */
export type JsonScan =
  | { readonly ok: true /** Index after the value. */; readonly end: number }
  | { readonly ok: false; readonly at: number; readonly message: string };

/** What the grammar wants next; the closing bracket is allowed besides it in the `first-` states and after a value. */
type Expecting = 'value' | 'first-value' | 'name' | 'first-name' | 'separator';

const WANTED: Readonly<Record<Expecting, string>> = {
  value: 'a value',
  'first-value': 'a value',
  name: 'a member name',
  'first-name': 'a member name',
  separator: '","',
};

const isSpace = (char: string): boolean => char === ' ' || char === '\n' || char === '\r' || char === '\t';
const isDigit = (char: string): boolean => char >= '0' && char <= '9';
const isPlain = (char: string): boolean => char !== '"' && char !== '\\' && char >= ' ';

/**
 * Scans the first JSON value (RFC 8259) of a text without building it. Used only after `JSON.parse` refused the text, to say where and why.
 * Takes linear time and no stack, however deep or long the value.
 */
export function scanJson(text: string): JsonScan {
  return new Scanner(text).run();
}

class Scanner {
  private at = 0;
  /** Closing brackets still to come. */
  private readonly closers: ('}' | ']')[] = [];
  private problem: string | undefined;

  constructor(private readonly text: string) {}

  run(): JsonScan {
    let expecting: Expecting | 'nothing' = 'value';
    while (expecting !== 'nothing') {
      this.skip(isSpace);
      const next = this.step(expecting);
      if (next === undefined) return { ok: false, at: this.at, message: this.complaint(expecting) };
      expecting = next;
    }
    return { ok: true, end: this.at };
  }

  private step(expecting: Expecting): Expecting | 'nothing' | undefined {
    const closer = this.closers.at(-1);
    const mayClose = expecting === 'separator' || expecting === 'first-value' || expecting === 'first-name';
    if (mayClose && closer !== undefined && this.take(closer)) {
      this.closers.pop();
      return this.afterValue();
    }
    if (expecting === 'separator') {
      if (!this.take(',')) return undefined;
      return closer === '}' ? 'name' : 'value';
    }
    if (expecting === 'name' || expecting === 'first-name') return this.name() ? 'value' : undefined;
    if (this.take('{')) return this.enter('}', 'first-name');
    if (this.take('[')) return this.enter(']', 'first-value');
    return this.scalar() ? this.afterValue() : undefined;
  }

  private enter(closer: '}' | ']', expecting: Expecting): Expecting {
    this.closers.push(closer);
    return expecting;
  }

  private afterValue(): 'separator' | 'nothing' {
    return this.closers.length === 0 ? 'nothing' : 'separator';
  }

  private name(): boolean {
    if (!this.string()) return false;
    this.skip(isSpace);
    if (this.take(':')) return true;
    if (this.at < this.text.length) this.problem = 'no colon after a member name';
    return false;
  }

  private scalar(): boolean {
    if (this.text[this.at] === '"') return this.string();
    return this.take('true') || this.take('false') || this.take('null') || this.number();
  }

  private number(): boolean {
    if (!/[-0-9]/.test(this.text.charAt(this.at))) return false;
    this.take('-');
    if (!this.take('0') && !this.digits()) return false;
    if (this.take('.') && !this.digits()) return false;
    if (!this.take('e') && !this.take('E')) return true;
    if (!this.take('+')) this.take('-');
    return this.digits();
  }

  private digits(): boolean {
    const from = this.at;
    this.skip(isDigit);
    if (this.at === from) this.problem = 'a digit is missing in a number';
    return this.at > from;
  }

  private string(): boolean {
    if (!this.take('"')) return false;
    for (;;) {
      this.skip(isPlain);
      if (this.take('"')) return true;
      const char = this.text[this.at];
      if (char !== '\\') {
        this.problem = char === undefined ? 'the text ends inside a string' : 'control character in a string';
        return false;
      }
      const escaped = /^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(this.text.slice(this.at, this.at + 6));
      if (escaped === null) {
        this.problem = 'bad escape in a string';
        return false;
      }
      this.at += escaped[0].length;
    }
  }

  private take(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  private skip(wanted: (char: string) => boolean): void {
    // Beyond the end stands the empty string, which is wanted by nobody.
    while (wanted(this.text.charAt(this.at))) this.at += 1;
  }

  private complaint(expecting: Expecting): string {
    if (this.problem !== undefined) return this.problem;
    const char = this.text[this.at];
    const closer = this.closers.at(-1);
    if (char === undefined) return closer === undefined ? 'no JSON value' : 'the text ends inside a JSON value';
    const close = expecting === 'separator' ? ` or "${closer}"` : '';
    return `found ${JSON.stringify(char)}, expected ${WANTED[expecting]}${close}`;
  }
}
