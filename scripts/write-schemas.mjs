// Writes reports/schema/*.schema.json from the schemas in harness/model/schemas. Run it after a change there: npm run schemas
import { writeFileSync } from 'node:fs';
import { EXPECTATIONS_SCHEMA } from '../dist/harness/model/schemas/expectations.js';
import { IMPLEMENTATION_SCHEMA } from '../dist/harness/model/schemas/implementation.js';
import { INTEROP_SCHEMA } from '../dist/harness/model/schemas/interop.js';
import {
  CHAPTER_FILE_SCHEMA,
  CLAUSE_FILE_SCHEMA,
  DECISION_FILE_SCHEMA,
  REQUIREMENT_FILE_SCHEMA,
} from '../dist/harness/model/schemas/ledger-files.js';
import { PROOF_SCHEMA } from '../dist/harness/model/schemas/proof.js';
import { RESULT_SCHEMA } from '../dist/harness/model/schemas/result.js';

const schemas = {
  'chapter-file': CHAPTER_FILE_SCHEMA,
  'clause-file': CLAUSE_FILE_SCHEMA,
  'decision-file': DECISION_FILE_SCHEMA,
  expectations: EXPECTATIONS_SCHEMA,
  implementation: IMPLEMENTATION_SCHEMA,
  interop: INTEROP_SCHEMA,
  proof: PROOF_SCHEMA,
  'requirement-file': REQUIREMENT_FILE_SCHEMA,
  result: RESULT_SCHEMA,
};
for (const [name, schema] of Object.entries(schemas)) {
  const file = new URL(`../reports/schema/${name}.schema.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`);
}
