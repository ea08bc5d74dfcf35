import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { duration, visibleLine, visibleText } from '../../reports/visible-text.js';

describe('visibleText', () => {
  it('keeps what can be read', () => {
    for (const text of ['plain', 'a\n\tb', 'Ärger', '漢字', '😀', '<&>']) expect(visibleText(text)).toBe(text);
  });

  it('shows what hides', () => {
    expect(visibleText('\u001b[31m\r\u0000\u202e\ufeff')).toBe('\\u001b[31m\\u000d\\u0000\\u202e\\ufeff');
    expect(visibleText('\ud800x\udc00😀')).toBe('\\ud800x\\udc00😀');
  });

  it('leaves no control character and no lone surrogate in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }), (text) => {
        expect(visibleLine(text)).not.toMatch(/\p{Cc}|\p{Cs}/u);
      }),
    );
  });
});

describe('visibleLine', () => {
  it('is one line of bounded length', () => {
    expect(visibleLine('a\n\tb')).toBe('a\\n\\tb');
    expect(visibleLine('x'.repeat(500))).toHaveLength(400);
    expect(visibleLine('😀'.repeat(3), 4)).toBe('😀…');
  });
});

describe('duration', () => {
  it('is in seconds, then in minutes', () => {
    expect([0, 59_940, 60_000, 125_900].map(duration)).toEqual(['0.0 s', '59.9 s', '1 min 00 s', '2 min 05 s']);
  });
});
