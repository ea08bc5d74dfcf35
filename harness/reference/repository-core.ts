import { MEDIA } from '../protocol/media-types.js';
import type { Delivery, HeaderList, PeerHandler, PeerReply, PeerRequest } from '../stimuli/peer.js';
import { fieldOf, pathOf } from './http-fields.js';

/** One prepared answer of the repository. What is left out: 200, management object data, no further header. */
export interface PreparedReply {
  readonly status?: number;
  /** Media type of the body; `undefined` in `headers` and here means the MO serialization (D-14). */
  readonly type?: string;
  readonly body?: Buffer | string;
  readonly headers?: HeaderList;
  readonly delivery?: Delivery;
}

/** An answer that is worked out when the request is there. */
export type ReplySource = PreparedReply | ((request: PeerRequest) => PreparedReply);

/** Something that was put or posted here, in the order of arrival. */
export interface Upload {
  readonly method: string;
  readonly target: string;
  readonly type: string | undefined;
  readonly body: Buffer;
  readonly headers: HeaderList;
}

interface Resource {
  /** Answers in turn, for each method; the last one repeats. */
  readonly replies: Map<string, ReplySource[]>;
  readonly uploads: Upload[];
}

/** Uploads kept in all. */
const KEPT_UPLOADS = 10_000;
const KEPT_RESOURCES = 10_000;
/** Bytes of uploads kept in all; beyond that the oldest go. */
const KEPT_BYTES = 512 * 1024 * 1024;

function render(prepared: PreparedReply): PeerReply {
  const body = Buffer.from(prepared.body ?? '');
  const type = prepared.type ?? MEDIA.mo;
  const headers: HeaderList =
    body.length === 0 && prepared.type === undefined
      ? (prepared.headers ?? [])
      : [['Content-Type', type], ...(prepared.headers ?? [])];
  const reply = { status: prepared.status ?? 200, headers, body };
  return prepared.delivery === undefined ? reply : { ...reply, delivery: prepared.delivery };
}

/** A plain web server for management data and web pages: it knows no OMADM header (CR 6.1.3, 6.1.4). */
export class RepositoryCore {
  readonly #resources = new Map<string, Resource>();
  /** Paths of the uploads in the order of arrival, with their sizes. */
  readonly #arrivals: { readonly key: string; readonly size: number }[] = [];
  #bytes = 0;

  /** Prepares the answers to GET of a path (or of a path with its query), in turn; the last one repeats. */
  serve(path: string, ...replies: readonly ReplySource[]): void {
    this.answer('GET', path, ...replies);
  }

  /** Prepares the answers to any method. Uploads are stored all the same. */
  answer(method: string, path: string, ...replies: readonly ReplySource[]): void {
    this.#resource(path).replies.set(method.toUpperCase(), [...replies]);
  }

  /** Prepares a web page for a SHOW (CR 6.1.4). */
  page(path: string, title: string, html = ''): void {
    const body = `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1>${html}</body></html>\n`;
    this.serve(path, { type: 'text/html; charset=utf-8', body });
  }

  /** What was put or posted to a path, oldest first. */
  uploads(path: string): readonly Upload[] {
    return this.#resources.get(path)?.uploads ?? [];
  }

  /** Forgets everything prepared and stored. */
  reset(): void {
    this.#resources.clear();
    this.#arrivals.length = 0;
    this.#bytes = 0;
  }

  readonly handle: PeerHandler = (request) => {
    const method = request.method.toUpperCase();
    const key = this.#resources.has(request.target) ? request.target : pathOf(request.target);
    const upload = method === 'PUT' || method === 'POST';
    if (upload) this.#store(key, method, request);
    const resource = this.#resources.get(key);
    const prepared = this.#next(resource, method === 'HEAD' ? 'GET' : method, request);
    if (prepared !== undefined) return render(prepared);
    if (upload) return { status: 200, headers: [], body: Buffer.alloc(0) };
    if (method === 'GET' || method === 'HEAD') return this.#stored(resource);
    return { status: 405, headers: [['Allow', 'GET, HEAD, PUT, POST']], body: Buffer.alloc(0) };
  };

  #stored(resource: Resource | undefined): PeerReply {
    const last = resource?.uploads.findLast((upload) => upload.method === 'PUT');
    if (last === undefined) return { status: 404, headers: [], body: Buffer.alloc(0) };
    return { status: 200, headers: [['Content-Type', last.type ?? 'application/octet-stream']], body: last.body };
  }

  #next(resource: Resource | undefined, method: string, request: PeerRequest): PreparedReply | undefined {
    const replies = resource?.replies.get(method);
    const source = replies !== undefined && replies.length > 1 ? replies.shift() : replies?.[0];
    return typeof source === 'function' ? source(request) : source;
  }

  #store(key: string, method: string, request: PeerRequest): void {
    const { target, headers, body } = request;
    this.#resource(key).uploads.push({ method, target, type: fieldOf(request, 'content-type'), headers, body });
    this.#arrivals.push({ key, size: body.length });
    this.#bytes += body.length;
    while (this.#bytes > KEPT_BYTES || this.#arrivals.length > KEPT_UPLOADS) this.#dropOldest();
  }

  #dropOldest(): void {
    const oldest = this.#arrivals.shift();
    if (oldest === undefined) return;
    this.#bytes -= oldest.size;
    this.#resources.get(oldest.key)?.uploads.shift();
  }

  #resource(path: string): Resource {
    const known = this.#resources.get(path);
    if (known !== undefined) return known;
    const oldest = this.#resources.keys().next();
    if (this.#resources.size >= KEPT_RESOURCES && oldest.done !== true) this.#resources.delete(oldest.value);
    const made: Resource = { replies: new Map(), uploads: [] };
    this.#resources.set(path, made);
    return made;
  }
}
