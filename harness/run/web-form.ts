import type { PeerSend } from '../stimuli/peer.js';

/** A control of a form, as far as answering it needs. */
interface Control {
  readonly name: string;
  readonly value: string;
  readonly kind: 'choice' | 'text';
}

/**
 * The request by which a user answers the first form of a page that offers a choice: its first or its last one (buttons, radio buttons, or options
 * of a list), everything else as it stands. Undefined when there is no such form.
 */
export function answerForm(html: string, pageUrl: string, choice: 'first' | 'last'): PeerSend | undefined {
  for (const [, attributes = '', content = ''] of html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gis)) {
    const controls = controlsOf(content);
    const choices = controls.filter(({ kind }) => kind === 'choice');
    const taken = choice === 'first' ? choices[0] : choices.at(-1);
    if (taken === undefined || choices.length < 2) continue;
    const fields = new URLSearchParams();
    for (const { kind, name, value } of controls) if (kind === 'text') fields.append(name, value);
    fields.append(taken.name, taken.value);
    return submission(attributes, pageUrl, fields);
  }
  return undefined;
}

function submission(attributes: string, pageUrl: string, fields: URLSearchParams): PeerSend {
  const action = attributeOf(attributes, 'action') ?? '';
  const url = new URL(action === '' ? pageUrl : action, pageUrl);
  if (attributeOf(attributes, 'method')?.toLowerCase() !== 'post') {
    url.search = fields.toString();
    return { method: 'GET', url: url.href, headers: [] };
  }
  const headers = [['Content-Type', 'application/x-www-form-urlencoded']] as const;
  // A form without an action goes to the page's own URI, as it was given.
  return { method: 'POST', url: action === '' ? pageUrl : url.href, headers, body: Buffer.from(fields.toString()) };
}

function controlsOf(content: string): readonly Control[] {
  const controls: Control[] = [];
  let list = '';
  for (const [, tag = '', attributes = ''] of content.matchAll(/<(button|input|select|option|textarea)\b([^>]*)>/gi)) {
    const name = attributeOf(attributes, 'name') ?? '';
    const value = attributeOf(attributes, 'value') ?? '';
    const type = attributeOf(attributes, 'type')?.toLowerCase() ?? '';
    const element = tag.toLowerCase();
    if (element === 'select') list = name;
    else if (element === 'option') controls.push({ name: list, value, kind: 'choice' });
    else if (name !== '') {
      const chosen = element === 'button' || type === 'radio' || type === 'submit';
      controls.push({ name, value, kind: chosen ? 'choice' : 'text' });
    }
  }
  return controls;
}

function attributeOf(attributes: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(attributes);
  const text = found?.[1] ?? found?.[2] ?? found?.[3];
  return text?.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
