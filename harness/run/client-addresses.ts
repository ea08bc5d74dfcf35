import type { ClientTarget } from '../targets/target.js';
import type { ClientLab } from './client-lab.js';
import { act, type RunContext } from './context.js';
import { namedNode, spares } from './named-nodes.js';
import type { Provision } from './provision.js';

/** Rows of a table: a command and its parameters each, with placeholders. */
export type Rows = readonly (readonly string[])[];

/** Places that a machine need not have. */
const SPECIAL = /^\{(web server|distant repository)\}/;

export interface ClientAddressesOptions {
  readonly context: RunContext;
  readonly lab: ClientLab;
  readonly target: ClientTarget;
  readonly token: string;
  /** An address at which nothing listens. */
  readonly nowhere: string;
}

/** What the placeholders of one scenario stand for (`{repository}/a`, `{sample}left/Setting`): addresses of the suite's own servers, and ClientURIs. */
export class ClientAddresses {
  readonly #options: ClientAddressesOptions;
  readonly #provision: Provision;

  constructor(options: ClientAddressesOptions, provision: Provision) {
    this.#options = options;
    this.#provision = provision;
  }

  /** The DM endpoint of a second server. */
  get second(): string {
    return this.#options.lab.url('otherDm', this.#options.token, 'dm');
  }

  /** The DM endpoint that the client's account names. */
  get dm(): string {
    return this.#options.lab.serverUrl(this.#options.target.addressing, this.#options.token);
  }

  /** Why some place of these rows cannot be had. */
  obstacle(rows: Rows): string | undefined {
    return this.#lacking(rows) ?? this.#outOfReach(rows);
  }

  /** Why some placeholder has no address on this client. */
  #lacking(rows: Rows): string | undefined {
    const { spared } = this.#options.target.statement;
    const reason = rows.map((row) => spares(row, spared)).find((one) => one !== undefined);
    if (reason !== undefined) return reason;
    const cells = rows.flat();
    if (cells.some((cell) => cell.startsWith('{sample}')) && this.#provision.root === undefined)
      return this.#provision.obstacle;
    for (const cell of cells) {
      const named = namedNode(cell, this.#options.target.statement.nodes);
      if (named !== undefined && 'missing' in named)
        return `the statement does not name \`${named.missing}\`, a node to act on`;
    }
    return undefined;
  }

  /** Why some server of this machine cannot be named to the client. */
  #outOfReach(rows: Rows): string | undefined {
    const unreached = rows.flat().find((cell) => SPECIAL.test(cell) && this.url(cell) === cell);
    if (unreached === undefined) return undefined;
    const place = SPECIAL.exec(unreached)?.[1] ?? '';
    return this.#options.lab.isElsewhere
      ? `the ${place} is on an address that only this machine knows, and the client is elsewhere`
      : `this machine has no ${place}`;
  }

  /** Replaces placeholders by addresses. */
  words(cell: string): string {
    const { nodes } = this.#options.target.statement;
    if (cell.startsWith('{absent}')) {
      const uri = `${nodes.devInfo}no-${this.#options.token}${cell.slice('{absent}'.length)}`;
      act(this.#options.context, this.#options.token, { name: 'absent-node', uri });
      return uri;
    }
    if (cell === '{nowhere}') {
      act(this.#options.context, this.#options.token, { name: 'unreachable', url: this.#options.nowhere });
      return this.#options.nowhere;
    }
    if (cell.startsWith('{devInfo}')) return `${nodes.devInfo}${cell.slice('{devInfo}'.length)}`;
    if (cell.startsWith('{sample}')) return `${this.#provision.root ?? ''}${cell.slice('{sample}'.length)}`;
    const named = namedNode(cell, nodes);
    return named !== undefined && 'uri' in named ? named.uri : this.url(cell);
  }

  /** An absolute address for a placeholder; what is none stays as it is. */
  url(cell: string): string {
    const [, place, name] = /^\{(.+?)\}\/(.*)$/.exec(cell) ?? [];
    const { lab } = this.#options;
    if (name === undefined) return cell;
    if (place === 'repository') return lab.url('repository', this.#options.token, name);
    if (place === 'other repository') return lab.url('otherRepository', this.#options.token, name);
    if (place === 'secure repository') return lab.url('secureRepository', this.#options.token, name);
    if (place === 'pages') return lab.url('pages', this.#options.token, name);
    if (place === 'distant repository') return lab.specialUrl('distantRepository', this.#options.token, name) ?? cell;
    if (place === 'web server') return lab.specialUrl('webServer', this.#options.token, name) ?? cell;
    if (place === 'server') return lab.url('dm', this.#options.token, name);
    return place === 'other server' ? lab.url('otherDm', this.#options.token, name) : cell;
  }
}
