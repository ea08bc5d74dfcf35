import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConformError } from '../model/errors.js';
import type { GenericAlert } from '../protocol/alerts.js';
import type { AlertStore, QueuedAlert } from './alert-queue.js';

interface Stored {
  readonly alert: GenericAlert;
  readonly target?: string;
}

/**
 * Keeps a device's undelivered alerts in a file of this folder, written whole or not at all.
 * @throws ConformError CONFIG_UNREADABLE when the file that is there holds something else.
 */
export function alertStore(folder: string, device: string): AlertStore {
  const path = join(folder, `alerts-${encodeURIComponent(device)}.json`);
  return {
    load: () => read(path),
    save: (waiting) => {
      mkdirSync(folder, { recursive: true });
      const stored = waiting.map(({ alert, target }) => ({ alert, ...(target === undefined ? {} : { target }) }));
      writeFileSync(`${path}.new`, JSON.stringify(stored));
      renameSync(`${path}.new`, path);
    },
  };
}

function read(path: string): readonly QueuedAlert[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  const value = parse(text);
  if (Array.isArray(value) && value.every(isStored)) return value.map(({ alert, target }) => ({ alert, target }));
  throw new ConformError('CONFIG_UNREADABLE', 'the kept alerts cannot be read', {
    subject: path,
    expected: 'an array of { "alert", "target"? }',
    remedy: 'move the file away; its alerts are lost then',
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isStored(value: unknown): value is Stored {
  const alert: unknown = typeof value === 'object' && value !== null && 'alert' in value ? value.alert : undefined;
  return typeof alert === 'object' && alert !== null && 'AlertType' in alert && typeof alert.AlertType === 'string';
}
