import { describe, expect, it } from 'vitest';
import { ByteSink } from '../../harness/protocol/byte-sink.js';

/** How often memory is asked for while the bytes come one by one. */
function allocations(count: number): number {
  const { allocUnsafe } = Buffer;
  let asked = 0;
  Buffer.allocUnsafe = (size) => {
    asked += 1;
    return allocUnsafe(size);
  };
  try {
    const sink = new ByteSink();
    const one = Buffer.of(1);
    for (let index = 0; index < count; index += 1) sink.append(one);
    return asked;
  } finally {
    Buffer.allocUnsafe = allocUnsafe;
  }
}

describe('a sink of bytes', () => {
  it('holds what was appended, piece by piece', () => {
    const sink = new ByteSink();
    expect([sink.length, sink.latin1()]).toEqual([0, '']);
    sink.append(Buffer.from('abc'));
    sink.append(Buffer.from('xdefx'), 1, 4);
    sink.append(Buffer.from('xxgh'), 2);
    sink.append(Buffer.alloc(0));
    expect([sink.length, sink.latin1(), sink.latin1(3), sink.latin1(1, 3)]).toEqual([8, 'abcdefgh', 'defgh', 'bc']);
    sink.append(Buffer.of(0xe9));
    expect(sink.latin1(8)).toBe('\u00e9');
  });

  it('gives its bytes away, or forgets them, and starts anew', () => {
    const sink = new ByteSink();
    sink.append(Buffer.from('abc'));
    const taken = sink.take();
    sink.append(Buffer.from('z'));
    expect([taken.toString(), sink.length, sink.latin1()]).toEqual(['abc', 1, 'z']);
    sink.clear();
    expect([sink.length, sink.latin1(), sink.take().length]).toEqual([0, '', 0]);
    sink.append(Buffer.from('y'));
    expect(sink.take().toString()).toBe('y');
  });

  it('holds one piece that is larger than all before', () => {
    const sink = new ByteSink();
    sink.append(Buffer.from('ab'));
    sink.append(Buffer.alloc(5000, 'c'));
    expect(sink.take().toString()).toBe(`ab${'c'.repeat(5000)}`);
  });

  it.each([
    [0, 0],
    [1, 1],
    [512, 1],
    [513, 2],
    [1024, 2],
    [1025, 3],
    [16_384, 6],
  ])('asks for memory seldom: for %s bytes %s times', (count, times) => {
    expect(allocations(count)).toBe(times);
  });
});
