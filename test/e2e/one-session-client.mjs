// The reference client as a program that runs one session and exits, for tests:  node one-session-client.mjs URL
import { ReferenceClient } from '../../dist/harness/reference/client-core.js';
import { UndiciTransport } from '../../dist/harness/reference/undici-transport.js';

const client = new ReferenceClient({ serverUrl: process.argv[2], transport: new UndiciTransport() });
const end = await client.startSession().done;
await client.close();
process.exit(end === 'ended' ? 0 : 1);
