import type { ServerHooks } from '../reference/hooks.js';
import type { Named } from './deviant.js';

/** Servers whose addresses are wrong. */
export const SERVER_MANAGEMENT: Named<ServerHooks> = {
  'escapes-ampersands': {
    commands: (commands) => commands.map((command) => command.map((word) => word.replaceAll('&nv=', '%26nv='))),
  },
};
