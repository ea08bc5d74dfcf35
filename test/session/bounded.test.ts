import { describe, expect, it } from 'vitest';
import { BoundedMap, BoundedSet, pushBounded } from '../../harness/session/bounded.js';

describe('a bounded collection', () => {
  it('a map forgets its oldest key', () => {
    const map = new BoundedMap<string, number>(2).set('a', 1).set('b', 2).set('c', 3);
    expect([...map]).toEqual([
      ['b', 2],
      ['c', 3],
    ]);
  });

  it('a key that is set again keeps its age, and nothing is forgotten for it', () => {
    const map = new BoundedMap<string, number>(2).set('a', 1).set('b', 2).set('a', 3);
    expect([...map]).toEqual([
      ['a', 3],
      ['b', 2],
    ]);
    expect([...map.set('c', 4).keys()]).toEqual(['b', 'c']);
  });

  it('a set forgets its oldest member', () => {
    expect([...new BoundedSet<number>(2).add(1).add(2).add(2).add(3)]).toEqual([2, 3]);
  });

  it('a list forgets its oldest item', () => {
    const list = [1];
    pushBounded(list, 2, 2);
    expect(list).toEqual([1, 2]);
    pushBounded(list, 3, 2);
    expect(list).toEqual([2, 3]);
  });
});
