import { describe, expect, it } from 'vitest';
import { ORACLES } from '../../harness/oracles/index.js';
import { judgeEvents } from '../../harness/run/judging.js';
import { load } from './goldens.js';

const refused = (file: string): readonly string[] => {
  const { header, events } = load(file);
  return [...judgeEvents(header, events, () => undefined, ORACLES).refused];
};

describe('the commands that a client refuses each time', () => {
  it('are those that it answers by errors alone', () => {
    expect(refused('status/client-absent-no-get.ndjson')).toEqual(['GET']);
    expect(refused('status/client-absent-no-get-405.ndjson')).toEqual(['GET']);
  });

  it('are none that it has ever carried out, or begun', () => {
    expect(refused('status/client-data.ndjson')).not.toContain('GET');
    // Said to have failed, but the repository was asked.
    expect(refused('packages/client-asks-before-it-uploads.ndjson')).toEqual([]);
  });
});
