import type { GenericAlert } from '../protocol/alerts.js';
import { parseClientUri } from '../protocol/client-uri.js';
import { fieldValue } from '../protocol/headers.js';
import type { PeerResponse, PeerSend } from '../stimuli/peer.js';
import { hasRight } from './access-control.js';
import { resolve } from './address.js';
import { AlertQueue } from './alert-queue.js';
import { alertStore } from './alert-store.js';
import { sameOrigin } from './authenticator.js';
import { type Browser, PageLoader } from './browser.js';
import { DEFAULT_TIMEOUT_MS, type ReferenceClientOptions } from './client-options.js';
import { type Clock, realClock } from './clock.js';
import type { CommandContext } from './command-context.js';
import { type Account, accountNode, defaultTree, MANAGED_MOIDS, MOID } from './default-tree.js';
import type { Cause, ClientHookContext, ClientHooks, Exchange } from './hooks.js';
import { incorporateAnywhere, localPlace } from './incorporate.js';
import { readDelivered } from './mo-content.js';
import { NotificationInbox, type Received, type ReceivedBy } from './notification-inbox.js';
import { Refused } from './refused.js';
import { Scratch } from './scratch.js';
import { Subscriptions } from './subscriptions.js';
import { type Located, type Tree, uriOf } from './tree.js';
import { type Scalar, TreeNode } from './tree-node.js';

/** All that one device keeps from session to session. */
export class Device {
  readonly id: string;
  readonly clock: Clock;
  readonly hooks: ClientHooks;
  readonly options: ReferenceClientOptions;
  readonly tree: Tree;
  readonly alerts: AlertQueue;
  readonly defaults = new Map<string, string>();
  readonly subscriptions: Subscriptions;
  readonly browser: Browser;
  readonly scratch: Scratch;
  /** Ends everything of this device that is under way. */
  readonly gone = new AbortController();
  /** The account whose server new sessions go to when nobody says otherwise: the one that the device came with. */
  account: Account;
  /** All accounts by SrvID. */
  readonly accounts = new Map<string, Account>();
  readonly inbox: NotificationInbox;
  /** Whether SHOW finds a browser to start. */
  hasBrowser = true;
  /** Sessions opened so far. */
  sessions = 0;
  /** ServerURIs that wait for the result of an EXEC. */
  readonly reports: string[] = [];

  constructor(id: string, options: ReferenceClientOptions, scratch: Scratch) {
    this.id = id;
    this.options = options;
    this.scratch = scratch;
    const { stateDir } = options;
    this.alerts = new AlertQueue(stateDir === undefined ? undefined : alertStore(stateDir, id));
    // What an EXEC of the time before a restart still owes goes to the account's server (D-24).
    this.alerts.redirect();
    this.clock = options.clock ?? realClock;
    this.hooks = options.hooks ?? {};
    this.account = { serverId: 'dm.example.com', ...options.account, serverUri: options.serverUrl };
    this.accounts.set(this.account.serverId, this.account);
    this.inbox = new NotificationInbox({
      accounts: () => [...this.accounts.values()],
      wallSeconds: options.wallSeconds ?? (() => Math.floor(Date.now() / 1000)),
    });
    this.tree = (options.tree ?? defaultTree)(id, this.account);
    this.browser = options.browser ?? new PageLoader(options.transport, this.clock);
    const context = () => this.hookContext({ kind: 'own' });
    this.subscriptions = new Subscriptions(this.tree, (request) => this.transfer(request, context()));
  }

