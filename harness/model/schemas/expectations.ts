const TEXT = { type: 'string', minLength: 1 } as const;

/** `expectations.yaml`: what is known to fail on an implementation, and why. */
export const EXPECTATIONS_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:dmconform:schema:expectations:1',
  title: 'Known issues of an implementation',
  type: 'object',
  additionalProperties: false,
  required: ['schemaVersion', 'knownIssues'],
  properties: {
    schemaVersion: { const: 1 },
    knownIssues: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['requirement', 'says', 'reason'],
        properties: {
          requirement: { type: 'string', pattern: '^[A-Z]{3}-\\d{2,3}$' },
          /** Title of the scenario; left out: any. */
          scenario: TEXT,
          /** How the finding begins: another failure is another issue. */
          says: TEXT,
          reason: TEXT,
        },
      },
    },
  },
} as const;
