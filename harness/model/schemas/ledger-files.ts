const SCHEMA = 'https://json-schema.org/draft/2020-12/schema';
const REQUIREMENT_ID = '^[A-Z]{3}-\\d{2,3}$';
const DECISION_ID = '^D-\\d{2}$';
const TEXT = { type: 'string', minLength: 1 } as const;

/** `fixtures/requirements/<chapter>.yaml`: the rows of one chapter. */
export const REQUIREMENT_FILE_SCHEMA = {
  $schema: SCHEMA,
  $id: 'urn:dmconform:schema:requirement-file:1',
  title: 'Requirements of one chapter of the ledger',
  type: 'object',
  additionalProperties: false,
  required: ['schemaVersion', 'chapter', 'requirements'],
  properties: {
    schemaVersion: { const: 1 },
    chapter: { type: 'string', pattern: '^[A-Z]{3}$' },
    requirements: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'on', 'level', 'source', 'statement', 'har', 'shows'],
        properties: {
          id: { type: 'string', pattern: REQUIREMENT_ID },
          on: { enum: ['client', 'server'] },
          level: { enum: ['M', 'S', 'Y'] },
          source: {
            type: 'array',
            minItems: 1,
            items: { type: 'string', pattern: '^(CR \\d|TS \\d|RFC \\d+ \\d|D-\\d{2}$|ours$)' },
          },
          statement: TEXT,
          // Cucumber expressions give parentheses, braces and slashes a meaning of their own.
          shows: { type: 'string', pattern: '^[^(){}/\\\\]+$' },
          decisions: { type: 'array', uniqueItems: true, items: { type: 'string', pattern: DECISION_ID } },
          har: { type: 'boolean' },
          notTested: TEXT,
          feature: {
            type: 'string',
            pattern:
              '^([A-Z]+|cache|accessControl|notification:[A-Z0-9-]+|addressing:(query|x-name|wildcard)|security:(basic|digest|x509|psk))$',
          },
          entails: {
            type: 'object',
            minProperties: 1,
            propertyNames: { type: 'string', pattern: REQUIREMENT_ID },
            additionalProperties: TEXT,
          },
        },
      },
    },
  },
} as const;

/** `fixtures/requirements/decisions.yaml`: the ambiguity register. */
export const DECISION_FILE_SCHEMA = {
  $schema: SCHEMA,
  $id: 'urn:dmconform:schema:decision-file:1',
  title: 'Ambiguity register',
  type: 'object',
  additionalProperties: false,
  required: ['schemaVersion', 'decisions'],
  properties: {
    schemaVersion: { const: 1 },
    decisions: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'question', 'decision', 'basis', 'because', 'changeable'],
        properties: {
          id: { type: 'string', pattern: DECISION_ID },
          question: TEXT,
          decision: TEXT,
          basis: { enum: ['CR/TS', 'open', 'ours'] },
          because: TEXT,
          changeable: { type: 'boolean' },
        },
      },
    },
  },
} as const;

/** `fixtures/requirements/clauses.yaml`: the sentences of a source and what judges each. */
export const CLAUSE_FILE_SCHEMA = {
  $schema: SCHEMA,
  $id: 'urn:dmconform:schema:clause-file:1',
  title: 'Clauses of a source',
  type: 'object',
  additionalProperties: false,
  required: ['schemaVersion', 'source', 'clauses'],
  properties: {
    schemaVersion: { const: 1 },
    source: { type: 'string', minLength: 1 },
    clauses: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'says'],
        properties: {
          id: { type: 'string', pattern: '^[A-Z]+ [0-9.a-z-]+$' },
          says: TEXT,
          requirements: {
            type: 'array',
            minItems: 1,
            uniqueItems: true,
            items: { type: 'string', pattern: REQUIREMENT_ID },
          },
          decisions: { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'string', pattern: DECISION_ID } },
          reason: TEXT,
        },
      },
    },
  },
} as const;

/** `fixtures/requirements/chapters.yaml`: version of the ledger and order of its chapters. */
export const CHAPTER_FILE_SCHEMA = {
  $schema: SCHEMA,
  $id: 'urn:dmconform:schema:chapter-file:1',
  title: 'Chapters of the ledger',
  type: 'object',
  additionalProperties: false,
  required: ['schemaVersion', 'ledger', 'chapters'],
  properties: {
    schemaVersion: { const: 1 },
    ledger: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+$' },
    chapters: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'title', 'source', 'file'],
        properties: {
          id: { type: 'string', pattern: '^[A-Z]{3}$' },
          title: TEXT,
          source: TEXT,
          file: { type: 'string', pattern: '^[a-z-]+\\.yaml$' },
        },
      },
    },
  },
} as const;
