import { ALERTS_CLIENT } from './alerts-client.js';
import { ALERTS_DELIVERY } from './alerts-delivery.js';
import { ALERTS_EXEC } from './alerts-exec.js';
import { ALERTS_SERVER } from './alerts-server.js';
import { CONT_CLIENT } from './cont-client.js';
import { CONTENT_BODIES } from './content-bodies.js';
import { everyRequestHasCause } from './content-causes.js';
import { CONTENT_ERRORS } from './content-errors.js';
import { exactPlace, overTls } from './content-places.js';
import { CONTENT_SERVER } from './content-server.js';
import { CONTENT_TREE } from './content-tree.js';
import { CONTENT_UPLOADS } from './content-uploads.js';
import { END_CLIENT } from './end-client.js';
import { END_SERVER } from './end-server.js';
import { FLOW_CLIENT } from './flow-client.js';
import { FLOW_SERVER } from './flow-server.js';
import { HTTP_CLIENT } from './http-client.js';
import { noDowngrade } from './http-downgrade.js';
import { lostAnswersEndAttempts } from './http-lost-answers.js';
import { HTTP_SERVER } from './http-server.js';
import { INTERACTION_CLIENT } from './interaction-client.js';
import { INTERACTION_SERVER } from './interaction-server.js';
import { accountBounds, secretsStaySecret } from './mo-account-client.js';
import { addressesResolve } from './mo-addressing-client.js';
import { validatorsHold } from './mo-cache-client.js';
import { defaultsAreUsed } from './mo-defaults-client.js';
import { execRuns } from './mo-exec-client.js';
import { MO_NODES_CLIENT } from './mo-nodes-client.js';
import { refusalsChangeNothing } from './mo-refusals-client.js';
import { rightsPerInstance } from './mo-rights-client.js';
import { addressesWellFormed } from './mo-server.js';
import { standardObjects } from './mo-standard-client.js';
import { subscriptionsReport, unsubscribes } from './mo-subscriptions-client.js';
import { untouchedByOthers } from './mo-untouched-client.js';
import { NEGOTIATION_CLIENT } from './negotiation-client.js';
import { NEGOTIATION_SERVER } from './negotiation-server.js';
import { NOTIFICATION_CLIENT } from './notification-client.js';
import { NOTIFICATION_SERVER } from './notification-server.js';
import { NOTIFIED_SESSIONS } from './notified-sessions.js';
import { OPENING_CONTENTS } from './opening-contents.js';
import type { Oracle } from './oracle.js';
import { ORDERING_SERVER } from './ordering-server.js';
import { statusesInOrder } from './ordering-statuses.js';
import { ORDERING_TRANSFERS } from './ordering-transfers.js';
import { PACKAGES_CLIENT } from './packages-client.js';
import { survivesMalformed } from './packages-malformed.js';
import { malformedBringsNothing } from './packages-malformed-server.js';
import { PACKAGES_SERVER } from './packages-server.js';
import { SECURITY_CLIENT_HTTP } from './security-client-http.js';
import { SECURITY_CLIENT_TLS } from './security-client-tls.js';
import { SECURITY_SERVER } from './security-server.js';
import { SECURITY_TLS_SERVER } from './security-tls-server.js';
import { SESSION_CLIENT } from './session-client.js';
import { SESSION_SERVER } from './session-server.js';
import { STATUS_CLIENT } from './status.js';
import { readsBack, reportsPlaces } from './truth.js';

/** Every oracle of the suite, by role and chapter. Every trace goes through all of them. */
export const ORACLES: readonly Oracle[] = [
  ...SESSION_CLIENT,
  ...PACKAGES_CLIENT,
  survivesMalformed,
  ...FLOW_CLIENT,
  ...ORDERING_TRANSFERS,
  statusesInOrder,
  ...STATUS_CLIENT,
  readsBack,
  reportsPlaces,
  ...END_CLIENT,
  ...CONT_CLIENT,
  addressesResolve,
  ...MO_NODES_CLIENT,
  standardObjects,
  refusalsChangeNothing,
  accountBounds,
  rightsPerInstance,
  untouchedByOthers,
  secretsStaySecret,
  execRuns,
  validatorsHold,
  subscriptionsReport,
  unsubscribes,
  defaultsAreUsed,
  exactPlace,
  overTls,
  ...CONTENT_UPLOADS,
  ...CONTENT_BODIES,
  ...CONTENT_TREE,
  ...CONTENT_ERRORS,
  everyRequestHasCause,
  ...INTERACTION_CLIENT,
  ...ALERTS_DELIVERY,
  ...ALERTS_CLIENT,
  ...ALERTS_EXEC,
  ...HTTP_CLIENT,
  noDowngrade,
  lostAnswersEndAttempts,
  ...NEGOTIATION_CLIENT,
  ...SESSION_SERVER,
  ...PACKAGES_SERVER,
  malformedBringsNothing,
  ...FLOW_SERVER,
  ...ORDERING_SERVER,
  ...END_SERVER,
  ...NOTIFIED_SESSIONS,
  ...OPENING_CONTENTS,
  ...NOTIFICATION_CLIENT,
  ...NOTIFICATION_SERVER,
  addressesWellFormed,
  ...CONTENT_SERVER,
  ...INTERACTION_SERVER,
  ...ALERTS_SERVER,
  ...HTTP_SERVER,
  ...NEGOTIATION_SERVER,
  ...SECURITY_TLS_SERVER,
  ...SECURITY_SERVER,
  ...SECURITY_CLIENT_TLS,
  ...SECURITY_CLIENT_HTTP,
];
