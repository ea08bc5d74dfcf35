import { defineParameterType } from '@cucumber/cucumber';
import type { Means } from '../harness/run/server-security.js';
import type { Delivery } from '../harness/stimuli/peer.js';

type Form = Pick<Delivery, 'framing' | 'chunkSize' | 'segmentBytes' | 'headerCase'>;

/** How a message goes to the wire, in words: chunks, pieces, case of header names. */
defineParameterType({
  name: 'form',
  regexp:
    /in one chunk|in chunks of \d+ bytes?|in pieces of \d+ bytes?|with header names in (?:lower|upper|mixed) case/,
  transformer: (words: string): Form => {
    const count = Number(/\d+/.exec(words)?.[0] ?? '0');
    if (words.startsWith('in one chunk')) return { framing: 'chunked' };
    if (words.startsWith('in chunks')) return { framing: 'chunked', chunkSize: count };
    if (words.startsWith('in pieces')) return { segmentBytes: count };
    const [, headerCase] = /(lower|upper|mixed)/.exec(words) ?? [];
    return { headerCase: headerCase === 'lower' ? 'lower' : headerCase === 'upper' ? 'upper' : 'mixed' };
  },
});

/** What the #1 of a device holds. */
defineParameterType({
  name: 'contents',
  regexp: /MOS and one alert|no MOS|no alert|neither MOS nor alert|MOS and three alerts|unknown members/,
  transformer: (words: string) => words,
});

/** An address at one of the suite's servers. */
defineParameterType({
  name: 'place',
  regexp: /\{(?:repository|other repository|secure repository)\}\/[\w-]+/,
  transformer: (words: string) => words,
});

/** Kinds of data that are no management objects. */
defineParameterType({
  name: 'medium',
  regexp: /octets|text|image/,
  transformer: (words: string) => words,
});

/** Where an answer breaks off, and how it was framed. */
defineParameterType({
  name: 'cut',
  regexp: /in mid-body by a close|in mid-body by a reset|between two chunks/,
  transformer: (words: string): Delivery => {
    const how = words.endsWith('reset') ? 'reset' : 'close';
    // Behind the head, and before the end of the smallest object.
    return words === 'between two chunks'
      ? { framing: 'chunked', chunkSize: 16, cut: { afterBytes: 128, how } }
      : { cut: { afterBytes: 110, how } };
  },
});

/** How a connection comes to its end. */
defineParameterType({
  name: 'ending',
  regexp: /closed|reset/,
  transformer: (word: string): 'close' | 'reset' => (word === 'closed' ? 'close' : 'reset'),
});

/** What a #1 shows of who sends it. */
const CREDENTIALS: Readonly<Record<string, Means>> = {
  'without credentials': { by: 'nothing' },
  'with a wrong password by HTTP Basic': { by: 'password', wrong: true, scheme: 'basic' },
  'with a wrong password by HTTP Digest': { by: 'password', wrong: true, scheme: 'digest' },
  'with a certificate that nobody vouches for': { by: 'certificate', from: 'stranger' },
  'by HTTP Digest with a nonce of its own making': { by: 'password', scheme: 'digest', nonce: 'made-up' },
  'by HTTP Basic': { by: 'password', scheme: 'basic' },
  'by HTTP Digest': { by: 'password', scheme: 'digest' },
  'by certificate': { by: 'certificate' },
};

defineParameterType({
  name: 'credentials',
  regexp: new RegExp(Object.keys(CREDENTIALS).join('|')),
  transformer: (words: string): Means => CREDENTIALS[words] ?? { by: 'nothing' },
});
