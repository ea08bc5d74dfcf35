import type { PeerHandler } from '../stimuli/peer.js';
import type { Clock } from './clock.js';
import type { ServerHooks } from './hooks.js';
import { pathOf } from './http-fields.js';
import { Scratch } from './scratch.js';
import { PAGES } from './web-pages.js';

/** Below this path lies the server's own data repository. */
export const REPOSITORY = '/repository';

/** What a server serves beside the DM endpoint (CR 6.1.3, 6.1.4). */
export interface Places {
  readonly repository: PeerHandler;
  readonly pages: PeerHandler;
}

/** One address for all: the DM endpoint everywhere but below `/repository/` and `/pages/`. */
export function withPlaces(dm: { readonly handle: PeerHandler }, places: Places): PeerHandler {
  return (request) => {
    const path = pathOf(request.target);
    if (path.startsWith(`${REPOSITORY}/`)) return places.repository(request);
    return path.startsWith(`${PAGES}/`) ? places.pages(request) : dm.handle(request);
  };
}

/** The places as hooks may change them. */
export function hookedPlaces(places: Places, { hooks }: { readonly hooks?: ServerHooks }, clock: Clock): Places {
  const { repository, pages } = hooks ?? {};
  const scratch = new Scratch();
  const context = { session: 0, package: 0, device: undefined, clock, scratch, own: scratch };
  return {
    repository:
      repository === undefined ? places.repository : (request) => repository(request, places.repository, context),
    pages: pages === undefined ? places.pages : (request) => pages(request, places.pages, context),
  };
}
