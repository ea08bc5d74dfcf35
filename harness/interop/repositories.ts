import { writeMoSerialization } from '../protocol/mo-data.js';
import type { EventBus } from '../recorder/bus.js';
import { RepositoryCore } from '../reference/repository-core.js';
import type { Marks } from '../run/marks.js';
import { SAMPLE_MOID, sampleData } from '../run/provision.js';
import { WireServer } from '../stimuli/wire-server.js';

/** Data repository and web pages of a pair: the suite's own, recorded like those of any run, since commands may name any URI (CR 6.1.3, 6.1.4). */
export class Repositories {
  readonly #repository: WireServer;
  readonly #pages: WireServer;
  readonly #core: RepositoryCore;
  readonly #pageCore: RepositoryCore;
  readonly #host: string;

  private constructor(
    servers: readonly [WireServer, WireServer],
    cores: readonly [RepositoryCore, RepositoryCore],
    host: string,
  ) {
    [this.#repository, this.#pages] = servers;
    [this.#core, this.#pageCore] = cores;
    this.#host = host;
  }

  /**
   * @param at address to listen at, and the name by which the client reaches it.
   * @param claimed whose a transfer is; default: the session's that the address was made for.
   */
  static async open(
    bus: EventBus,
    at: { readonly listen: string; readonly advertise: string },
    claimed?: () => string | undefined,
  ): Promise<Repositories> {
    const cores = [new RepositoryCore(), new RepositoryCore()] as const;
    const claim = claimed ?? ((target: string) => /^\/x\/([^/]+)\//.exec(target)?.[1]);
    const listen = (core: RepositoryCore, local: 'repository' | 'pages'): Promise<WireServer> =>
      WireServer.listen({ handler: core.handle, host: at.listen, tap: { bus, claim, local, remote: 'client' } });
    const servers = [await listen(cores[0], 'repository'), await listen(cores[1], 'pages')] as const;
    return new Repositories(servers, cores, at.advertise);
  }

  get repositoryUrl(): string {
    return this.#origin(this.#repository);
  }

  get pagesUrl(): string {
    return this.#origin(this.#pages);
  }

  /** An address that takes uploads, and at which there is nothing yet. */
  address(token: string, name: string): string {
    return `${this.repositoryUrl}/x/${token}/${name}`;
  }

  /** The same with an object at it, or with a value where it is for a leaf; an address that ends with a slash is that of an instance. */
  holds(token: string, name: string, target: string | undefined, marks: Marks): string {
    const url = this.address(token, name);
    const leaf = target === undefined || target.endsWith('/') ? undefined : target.split('/').at(-1);
    const data = leaf === undefined ? sampleData(marks) : { [leaf]: marks.next() };
    const body = writeMoSerialization([{ clientUri: target ?? `${SAMPLE_MOID}//`, data }]);
    this.#core.serve(new URL(url).pathname, { body });
    return url;
  }

  page(token: string, name: string): string {
    const url = `${this.pagesUrl}/x/${token}/${name}`;
    this.#pageCore.page(new URL(url).pathname, 'dmconform', '<link rel="icon" href="data:,"><p>A page.</p>');
    return url;
  }

  /** What broke in them. */
  get faults(): readonly string[] {
    return [this.#repository, this.#pages].flatMap(({ faults }) => faults.map(String));
  }

  async close(): Promise<void> {
    await Promise.all([this.#repository.close(), this.#pages.close()]);
  }

  #origin({ port }: WireServer): string {
    return `http://${this.#host}:${port}`;
  }
}
