import { CLIENT_ADDRESSING_SELDOM } from './client-addressing-seldom.js';
import { CLIENT_ALERTS } from './client-alerts.js';
import { CLIENT_CONTENT, CLIENT_CONTENT_LEGAL } from './client-content.js';
import { CLIENT_END } from './client-end.js';
import { CLIENT_FLOW } from './client-flow.js';
import { CLIENT_HTTP } from './client-http.js';
import { CLIENT_INTERACTION, CLIENT_INTERACTION_LEGAL } from './client-interaction.js';
import { CLIENT_LEGAL } from './client-legal.js';
import { CLIENT_LISTS } from './client-lists.js';
import { CLIENT_MANAGEMENT, CLIENT_MANAGEMENT_STATING } from './client-management.js';
import { CLIENT_MANAGEMENT_LEGAL, CLIENT_STATING_LEGAL } from './client-management-legal.js';
import { CLIENT_MANAGEMENT_SELDOM, CLIENT_MANAGEMENT_SELDOM_STATING } from './client-management-seldom.js';
import { CLIENT_NOTIFICATION, CLIENT_NOTIFICATION_LEGAL } from './client-notification.js';
import { CLIENT_NOTIFIED } from './client-notified.js';
import { CLIENT_ORDERING } from './client-ordering.js';
import { CLIENT_ORDERING_SELDOM } from './client-ordering-seldom.js';
import { CLIENT_PACKAGES } from './client-packages.js';
import { CLIENT_SECURITY, CLIENT_SECURITY_LEGAL, CLIENT_SECURITY_STATING_LEGAL } from './client-security.js';
import { CLIENT_SELDOM } from './client-seldom.js';
import { CLIENT_SESSION } from './client-session.js';
import { CLIENT_SESSION_SELDOM, CLIENT_SESSION_SELDOM_STATING } from './client-session-seldom.js';
import { CLIENT_STATUS } from './client-status.js';
import { CLIENT_STATUS_SELDOM } from './client-status-seldom.js';
import { CLIENT_TIMED } from './client-timed.js';
import { CLIENT_TRANSFERS } from './client-transfers.js';
import { clients, type Deviant, servers } from './deviant.js';
import { SERVER_ALERTS } from './server-alerts.js';
import { SERVER_CONTENT, SERVER_CONTENT_LEGAL } from './server-content.js';
import { SERVER_END } from './server-end.js';
import { SERVER_FLOW } from './server-flow.js';
import { SERVER_HTTP } from './server-http.js';
import { SERVER_LEGAL } from './server-legal.js';
import { SERVER_MANAGEMENT } from './server-management.js';
import { SERVER_NOTIFICATION, SERVER_NOTIFICATION_LEGAL } from './server-notification.js';
import { SERVER_ORDERING } from './server-ordering.js';
import { SERVER_PACKAGES } from './server-packages.js';
import { SERVER_SECURITY, SERVER_SECURITY_LEGAL } from './server-security.js';
import { SERVER_SELDOM } from './server-seldom.js';
import { SERVER_SESSION } from './server-session.js';
import { SERVER_TIMED } from './server-timed.js';

export type { Deviant } from './deviant.js';

/** Reference peers that are wrong on purpose; `fixtures/deviants/<role>.yaml` says what each of them breaks. */
export const DEVIANTS: readonly Deviant[] = [
  ...clients(
    CLIENT_SESSION,
    CLIENT_PACKAGES,
    CLIENT_FLOW,
    CLIENT_ORDERING,
    CLIENT_STATUS,
    CLIENT_END,
    CLIENT_NOTIFICATION,
    CLIENT_NOTIFIED,
    CLIENT_CONTENT,
    CLIENT_INTERACTION,
    CLIENT_MANAGEMENT,
    CLIENT_ALERTS,
    CLIENT_HTTP,
    CLIENT_TIMED,
    CLIENT_SECURITY,
    CLIENT_SELDOM,
    CLIENT_LISTS,
    CLIENT_TRANSFERS,
    CLIENT_STATUS_SELDOM,
    CLIENT_SESSION_SELDOM,
    CLIENT_ADDRESSING_SELDOM,
    CLIENT_MANAGEMENT_SELDOM,
    CLIENT_ORDERING_SELDOM,
  ),
  ...CLIENT_MANAGEMENT_STATING,
  ...CLIENT_SESSION_SELDOM_STATING,
  ...CLIENT_MANAGEMENT_SELDOM_STATING,
  ...servers(
    SERVER_SESSION,
    SERVER_PACKAGES,
    SERVER_FLOW,
    SERVER_ORDERING,
    SERVER_END,
    SERVER_NOTIFICATION,
    SERVER_CONTENT,
    SERVER_MANAGEMENT,
    SERVER_ALERTS,
    SERVER_HTTP,
    SERVER_SECURITY,
    SERVER_SELDOM,
    SERVER_TIMED,
  ),
];

/** Reference peers that are odd and legal: no verdict may speak against them. */
export const VARIANTS: readonly Deviant[] = [
  ...clients(
    CLIENT_LEGAL,
    CLIENT_NOTIFICATION_LEGAL,
    CLIENT_CONTENT_LEGAL,
    CLIENT_INTERACTION_LEGAL,
    CLIENT_MANAGEMENT_LEGAL,
    CLIENT_SECURITY_LEGAL,
  ),
  ...CLIENT_STATING_LEGAL,
  ...CLIENT_SECURITY_STATING_LEGAL,
  ...servers(SERVER_LEGAL, SERVER_NOTIFICATION_LEGAL, SERVER_CONTENT_LEGAL, SERVER_SECURITY_LEGAL),
];
