import { closeSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConformError } from '../model/errors.js';
import { bodyBytes, type ReadSpill } from '../trace/body.js';
import type { TraceEvent, TraceFooter, TraceHeader } from '../trace/event.js';
import { eventLine, footerLine, headerLine } from '../trace/ndjson.js';
import type { Redactor } from '../trace/redact.js';
import { makeFolder } from './make-folder.js';
import { SpillStore } from './spill-store.js';

export interface WriterOptions {
  /** Where the trace goes; made when it is not there. */
  readonly folder: string;
  readonly header: TraceHeader;
  /** Holds the bodies that events refer to: `bus.spills`. */
  readonly spills?: SpillStore;
  /** Replaces secrets before anything reaches the disk. */
  readonly redactor?: Redactor;
}

/** Name of the trace file in its folder. */
export const TRACE_FILE = 'trace.ndjson';

/**
 * Writes a trace, one line for each event, straight to the file: a process that is killed leaves every event it recorded. Large bodies go to
 * files of their own, named by their digest. Every method throws ConformError OUTPUT_UNWRITABLE when the disk refuses.
 */
export class TraceWriter {
  /** Path of the trace file. */
  readonly file: string;
  readonly #folder: string;
  readonly #redactor: Redactor | undefined;
  readonly #readSpill: ReadSpill;
  readonly #spilled = new Set<string>();
  #descriptor: number | undefined;
  #events = 0;

  private constructor(options: WriterOptions) {
    this.#folder = options.folder;
    this.#redactor = options.redactor;
    const spills = options.spills ?? new SpillStore();
    this.#readSpill = (file) => spills.read(file);
    this.file = join(options.folder, TRACE_FILE);
  }

  /** Makes the folder, begins the file anew and writes the header. */
  static open(options: WriterOptions): TraceWriter {
    const writer = new TraceWriter(options);
    const header = options.redactor?.header(options.header) ?? options.header;
    // Under its name it is never without its header, whenever the suite is killed.
    const begun = `${writer.file}.begun`;
    writable(writer.file, () => {
      makeFolder(options.folder);
      writer.#descriptor = openSync(begun, 'w');
    });
    writer.#append(headerLine(header));
    writable(writer.file, () => renameSync(begun, writer.file));
    return writer;
  }

  /** Appends an event; to be subscribed to a bus as it is. After `close` events are no longer taken. */
  readonly write = (event: TraceEvent): void => {
    if (this.#descriptor === undefined) return;
    this.#append(eventLine(this.#settled(event)));
    this.#events += 1;
  };

  /** Writes the footer and closes the file. May be called again. */
  close(partial?: string): void {
    if (this.#descriptor === undefined) return;
    const footer: TraceFooter = {
      record: 'dmconform-trace-end',
      events: this.#events,
      ...(partial === undefined ? {} : { partial }),
    };
    this.#append(footerLine(footer));
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  /** The event as it may stand on the disk, its spilled body written. */
  #settled(event: TraceEvent): TraceEvent {
    const spill = (file: string, bytes: Buffer): void => this.#spill(file, bytes);
    if (this.#redactor !== undefined) return this.#redactor.event(event, this.#readSpill, spill);
    if ('body' in event && 'file' in event.body && !this.#spilled.has(event.body.file)) {
      this.#spill(event.body.file, bodyBytes(event.body, this.#readSpill));
    }
    return event;
  }

  #spill(file: string, bytes: Buffer): void {
    if (this.#spilled.has(file)) return;
    const path = join(this.#folder, file);
    writable(path, () => {
      makeFolder(dirname(path));
      writeFileSync(path, bytes);
    });
    this.#spilled.add(file);
  }

  #append(line: string): void {
    const descriptor = this.#descriptor;
    if (descriptor === undefined) return;
    writable(this.file, () => {
      const bytes = Buffer.from(line, 'utf8');
      let written = 0;
      while (written < bytes.length) written += writeSync(descriptor, bytes, written);
    });
  }
}

function writable(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new ConformError('OUTPUT_UNWRITABLE', 'cannot write the trace', {
      subject: path,
      found: error instanceof Error ? error.message : String(error),
      expected: 'a folder that may be written to, with room left',
      remedy: 'choose another folder with --out',
      cause: error,
    });
  }
}