  /**
   * Sends a request, counted as under way until its answer has come; gives up after the timeout, or when the device is reset.
   * @param account whose session it is of: towards its server the connection is secured as the account says.
   */
  send(request: PeerSend, account?: Account): Promise<PeerResponse> {
    const stop = new AbortController();
    const abort = () => stop.abort();
    if (this.gone.signal.aborted) abort();
    this.gone.signal.addEventListener('abort', abort, { once: true });
    const cancel = this.clock.setTimeout(abort, this.options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const tls = account !== undefined && sameOrigin(request.url, account.serverUri) ? account.tls : undefined;
    const secured = tls === undefined ? request : { ...request, tls };
    const answer = this.options.transport.send(secured, stop.signal).finally(() => {
      cancel();
      this.gone.signal.removeEventListener('abort', abort);
    });
    return this.clock.track(answer);
  }

  /** HTTP of interface 3, as a hook may change it. */
  transfer(
    request: PeerSend,
    context: ClientHookContext,
    send: Exchange = (wanted) => this.send(wanted),
  ): Promise<PeerResponse> {
    return this.hooks.transfer?.(request, send, context) ?? send(request);
  }

  /** What hooks get to see outside any session. */
  hookContext(cause: Cause): ClientHookContext {
    return {
      session: this.sessions,
      package: 0,
      device: this.id,
      clock: this.clock,
      scratch: this.scratch,
      own: new Scratch(),
      cause,
      tree: this.tree,
      conts: [],
      accountUri: this.account.serverUri,
      send: (request) => this.send(request),
      raise: (alert) => this.raise(alert),
    };
  }

  /** An event: becomes a Generic Alert, kept until it is delivered (CR 6.1.2). */
  raise(alert: GenericAlert, target?: string): void {
    const keep = (kept: GenericAlert) => this.alerts.add(kept, target);
    if (target !== undefined) this.reports.push(target);
    if (this.hooks.raiseAlert === undefined) keep(alert);
    else this.hooks.raiseAlert(alert, keep, this.hookContext({ kind: 'own' }));
  }

  manages(account: Account, moid: string): boolean {
    return (account.moids ?? MANAGED_MOIDS).includes(moid);
  }

  /** A change by the device itself, which no right restrains. False when there is no such place. */
  async setNode(clientUri: string, value: Scalar): Promise<boolean> {
    const { uri } = parseClientUri(clientUri);
    if (uri !== undefined && this.tree.instances(uri.moid).length === 0) await this.needs(uri.moid);
    const place = localPlace(clientUri, this.tree);
    const [leaf, ...more] = uri?.path ?? [];
    if (place === undefined && uri?.instance.kind === 'only' && leaf?.kind === 'name' && more.length === 0) {
      // Nobody gave the device that MO, so its software makes one of its own.
      if (!this.tree.supports(uri.moid) || this.tree.instances(uri.moid).length > 0) return false;
      this.tree.create(uri.moid, { [leaf.name]: value });
      return true;
    }
    if (place === undefined || place.kind === 'instance') return false;
    if (place.kind === 'child') {
      const path = [...place.parent.path, place.name];
      return this.tree.put(place.parent.instance, path, TreeNode.leaf(place.name, value));
    }
    if (place.at.node.children !== undefined) return false;
    this.tree.setValue(place.at, value);
    return true;
  }

  /** Local software needs an MO that is not there: a DEFAULT for it is used like an HGET, without any status (TS 5.3). */
  async needs(moid: string): Promise<void> {
    const url = this.defaults.get(moid);
    if (url === undefined || this.tree.instances(moid).length > 0) return;
    const context = this.hookContext({ kind: 'own' });
    const response = await this.transfer({ method: 'GET', url, headers: [] }, context).catch(() => undefined);
    if (response === undefined || response.status < 200 || response.status > 299) return;
    try {
      const delivered = readDelivered(fieldValue(response.headers, 'Content-Type'), response.body);
      if (delivered.kind === 'mo') incorporateAnywhere(delivered, this.commandContext(context, this.account));
    } catch (error) {
      // Data that does not fit is as good as none.
      if (!(error instanceof Refused)) throw error;
    }
  }

  /** A notification has come in. */
  notified(bytes: Buffer, by?: ReceivedBy): Received {
    const received = this.inbox.take(bytes, by);
    return this.hooks.notification?.(received, this.hookContext({ kind: 'own' })) ?? received;
  }

  /** Takes a new account, or replaces the one of the same server. */
  bootstrap(account: Account): void {
    if (account.serverId === this.account.serverId) this.account = account;
    this.accounts.set(account.serverId, account);
    const known = this.#accounts().find(({ node }) => node.children?.get('SrvID')?.value === account.serverId);
    const { length } = this.tree.instances(MOID.account);
    if (known === undefined) this.tree.create(MOID.account, accountNode('new', account), `acc${length + 1}`);
    else this.tree.put(known.instance, [], accountNode(known.instance.miid, account));
  }

  #accounts(): readonly Located[] {
    const { uri } = parseClientUri(uriOf({ moid: MOID.account, miid: '*', path: [] }));
    return uri === undefined ? [] : resolve(this.tree, uri);
  }

  /** What commands act on, with the rights that an account gives. */
  commandContext(context: ClientHookContext, account: Account): CommandContext {
    const { commands, tolerance } = this.options;
    const { hooks, browser } = this;
    const launch = (url: string) => browser.launch(url);
    return {
      tree: this.tree,
      manages: (moid) => {
        const allowed = this.manages(account, moid);
        return hooks.manages?.(moid, allowed, context) ?? allowed;
      },
      may: (right, instance) => {
        const asked = { serverId: account.serverId, right, instance };
        const allowed = hasRight(this.tree, asked);
        return hooks.rights?.(asked, allowed, context) ?? allowed;
      },
      serverId: account.serverId,
      lenient: tolerance === 'lenient',
      implements: (name) => commands === undefined || commands.some((each) => each === name),
      transfer: (request) => this.transfer(request, context),
      browse: (url) => (this.hasBrowser ? (hooks.browse?.(url, launch, context) ?? launch(url)) : noBrowser()),
      raise: (alert, target) => this.raise(alert, target),
      continueAt: () => undefined,
      subscriptions: this.subscriptions,
      defaults: this.defaults,
    };
  }
}

function noBrowser(): Promise<never> {
  return Promise.reject(new Error('this device has no browser'));
}
