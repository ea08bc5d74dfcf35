import { writeMoSerialization } from '../protocol/mo-data.js';
import type { PreparedReply } from '../reference/repository-core.js';
import type { Delivery, HeaderList } from '../stimuli/peer.js';
import type { ClientAddresses } from './client-addresses.js';
import type { ClientLab } from './client-lab.js';
import type { Marks } from './marks.js';
import { SAMPLE_MOID, sampleData } from './provision.js';

const PAGE = '<!doctype html><link rel="icon" href="data:,"><title>dmconform</title><p>A page.</p>';

/** What the repositories and the pages of one scenario hold, and how they give it out. */
export class ClientContent {
  readonly #lab: ClientLab;
  readonly #marks: Marks;
  readonly #addresses: ClientAddresses;
  /** Prepared answers by address; everything else gets a fresh value. */
  readonly #prepared = new Set<string>();
  /** How the answer of an address goes to the wire. */
  readonly #delivered = new Map<string, Delivery>();
  /** Makes what an address holds, once it is known which node fetches it. */
  readonly #made = new Map<string, (target: string | undefined) => PreparedReply>();

  constructor({ lab, marks }: { readonly lab: ClientLab; readonly marks: Marks }, addresses: ClientAddresses) {
    this.#lab = lab;
    this.#marks = marks;
    this.#addresses = addresses;
  }

  /** A fresh object at this address, or several in one delivery. */
  holdsObjects(place: string, count: number): void {
    const items = Array.from({ length: count }, () => ({
      clientUri: `${SAMPLE_MOID}//`,
      data: sampleData(this.#marks),
    }));
    this.prepare(this.#addresses.url(place), 'GET', { body: writeMoSerialization(items) });
  }

  /** The repository answers any method at this address with the status. */
  fails(place: string, status: number): void {
    const url = this.#addresses.url(place);
    for (const method of ['GET', 'PUT', 'POST']) this.prepare(url, method, { status, type: 'text/plain', body: 'no' });
  }

  /** The repository takes uploads at this address, or refuses them with the status, and names the media types that it wants. */
  wants(place: string, status: number, types: string): void {
    const url = this.#addresses.url(place);
    const headers: HeaderList = [['OMADM-Accept', types]];
    for (const method of ['PUT', 'POST']) this.prepare(url, method, { status, type: 'text/plain', body: '-', headers });
  }

  /** The repository's answer to a method at this address. */
  answers(place: string, method: string, reply: PreparedReply): void {
    this.prepare(this.#addresses.url(place), method, reply);
  }

  /** What this address holds, made when it is known which node fetches it. */
  makes(place: string, make: (target: string | undefined) => PreparedReply): void {
    this.#made.set(this.#addresses.url(place), make);
  }

  /** How the answer at this address goes to the wire, whatever it is. */
  deliversAt(place: string, delivery: Delivery): void {
    this.#delivered.set(this.#addresses.url(place), delivery);
  }

  /** A web page for a SHOW. */
  showsPage(place: string, delivery: Delivery = {}): void {
    this.prepare(this.#addresses.url(place), 'GET', { type: 'text/html', body: PAGE, delivery });
  }

  /** What is fetched or uploaded at this address goes out in that way. */
  withholds(place: string, delivery: Delivery): void {
    const url = this.#addresses.url(place);
    this.#delivered.set(url, delivery);
    for (const method of ['PUT', 'POST']) this.prepare(url, method, { body: 'stored', type: 'text/plain', delivery });
    this.#prepared.delete(url);
  }

  /** An HGET finds a fresh value at its address, unless the scenario prepared something else. */
  fill([name, url, target]: readonly string[]): void {
    if (name === 'DEFAULT' && url !== undefined && target !== undefined) this.#fillDefault(url, target);
    if (name !== 'HGET' || url === undefined || this.#prepared.has(url)) return;
    const made = this.#made.get(url);
    if (made !== undefined) {
      this.prepare(url, 'GET', made(target));
      return;
    }
    const item =
      target === undefined
        ? { clientUri: `${SAMPLE_MOID}//`, data: sampleData(this.#marks) }
        : { clientUri: target, data: this.#leaf(target) };
    const delivery = this.#delivered.get(url);
    this.prepare(url, 'GET', { body: writeMoSerialization([item]), ...(delivery === undefined ? {} : { delivery }) });
  }

  /** A DEFAULT finds a fresh instance of its MO. */
  #fillDefault(url: string, moid: string): void {
    const item = { clientUri: `${moid}//`, data: { Level: this.#marks.next() } };
    this.prepare(url, 'GET', { body: writeMoSerialization([item]) });
  }

  #leaf(target: string): Readonly<Record<string, string>> {
    const name =
      target
        .split('?')[0]
        ?.split('/')
        .findLast((part) => part !== '') ?? 'value';
    return { [name]: this.#marks.next() };
  }

  /** The repositories and the pages answer the method at that address so. */
  prepare(url: string, method: string, reply: PreparedReply): void {
    const lab = this.#lab;
    this.#prepared.add(url);
    const path = new URL(url).pathname;
    if (lab.webServer.origin === new URL(url).origin) lab.webServer.put(path, reply.body ?? '');
    for (const core of [lab.repository, lab.otherRepository, lab.pages]) core.answer(method, path, reply);
  }
}
