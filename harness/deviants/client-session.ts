import { ALERT } from '../protocol/alerts.js';
import { FIELD } from '../protocol/headers.js';
import { MEDIA } from '../protocol/media-types.js';
import type { ClientHooks } from '../reference/hooks.js';
import type { Named } from './deviant.js';
import { withField, withReason } from './rewrite.js';

const REPORT = Buffer.from('{"Status":[]}');

/** Clients that open their sessions wrongly. */
export const CLIENT_SESSION: Named<ClientHooks> = {
  'opens-with-report': {
    requestOne: (request, next) => next({ ...withField(request, FIELD.contentType, MEDIA.response), body: REPORT }),
  },
  'claims-notification': {
    packageOne: (content) => withReason(content, { AlertType: ALERT.server, Data: { NotificationID: 7 } }),
  },
  'claims-bootstrap': {
    packageOne: (content) => withReason(content, { AlertType: ALERT.bootstrap }),
  },
  'carries-identifier-later': {
    packageOne: (content, { session }) =>
      session === 2 ? withReason(content, { AlertType: ALERT.client, Data: { NotificationID: 7 } }) : content,
  },
  'takes-each-start-for-its-first': {
    packageOne: (content, { cause }) =>
      cause.kind === 'own' ? withReason(content, { AlertType: ALERT.bootstrap }) : content,
  },
  'skips-every-third-start': {
    startSession: ({ kind }, open, { scratch }) =>
      kind === 'own' && scratch.count('starts') % 3 === 2 ? undefined : open(),
  },
  'resumes-after-end': {
    requestOne: (request, next, { session }) =>
      next(session % 2 === 0 ? { ...withField(request, FIELD.contentType, MEDIA.response), body: REPORT } : request),
  },
  'resumes-what-ended': {
    requestOne: (request, next, { cause, scratch }) => {
      const resumes = cause.kind === 'own' && scratch.notes.get('before') === 'ended' && scratch.once('resumed');
      return next(resumes ? { ...withField(request, FIELD.contentType, MEDIA.response), body: REPORT } : request);
    },
    afterSession: (end, { scratch }) => {
      scratch.notes.set('before', end);
    },
  },
};
