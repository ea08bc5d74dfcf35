import { parseClientUri } from '../protocol/client-uri.js';
import { resolve } from './address.js';
import type { Exchange } from './hooks.js';
import { uploadOf } from './mo-content.js';
import type { Tree, TreeChange } from './tree.js';

interface Subscription {
  readonly clientUri: string;
  readonly serverUri: string;
  /** Places that it watches; grows when new nodes meet the ClientURI. */
  readonly watched: Map<string, TreeChange>;
  /** Reports go out one after another. */
  last: Promise<unknown>;
}

/** Live SUBs of a device: every change below a watched node is reported by HTTP PUT of the subtree (TS 5.3). */
export class Subscriptions {
  readonly #tree: Tree;
  readonly #transfer: Exchange;
  readonly #subscriptions = new Map<string, Subscription>();

  constructor(tree: Tree, transfer: Exchange) {
    this.#tree = tree;
    this.#transfer = transfer;
    tree.onChange((change) => this.#changed(change));
  }

  /** A SUB with the same ClientURI replaces the one before. */
  add(clientUri: string, serverUri: string): void {
    const subscription: Subscription = { clientUri, serverUri, watched: new Map(), last: Promise.resolve() };
    this.#subscriptions.set(clientUri, subscription);
    this.#watch(subscription);
  }

  /** False when there is no SUB with exactly that ClientURI. */
  remove(clientUri: string): boolean {
    return this.#subscriptions.delete(clientUri);
  }

  #changed(change: TreeChange): void {
    for (const subscription of this.#subscriptions.values()) {
      const before = [...subscription.watched.values()];
      const places = this.#watch(subscription);
      if (places.length > 0 && [...before, ...subscription.watched.values()].some((place) => concerns(change, place))) {
        this.#report(subscription);
      }
    }
  }

  #watch(subscription: Subscription) {
    const uri = parseClientUri(subscription.clientUri).uri;
    const places = uri === undefined ? [] : resolve(this.#tree, uri).filter(({ node }) => node.readable);
    for (const { instance, path } of places) {
      const place = { moid: instance.moid, miid: instance.miid, path };
      subscription.watched.set(JSON.stringify(place), place);
    }
    return places;
  }

  #report(subscription: Subscription): void {
    const { type, bytes } = uploadOf([subscription.clientUri], [this.#watch(subscription)]);
    const { serverUri: url } = subscription;
    const send = () => this.#transfer({ method: 'PUT', url, headers: [['Content-Type', type]], body: bytes });
    // A report that cannot be delivered is dropped: no retry (protocol: HTTP rules).
    subscription.last = subscription.last.then(send).catch(() => undefined);
  }
}

/** Whether a change lies at, below or above a place. */
function concerns(change: TreeChange, place: TreeChange): boolean {
  if (change.moid !== place.moid || change.miid !== place.miid) return false;
  const shared = Math.min(change.path.length, place.path.length);
  return change.path.slice(0, shared).every((name, index) => name === place.path[index]);
}
