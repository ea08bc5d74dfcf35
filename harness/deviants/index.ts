import type { ClientHooks, ServerHooks } from '../reference/hooks.js';
import { CLIENT_END, CLIENT_ORDERING, CLIENT_STATUS } from './client-commands.js';
import { CLIENT_FLOW, CLIENT_PACKAGES } from './client-packages.js';
import { SERVER_FLOW, SERVER_PACKAGES, SERVER_SESSIONS } from './server.js';

/** Reference clients that are wrong on purpose, by the names that `fixtures/deviants/client.yaml` uses. */
export const CLIENT_DEVIANTS: Readonly<Record<string, ClientHooks>> = {
  ...CLIENT_PACKAGES,
  ...CLIENT_FLOW,
  ...CLIENT_ORDERING,
  ...CLIENT_STATUS,
  ...CLIENT_END,
};

/** Reference servers that are wrong on purpose, by the names that `fixtures/deviants/server.yaml` uses. */
export const SERVER_DEVIANTS: Readonly<Record<string, ServerHooks>> = {
  ...SERVER_SESSIONS,
  ...SERVER_PACKAGES,
  ...SERVER_FLOW,
};
