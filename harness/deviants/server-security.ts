import { FIELD } from '../protocol/headers.js';
import { PSK_SUITES, type TlsVersion } from '../protocol/tls-suites.js';
import type { Identified, ServerHooks } from '../reference/hooks.js';
import type { PeerReply } from '../stimuli/peer.js';
import { headerValue } from '../stimuli/peer.js';
import type { TlsSettings } from '../stimuli/tls-front.js';
import type { Named } from './deviant.js';

/** TLS without these suites, by their OpenSSL names. */
function without(settings: TlsSettings, ...suites: readonly string[]): TlsSettings {
  const left = (settings.ciphers ?? '').split(':').filter((suite) => !suites.includes(suite));
  return { ...settings, ciphers: left.join(':') };
}

/** TLS of older versions as well, with a suite that they have. */
function downTo(settings: TlsSettings, min: TlsVersion): TlsSettings {
  const ciphers = `${settings.ciphers ?? ''}:ECDHE-RSA-AES128-SHA`;
  return { ...settings, ciphers, versions: { min, max: 'TLSv1.3' } };
}

/** The 401 with only those of its challenges for which this is true. */
function challenging(reply: PeerReply, keep: (challenge: string) => boolean): PeerReply {
  const isChallenge = (name: string): boolean => name === FIELD.wwwAuthenticate;
  return { ...reply, headers: reply.headers.filter(([name, value]) => !isChallenge(name) || keep(value)) };
}

/** As if that were who the request says it is. */
function believing(found: Identified, device: string | undefined = found.device): Identified {
  return { ...found, device, standing: 'right' };
}

/** Servers that are not careful about who talks to them, or how. */
export const SERVER_SECURITY: Named<ServerHooks> = {
  'speaks-no-tls': { plain: true },
  'agrees-to-tls-1.1': { tls: (settings) => downTo(settings, 'TLSv1.1') },
  'agrees-to-tls-1.0': { tls: (settings) => downTo(settings, 'TLSv1') },
  'asks-for-no-certificate': { tls: ({ clients: _none, ...settings }) => settings },
  'has-no-gcm-for-keys': {
    tls: (settings) =>
      without(settings, ...PSK_SUITES.map(({ openssl }) => openssl).filter((name) => name.includes('GCM'))),
  },
  'lacks-ecdhe-for-keys': { tls: (settings) => without(settings, 'ECDHE-PSK-AES128-CBC-SHA256') },
  'offers-no-basic': {
    reply: (reply) => challenging(reply, (challenge) => !challenge.startsWith('Basic')),
  },
  'reads-no-basic': {
    identify: (found) => (found.by === 'basic' ? { ...found, standing: 'wrong' } : found),
  },
  'offers-no-digest': {
    reply: (reply) => challenging(reply, (challenge) => !challenge.startsWith('Digest')),
  },
  'reads-no-md5': {
    identify: (found, request) => {
      const given = headerValue(request.headers, FIELD.authorization) ?? '';
      return found.by === 'digest' && given.includes('algorithm=MD5') ? { ...found, standing: 'wrong' } : found;
    },
  },
  'asks-nobody': {
    identify: (found, _request, { device }) => (found.by === 'nothing' ? believing(found, device) : found),
  },
  'takes-any-password': {
    identify: (found) => (found.by === 'basic' && found.device !== undefined ? believing(found) : found),
  },
  'takes-any-digest': {
    identify: (found) => (found.by === 'digest' && found.standing === 'wrong' ? believing(found) : found),
  },
  'takes-any-certificate': {
    tls: (settings) =>
      settings.clients === undefined ? settings : { ...settings, clients: { ...settings.clients, unchecked: true } },
  },
  'ends-for-the-unproven': {
    reply: (reply, _request, { two }) => (reply.status === 401 ? two([['END']]) : reply),
  },
  'knows-users-not-devices': {
    identify: (found, _request, { device }) => (found.standing === 'right' ? believing(found, device) : found),
  },
  'lacks-dhe-for-certificates': {
    tls: (settings) => without(settings, 'DHE-RSA-AES128-GCM-SHA256', 'DHE-RSA-AES128-SHA256'),
  },
  'lacks-cbc-for-certificates': {
    tls: (settings) => without(settings, 'ECDHE-ECDSA-AES128-SHA256', 'DHE-RSA-AES128-SHA256', 'AES128-SHA256'),
  },
  'has-no-rsa-certificate': {
    tls: (settings) => ({ ...settings, identities: settings.identities.slice(0, 1) }),
  },
  'counts-no-nonces': {
    identify: (found) => (found.standing === 'replayed' ? believing(found) : found),
  },
  'takes-any-nonce': {
    identify: (found) => (found.standing === 'stale' ? believing(found) : found),
  },
};

