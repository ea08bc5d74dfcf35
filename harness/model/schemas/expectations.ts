const TEXT = { type: 'string', minLength: 1 } as const;

const ISSUE = {
  requirement: { type: 'string', pattern: '^[A-Z]{3}-\\d{2,3}$' },
  /** Title of the scenario; left out: any. */
  scenario: TEXT,
  /** How the finding begins: another failure is another issue. */
  says: TEXT,
  reason: TEXT,
} as const;

/** `expectations.yaml`: what is known to fail on an implementation and why, and which failures somebody waived until when. */
export const EXPECTATIONS_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:dmconform:schema:expectations:1',
  title: 'Known issues and waivers of an implementation',
  type: 'object',
  additionalProperties: false,
  required: ['schemaVersion'],
  minProperties: 2,
  properties: {
    schemaVersion: { const: 1 },
    knownIssues: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['requirement', 'says', 'reason'],
        properties: ISSUE,
      },
    },
    waivers: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['requirement', 'says', 'reason', 'by', 'until'],
        properties: {
          ...ISSUE,
          /** Who granted it: not the vendor. */
          by: TEXT,
          /** The last day on which it holds, in UTC. */
          until: { type: 'string', pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' },
        },
      },
    },
  },
} as const;
