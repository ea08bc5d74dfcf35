import { describe, expect, it } from 'vitest';
import { featureStanding, isNarrowed, selectRows } from '../../harness/ledger/select.js';
import { ConformError } from '../../harness/model/errors.js';
import { ledger, statement } from './fixture.js';

const ids = (selection?: Parameters<typeof selectRows>[2], role: 'client' | 'server' = 'client'): string[] =>
  selectRows(ledger, role, selection).map(({ id }) => id);

describe('selectRows', () => {
  it('takes the rows of the role, of the ids and of the chapters', () => {
    expect(ids(undefined, 'server')).toEqual(['AAA-05']);
    expect(ids({ ids: ['BBB-03', 'aaa-01'] })).toEqual(['AAA-01', 'BBB-03']);
    expect(ids({ chapters: ['bbb'] })).toEqual(['BBB-01', 'BBB-02', 'BBB-03']);
    expect(ids({ ids: ['AAA-01', 'BBB-03'], chapters: ['BBB'] })).toEqual(['BBB-03']);
  });

  it('takes an id of the other role for no mistake', () => {
    expect(ids({ ids: ['AAA-05'] })).toEqual([]);
  });

  it('refuses what the ledger does not have', () => {
    expect(() => ids({ ids: ['AAA-77'] })).toThrow(ConformError);
    expect(() => ids({ chapters: ['XXX'] })).toThrow(/no chapter XXX/);
  });
});

describe('isNarrowed', () => {
  it('is false when nothing is named', () => {
    expect(isNarrowed(undefined)).toBe(false);
    expect(isNarrowed({})).toBe(false);
    expect(isNarrowed({ ids: ['AAA-01'] })).toBe(true);
  });
});

describe('featureStanding', () => {
  it('compares the optional command with what the statement declares', () => {
    const [, , , , , show] = ledger.requirements;
    const [plain] = ledger.requirements;
    if (show === undefined || plain === undefined) throw new Error('fixture');
    expect(featureStanding(plain, statement)).toBe('declared');
    expect(featureStanding(show, statement)).toBe('open');
    expect(featureStanding(show, { ...statement, commands: ['GET'] })).toBe('absent');
    expect(featureStanding(show, { ...statement, commands: ['SHOW'] })).toBe('declared');
  });
});
