import { pathOf } from '../session/side-exchanges.js';
import { isReadable, isValid } from './notification-common.js';
import { NOTHING, type Oracle, oracle } from './oracle.js';
import { held, violated } from './say.js';

/** SES-09: the first session after a bootstrap says BootstrapComplete (TS 5.2). */
export const saysBootstrapComplete = oracle({
  name: 'session/says-bootstrap-complete',
  on: 'client',
  requirements: ['SES-09'],
  sees: ['one'],
  create: () => (seen) => {
    if (seen.reading.view === undefined) return NOTHING;
    if (!isReadable(seen)) return NOTHING;
    const bootstrap = seen.notified.bootstraps.find(({ uri }) => pathOf(uri) === seen.request.target);
    if (bootstrap === undefined) return NOTHING;
    const reasons = seen.reading.view.alerts.flatMap(({ initiation }) => initiation ?? []);
    const events = [seen.request, bootstrap.event];
    if (reasons.includes('BootstrapComplete'))
      return [held('SES-09', 'The first session with the new server says BootstrapComplete.', seen.session, events)];
    // A notification may have opened it (D-21).
    if (seen.notified.answers !== undefined) return NOTHING;
    const message = 'The first session with the new server does not say BootstrapComplete.';
    const open = reasons.length === 0 ? { decision: 'D-29', atMost: 'warn' as const } : {};
    const details = { expected: 'BootstrapComplete', actual: reasons.join(', ') || 'no initiation alert', ...open };
    return [violated('SES-09', message, seen.session, events, details)];
  },
});

/** FLW-12: REQ-MOS brings the list of supported MOs in #1; FLW-13: each of them with DDF, MOID and MIIDs (TS 5.2). */
export const listsMos = oracle({
  name: 'flow/lists-mos',
  on: 'client',
  requirements: ['FLW-12', 'FLW-13'],
  sees: ['one'],
  create: () => (seen) => {
    if (seen.notified.again || seen.reading.view === undefined) return NOTHING;
    const sent = seen.notified.answers;
    if (sent === undefined || !isValid(sent) || sent.reading.view?.reqMos !== true) return NOTHING;
    const events = [seen.request, sent.event];
    const { mos = [] } = seen.reading.view;
    if (mos.length === 0) {
      const details = {
        expected: 'MOS with the supported MOs',
        actual: seen.reading.view.mos === undefined ? 'no MOS' : 'none',
      };
      return [violated('FLW-12', 'The notification had REQ-MOS, and #1 lists no MO.', seen.session, events, details)];
    }
    const listed = held('FLW-12', `After REQ-MOS #1 lists ${mos.length} supported MO(s).`, seen.session, events);
    const poor = mos.findIndex((mo) => lacking(mo).length > 0);
    if (poor < 0) {
      return [listed, held('FLW-13', 'Each listed MO has DDF, MOID and MIIDs.', seen.session, events)];
    }
    const missing = lacking(mos[poor] as (typeof mos)[number]).join(', ');
    const details = { expected: 'DDF, MOID and MIID', actual: `no ${missing} in member ${poor + 1} of ${mos.length}` };
    return [listed, violated('FLW-13', 'A listed MO is not described in full.', seen.session, events, details)];
  },
});

function lacking({
  ddf,
  moid,
  raw,
}: {
  readonly ddf: string | undefined;
  readonly moid: string | undefined;
  readonly raw: unknown;
}): string[] {
  const miids = typeof raw === 'object' && raw !== null && 'MIID' in raw && Array.isArray(raw.MIID);
  return [ddf === undefined ? 'DDF' : '', moid === undefined ? 'MOID' : '', miids ? '' : 'MIID'].filter(Boolean);
}

/** What #1 has to say because of what came before it. */
export const OPENING_CONTENTS: readonly Oracle[] = [saysBootstrapComplete, listsMos];
