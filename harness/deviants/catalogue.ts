import { Ajv2020 } from 'ajv/dist/2020.js';
import { readCheckedYaml, type YamlText } from '../model/checked-yaml.js';
import type { Role } from '../model/verdict.js';

/** What a deviant does, and which verdicts must change for it. */
export interface DeviantEntry {
  readonly name: string;
  /** What it does, in a sentence. */
  readonly because: string;
  /** Requirements that it breaks; each must be caught. */
  readonly breaks: readonly string[];
  /** Requirements whose scenarios bring the fault about, where those of the broken ones do not. */
  readonly seenIn?: readonly string[];
  /** Requirements that cannot hold beside those, each with the reason. */
  readonly implies?: Readonly<Record<string, string>>;
}

export interface DeviantCatalogue {
  readonly schemaVersion: 1;
  readonly role: Role;
  readonly deviants: readonly DeviantEntry[];
}

const ID = { type: 'string', pattern: '^[A-Z]{3}-[0-9]{2,}$' };

const isCatalogue = new Ajv2020({ verbose: true }).compile<DeviantCatalogue>({
  type: 'object',
  additionalProperties: false,
  required: ['schemaVersion', 'role', 'deviants'],
  properties: {
    schemaVersion: { const: 1 },
    role: { enum: ['client', 'server'] },
    deviants: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'because', 'breaks'],
        properties: {
          name: { type: 'string', pattern: '^[a-z0-9.-]+$' },
          because: { type: 'string', minLength: 1 },
          breaks: { type: 'array', minItems: 1, items: ID },
          seenIn: { type: 'array', minItems: 1, items: ID },
          implies: { type: 'object', propertyNames: ID, additionalProperties: { type: 'string', minLength: 1 } },
        },
      },
    },
  },
});

/**
 * Reads `fixtures/deviants/<role>.yaml`.
 * @throws ConformError CONFIG_UNREADABLE, naming file, line, key, what was found and what was expected.
 */
export function readCatalogue(source: YamlText): DeviantCatalogue {
  return readCheckedYaml(source, isCatalogue, 'CONFIG_UNREADABLE').value;
}
