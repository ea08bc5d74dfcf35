import type { SchemaObject } from 'ajv';
import { MARKS } from './alerts.js';

/*
 * JSON Schemas of the three packages and the MO serialization, in our own words. `description` says what is expected, for messages.
 * Members that no schema names are legal everywhere (D-28), so nothing forbids additional ones.
 */

const string = (description: string): SchemaObject => ({ type: 'string', description });
const strings = (description: string): SchemaObject => ({
  type: 'array',
  description: `an array of strings: ${description}`,
  items: string(`a string: ${description}`),
});

/** A Generic Alert (TS 5.4). */
const alert: SchemaObject = {
  type: 'object',
  description: 'an object, the Generic Alert (TS 5.4)',
  required: ['AlertType'],
  properties: {
    AlertType: { type: 'string', minLength: 1, description: 'a string that is not empty (TS 5.4)' },
    SourceURI: string('a string (TS 5.4)'),
    TargetURI: string('a string (TS 5.4)'),
    Mark: { type: 'string', enum: [...MARKS], description: `one of ${MARKS.join(', ')} (TS 5.4)` },
    DataType: string('a string (TS 5.4)'),
    Data: { type: 'object', description: 'an object (TS 5.4)' },
  },
};

const alerts: SchemaObject = { type: 'array', description: 'an array of Generic Alerts (TS 5.4)', items: alert };

/** #1 (CR 6.2-2, TS 7.2). */
export const PACKAGE_ONE_SCHEMA: SchemaObject = {
  type: 'object',
  description: 'an object (TS 7.2)',
  properties: {
    MOS: {
      type: 'array',
      description: 'an array of supported MOs (TS 7.2)',
      items: {
        type: 'object',
        description: 'an object, the supported MO (TS 7.2)',
        required: ['MIID'],
        properties: {
          DDF: string('a string, the link to the DDF (TS 7.2)'),
          MOID: string('a string, the MOID (TS 7.2)'),
          MIID: strings('the instances of the MO (TS 7.2)'),
        },
      },
    },
    Alert: alerts,
  },
};

/** #2 (CR 6.2-3, TS 7.3). Names, arity and the least number of commands are no matter of the schema: other rules judge them. */
export const PACKAGE_TWO_SCHEMA: SchemaObject = {
  type: 'object',
  description: 'an object (TS 7.3)',
  required: ['CMD'],
  properties: {
    CMD: {
      type: 'array',
      description: 'an array of commands (TS 7.3)',
      items: {
        type: 'array',
        description: 'a command: an array of strings that is not empty (TS 7.3)',
        minItems: 1,
        items: string('a string: every member of a command is one (TS 7.3)'),
      },
    },
  },
};

/** #3 (CR 6.2-5, TS 7.4). */
export const PACKAGE_THREE_SCHEMA: SchemaObject = {
  type: 'object',
  description: 'an object (TS 7.4)',
  required: ['Status'],
  properties: {
    Status: {
      type: 'array',
      description: 'an array of statuses (TS 7.4)',
      items: {
        type: 'object',
        description: 'an object, the status of a command (TS 7.4)',
        required: ['sc'],
        properties: {
          sc: { type: 'number', description: 'a number, the status code (TS 7.4)' },
          URI: strings('where data was stored (TS 5.3, HGET)'),
        },
      },
    },
    Alert: alerts,
  },
};

/** MO serialization (TS 7, protocol facts section 7). */
export const MO_SERIALIZATION_SCHEMA: SchemaObject = {
  type: 'array',
  description: 'an array of MO serializations',
  items: {
    type: 'object',
    description: 'an object with ClientURI and MOData',
    required: ['ClientURI', 'MOData'],
    properties: {
      DDF: string('a string, the link to the DDF'),
      ClientURI: string('a string, the ClientURI of the data'),
      MOData: { type: 'object', description: 'an object, the data' },
    },
  },
};
