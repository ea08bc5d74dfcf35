import type { OperationName, Steering } from './steer.js';

/** What became of trying a control operation. */
export interface ProbedOperation {
  readonly operation: OperationName;
  /** `unclear`: it was refused in a way that says neither; the reason tells how. */
  readonly standing: 'offered' | 'not offered' | 'unclear';
  readonly detail?: string;
}

/** Bodies that change nothing, or that no implementation can use: a refusal of them shows that the operation is there. */
const BODIES: Readonly<Partial<Record<OperationName, unknown>>> = {
  notify: Buffer.of(0),
  raiseAlert: { AlertType: 'urn:example:at:probe:1.0', Mark: 'harmless' },
  setBrowser: { available: true },
};

/**
 * Tries each operation, and puts the implementation back to its start. `startSession` is left to whoever follows the session.
 */
export async function probeOperations(
  steering: Steering,
  operations: readonly OperationName[],
): Promise<readonly ProbedOperation[]> {
  const probed: ProbedOperation[] = [];
  const tried = operations.filter((operation) => operation !== 'startSession' && operation !== 'reset');
  for (const operation of [...tried, ...operations.filter((name) => name === 'reset')]) {
    const { accepted, offered, detail } = await steering.call(operation, BODIES[operation] ?? {});
    const refused = !accepted && /answered 4(?!0[1345])\d\d|ended with code/.test(detail ?? '');
    const standing = !offered ? 'not offered' : accepted || refused ? 'offered' : 'unclear';
    probed.push({ operation, standing, ...(accepted || detail === undefined ? {} : { detail }) });
  }
  return probed;
}