const REFUSED_PAGE = Buffer.from('<p>Who are you? {"CMD": []}');

/** The 401 with its challenges in another form. */
function rechallenging(reply: PeerReply, change: (challenges: readonly string[]) => readonly string[]): PeerReply {
  if (reply.status !== 401) return reply;
  const own = reply.headers.filter(([name]) => name === FIELD.wwwAuthenticate).map(([, value]) => value);
  const others = reply.headers.filter(([name]) => name !== FIELD.wwwAuthenticate);
  return { ...reply, headers: [...others, ...change(own).map((value) => [FIELD.wwwAuthenticate, value] as const)] };
}

/** Servers whose security is unusual and as it should be. */
export const SERVER_SECURITY_LEGAL: Named<ServerHooks> = {
  'speaks-tls-1.3-only': { tls: (settings) => ({ ...settings, versions: { min: 'TLSv1.3', max: 'TLSv1.3' } }) },
  'speaks-tls-1.2-only': { tls: (settings) => ({ ...settings, versions: { min: 'TLSv1.2', max: 'TLSv1.2' } }) },
  'wants-a-certificate-of-all': {
    tls: (settings) =>
      settings.clients === undefined ? settings : { ...settings, clients: { ...settings.clients, required: true } },
  },
  'challenges-in-one-field': { reply: (reply) => rechallenging(reply, (challenges) => [challenges.join(', ')]) },
  'offers-the-worst-first': { reply: (reply) => rechallenging(reply, (challenges) => challenges.toReversed()) },
  'offers-unknown-schemes': {
    reply: (reply) => rechallenging(reply, (own) => ['Negotiate', 'Bearer realm="a, \\"b\\"", scope=""', ...own]),
  },
  'offers-md5-only': {
    reply: (reply) =>
      rechallenging(reply, (own) =>
        own
          .flatMap((field) => field.split(/, (?=(?:Basic|Digest) )/))
          .filter((challenge) => !challenge.includes('algorithm=SHA-256')),
      ),
  },
  'says-why-it-refuses': {
    reply: (reply) =>
      reply.status === 401
        ? { ...reply, headers: [...reply.headers, [FIELD.contentType, 'text/html']], body: REFUSED_PAGE }
        : reply,
  },
  'closes-after-challenges': {
    reply: (reply) =>
      reply.status === 401 ? { ...reply, delivery: { cut: { afterBytes: 65_536, how: 'close' } } } : reply,
  },
  'challenges-strangers-again': {
    identify: (found, _request, { device }) => (found.device === device ? found : { ...found, standing: 'wrong' }),
  },
  'takes-nonces-once': {
    identify: (found, request, { scratch }) => {
      const [nonce] = /nonce="[^"]*"/.exec(headerValue(request.headers, FIELD.authorization) ?? '') ?? [];
      if (found.by !== 'digest' || found.standing !== 'right' || nonce === undefined) return found;
      return scratch.once(nonce) ? found : { ...found, standing: 'stale' };
    },
  },
  'hides-that-a-nonce-is-stale': {
    reply: (reply) => rechallenging(reply, (own) => own.map((challenge) => challenge.replace(', stale=true', ''))),
  },
  'sends-authentication-info': {
    reply: (reply) =>
      reply.status === 200
        ? { ...reply, headers: [...reply.headers, ['Authentication-Info', 'qop=auth, rspauth="0"']] }
        : reply,
  },
};
