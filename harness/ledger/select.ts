import { ConformError } from '../model/errors.js';
import type { Ledger, Requirement } from '../model/requirement.js';
import type { Statement } from '../model/statement.js';
import type { Role } from '../model/verdict.js';

/** What a run was narrowed to (`--only`, `--chapter`); several conditions must all hold. */
export interface Selection {
  readonly ids?: readonly string[];
  readonly chapters?: readonly string[];
}

/** True when the selection names anything at all. */
export function isNarrowed(selection: Selection | undefined): selection is Selection {
  return selection !== undefined && (selection.ids !== undefined || selection.chapters !== undefined);
}

/**
 * The rows of the ledger that are judged on that role and lie in the selection, in the order of the ledger, rows that are not tested among them.
 * Ids and chapters are taken in any case. An id of the other role is no mistake: with both roles the other run takes it.
 * @throws ConformError `USAGE` for an id or chapter that the ledger does not have.
 */
export function selectRows(ledger: Ledger, role: Role, selection: Selection = {}): readonly Requirement[] {
  const ids = known(selection.ids, ledger.requirements, 'requirement');
  const chapters = known(selection.chapters, ledger.chapters, 'chapter');
  return ledger.requirements.filter(
    (row) => row.on === role && (ids?.has(row.id) ?? true) && (chapters?.has(row.chapter) ?? true),
  );
}

/**
 * How the implementation statement stands to the optional feature that a row is about:
 * `declared`; `absent`: features of its kind are declared and it is not among them; `open`: nothing is declared. A row without a feature is `declared`.
 */
export function featureStanding(row: Requirement, statement: Statement): 'declared' | 'absent' | 'open' {
  if (row.feature === undefined) return 'declared';
  const declared = declaredFeatures(row.feature, statement);
  if (declared === undefined) return 'open';
  return declared.some((feature) => feature === row.feature) ? 'declared' : 'absent';
}

/** The features of the same kind that the statement declares; undefined where it says nothing of that kind. */
function declaredFeatures(feature: string, { commands, supports }: Statement): readonly string[] | undefined {
  const [kind] = feature.split(':');
  if (kind === 'notification' || kind === 'addressing' || kind === 'security')
    return supports?.[kind]?.map((name) => `${kind}:${name}`);
  if (kind !== 'cache' && kind !== 'accessControl') return commands;
  const stated = supports?.[kind];
  return stated === undefined ? undefined : stated ? [kind] : [];
}

function known(
  wanted: readonly string[] | undefined,
  all: readonly { readonly id: string }[],
  what: string,
): ReadonlySet<string> | undefined {
  if (wanted === undefined) return undefined;
  const ids = new Set(all.map(({ id }) => id));
  const upper = wanted.map((id) => id.toUpperCase());
  const stranger = upper.find((id) => !ids.has(id));
  if (stranger === undefined) return new Set(upper);
  throw new ConformError('USAGE', `the ledger has no ${what} ${stranger}`, {
    found: stranger,
    expected: `a ${what} of the ledger`,
    remedy: 'dmconform list shows them',
  });
}
