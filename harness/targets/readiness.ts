import { connect } from 'node:net';
import { request } from 'undici';
import type { Ready } from '../model/implementation.js';
import type { OutputLog } from './output-log.js';

/** How often an address or a port is tried. */
const PAUSE_MS = 20;

export interface WhatToWatch {
  readonly output: OutputLog;
  /** Resolves when it is gone. */
  readonly exited: Promise<void>;
  readonly withinMs: number;
  readonly fill: (text: string) => string;
}

/** Resolves when the implementation is up, with nothing; or with why it is not: it has ended, or the time is over. */
export async function whenReady(ready: Ready | undefined, watched: WhatToWatch): Promise<string | undefined> {
  if (ready === undefined) return undefined;
  const stop = new AbortController();
  const { done, what } = sign(ready, watched, stop.signal);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`it was not ready within ${watched.withinMs} ms (${what})`), watched.withinMs);
  });
  const gone = watched.exited.then(() => `it ended before it was ready (${what})`);
  try {
    return await Promise.race([done.then(() => undefined), gone, late]);
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}

interface Sign {
  readonly done: Promise<void>;
  /** In words, for the message when it does not come. */
  readonly what: string;
}

function sign(ready: Ready, { output, fill }: WhatToWatch, signal: AbortSignal): Sign {
  const line = typeof ready === 'string' ? ready : ready.line;
  if (line !== undefined) {
    const needle = fill(line);
    const { heard, stop } = output.said(needle);
    signal.addEventListener('abort', stop, { once: true });
    return { done: heard, what: `no line "${needle}" on its output` };
  }
  if (typeof ready === 'object' && ready.http !== undefined) {
    const url = fill(ready.http);
    return { done: again(() => answers(url), signal), what: `nothing answers at ${url}` };
  }
  const port = Number(fill(String(typeof ready === 'object' ? ready.port : '')));
  return { done: again(() => takes(port), signal), what: `port ${port} takes no connection` };
}

async function again(attempt: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !(await attempt())) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}

/** Any HTTP answer counts: whoever answers is up. */
async function answers(url: string): Promise<boolean> {
  try {
    const response = await request(url, { method: 'GET', headersTimeout: 1000, bodyTimeout: 1000, reset: true });
    await response.body.dump();
    return true;
  } catch {
    return false;
  }
}

function takes(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (up: boolean): void => {
      socket.destroy();
      resolve(up);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.setTimeout(1000, () => end(false));
  });
}
