import { CLIENT_ALERTS } from './client-alerts.js';
import { CLIENT_END } from './client-end.js';
import { CLIENT_FLOW } from './client-flow.js';
import { CLIENT_HTTP } from './client-http.js';
import { CLIENT_LEGAL } from './client-legal.js';
import { CLIENT_ORDERING } from './client-ordering.js';
import { CLIENT_PACKAGES } from './client-packages.js';
import { CLIENT_SESSION } from './client-session.js';
import { CLIENT_STATUS } from './client-status.js';
import { clients, type Deviant, servers } from './deviant.js';
import { SERVER_ALERTS } from './server-alerts.js';
import { SERVER_END } from './server-end.js';
import { SERVER_FLOW } from './server-flow.js';
import { SERVER_HTTP } from './server-http.js';
import { SERVER_LEGAL } from './server-legal.js';
import { SERVER_ORDERING } from './server-ordering.js';
import { SERVER_PACKAGES } from './server-packages.js';
import { SERVER_SESSION } from './server-session.js';

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
    CLIENT_ALERTS,
    CLIENT_HTTP,
  ),
  ...servers(SERVER_SESSION, SERVER_PACKAGES, SERVER_FLOW, SERVER_ORDERING, SERVER_END, SERVER_ALERTS, SERVER_HTTP),
];

/** Reference peers that are odd and legal: no verdict may speak against them. */
export const VARIANTS: readonly Deviant[] = [...clients(CLIENT_LEGAL), ...servers(SERVER_LEGAL)];
