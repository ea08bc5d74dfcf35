import type { PackageThree } from '../protocol/packages.js';
import type { ServerSession } from './server-session.js';

/** How a #3 stands to the session's last #2: it answers it, it was answered already (its answer was lost), or it is of another time. */
export type ReportTime = 'current' | 'repeated' | 'stale';

/**
 * Tells a #3 that is sent again from a new one (D-31). A cookie that names the #2 before the last is certain. Without it, the same bytes again are
 * taken for a repetition only where they visibly answer the earlier #2, by count or data, and once for each #2: two equal #3s in a row are usual,
 * and a server that always took the second for a repetition would keep some clients in the same package for ever.
 *
 * @param guess whether anything but the cookie counts.
 */
export function reportTime(
  session: ServerSession,
  body: Buffer,
  report: PackageThree,
  cookie: string | undefined,
  guess: boolean,
): ReportTime {
  const same = session.lastReport?.equals(body) ?? false;
  if (cookie !== undefined) {
    const [id, number] = cookie.split('.');
    const behind = id === session.id ? session.packages - Number(number) : undefined;
    if (behind === 1 && same) return 'repeated';
    if (behind !== 0) return 'stale';
  }
  if (!same || !guess || session.guessedAt === session.packages) return 'current';
  if (!miscounts(session, report) && (cookie !== undefined || !carriesOtherData(session, report))) return 'current';
  session.guessedAt = session.packages;
  return 'repeated';
}

/** As many statuses as the #2 before the last had commands, and not as many as the last has. */
function miscounts({ outstanding, answered }: ServerSession, { statuses }: PackageThree): boolean {
  return statuses.length !== outstanding.length && statuses.length === answered.length;
}

/** Data in answer to commands that are not those of the last #2. */
function carriesOtherData({ outstanding, answered }: ServerSession, { statuses }: PackageThree): boolean {
  const carriesData = statuses.some(({ data, uris }) => uris.length > 0 || Object.keys(data).length > 0);
  return carriesData && JSON.stringify(outstanding) !== JSON.stringify(answered);
}
