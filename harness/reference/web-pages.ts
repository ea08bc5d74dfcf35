import type { PeerHandler, PeerReply, PeerRequest } from '../stimuli/peer.js';
import type { CommandList } from '../stimuli/plan.js';
import { pathOf } from './http-fields.js';

/** Below this path lie the server's web pages. */
export const PAGES = '/pages';

/** What the user of the device is asked, and what of DevInfo each answer lets the server read. */
const CHOICES: ReadonlyMap<string, string> = new Map([
  ['Man', 'Who made it'],
  ['Mod', 'Which model it is'],
  ['FwV', 'Which firmware it runs'],
]);
const DEV_INFO = 'urn:oma:mo:oma-dm-devinfo:1.2//';
/** UI sessions remembered; the oldest go first. */
const MOST = 10_000;

/**
 * The Web Server Component of interface 4 (CR 6.1.4). A SHOW of one of its URIs opens a UI session, which that URI alone tells from others; what
 * its user answers becomes a command of the device's next #2 (CR 6.2-4a).
 */
export class WebPages {
  /** Device by the URI of its UI session. */
  readonly #sessions = new Map<string, string>();
  /** What the answers ask for, by device. */
  readonly #asked = new Map<string, (readonly string[])[]>();

  /** These commands go out to the device. */
  shown(commands: CommandList, device: string): void {
    for (const [name, uri = ''] of commands) {
      if (name !== 'SHOW') continue;
      const [, target = ''] = /^https?:\/\/[^/?#]*([^#]*)/i.exec(uri) ?? [];
      if (!target.startsWith(`${PAGES}/`)) continue;
      const oldest = this.#sessions.keys().next();
      if (this.#sessions.size >= MOST && oldest.done !== true) this.#sessions.delete(oldest.value);
      this.#sessions.set(target, device);
    }
  }

  /** Commands that the answers of this device's users ask for, each given once. */
  takeAnswers(device: string): CommandList {
    const commands = this.#asked.get(device) ?? [];
    this.#asked.delete(device);
    return commands;
  }

  reset(): void {
    this.#sessions.clear();
    this.#asked.clear();
  }

  readonly handle: PeerHandler = (request) => {
    if (pathOf(request.target) !== `${PAGES}/choice`) return page(404, 'There is no such page', '');
    if (request.method === 'GET' || request.method === 'HEAD') return page(200, 'May we look at your device?', form());
    if (request.method !== 'POST') return { ...page(405, 'Not here', ''), headers: [['Allow', 'GET, HEAD, POST']] };
    return this.#answer(request);
  };

  #answer({ target, body }: PeerRequest): PeerReply {
    const choice = new URLSearchParams(body.toString('utf8')).get('choice') ?? '';
    const words = CHOICES.get(choice);
    if (words === undefined) return page(400, 'That was none of the choices', form());
    const device = this.#sessions.get(target);
    // One answer for each UI session.
    if (device !== undefined && this.#sessions.delete(target)) {
      this.#asked.set(device, [...(this.#asked.get(device) ?? []), ['GET', `${DEV_INFO}${choice}`]]);
    }
    return page(200, 'Thank you', `<p>${words}: that is all we read.</p>`);
  }
}

function form(): string {
  const buttons = [...CHOICES].map(([value, words]) => `<button name="choice" value="${value}">${words}</button>`);
  return `<p>Your operator would like to know one thing. You choose which.</p><form method="post">${buttons.join('')}</form>`;
}

const STYLE =
  'body{font:1.1rem/1.5 system-ui,sans-serif;max-width:26rem;margin:3rem auto;padding:0 1rem}button{display:block;width:100%;font:inherit;padding:.7rem;margin:.6rem 0;border:1px solid #68a;border-radius:.4rem;background:#eef5fb;color:#123}';

function page(status: number, title: string, content: string): PeerReply {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>${title}</title><style>${STYLE}</style>`;
  const html = `<!doctype html>\n<html lang="en"><head>${head}</head><body><h1>${title}</h1>${content}</body></html>\n`;
  return { status, headers: [['Content-Type', 'text/html; charset=utf-8']], body: Buffer.from(html, 'utf8') };
}
