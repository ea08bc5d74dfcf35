const PEEK_LIMIT = 16 * 1024;

/** What can be told of a request before it is whole. */
export interface EarlyHead {
  readonly method: string;
  readonly target: string;
  /** True when the client waits for 100 Continue before it sends the body (RFC 9110 10.1.1). */
  readonly expectsContinue: boolean;
}

/**
 * Looks at the head of a request whose body is still to come: to answer `Expect: 100-continue`, and to tie an interim or early response
 * to its request. Judges nothing; the message itself is read by HttpReader.
 */
export class HeadPeek {
  readonly #pieces: Buffer[] = [];
  #size = 0;
  #head: EarlyHead | undefined;
  #closed = false;

  /** Takes the next bytes of the message, the first ones from its very beginning. */
  push(bytes: Buffer): void {
    if (this.#closed) return;
    this.#pieces.push(bytes.subarray(0, PEEK_LIMIT - this.#size));
    this.#size += bytes.length;
    if (this.#size >= PEEK_LIMIT || bytes.includes(0x0a)) this.#look();
  }

  /** Undefined until the whole head has been seen. */
  get head(): EarlyHead | undefined {
    return this.#head;
  }

  #look(): void {
    const text = Buffer.concat(this.#pieces)
      .toString('latin1')
      .replace(/^[\r\n]+/, '');
    const end = /\r?\n\r?\n/.exec(text);
    this.#closed = end !== null || this.#size >= PEEK_LIMIT;
    const head = end === null ? text : text.slice(0, end.index);
    const [, method, target] = /^(\S+) +(\S+) +HTTP\/1\.\d\r?(?:\n|$)/.exec(head) ?? [];
    if (end === null || method === undefined || target === undefined) return;
    this.#head = { method, target, expectsContinue: /\nexpect[ \t]*:[ \t]*100-continue[ \t]*\r?(?:\n|$)/i.test(head) };
  }
}
