import { parseClientUri } from '../protocol/client-uri.js';
import { label } from './common.js';
import { NOTHING, oracle } from './oracle.js';
import { held, violated } from './say.js';

/** MOM-11: every ClientURI that the server sends is well-formed (TS 6). */
export const addressesWellFormed = oracle({
  name: 'management-objects/addresses-well-formed',
  on: 'server',
  requirements: ['MOM-11'],
  sees: ['two'],
  create: () => (seen) => {
    const { run } = seen;
    let addresses = 0;
    for (const { command } of run.commands) {
      if (command.standing !== 'well-formed') continue;
      for (const uri of command.clientUris) {
        addresses += 1;
        const [problem] = parseClientUri(uri).problems;
        if (problem === undefined) continue;
        const details = { expected: 'MOID "/" instance "/" path, and a query that resolves each x-name', actual: uri };
        const message = `${label(command)}: ${problem.message}.`;
        // Whether an interior node below the root may be written with a slash behind it, our sources do not say.
        const slash = parseClientUri(uri.replace(/\/(?=\?|$)/, '')).problems.length === 0;
        const open = slash ? { atMost: 'warn' as const } : {};
        return [violated('MOM-11', message, run.session, [run.response], { ...details, ...open })];
      }
    }
    if (addresses === 0) return NOTHING;
    return [held('MOM-11', `${addresses} ClientURI(s), all well-formed.`, run.session, [run.response])];
  },
});
