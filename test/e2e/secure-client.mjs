// The reference client as a program that runs one session and exits, for tests:
//   node secure-client.mjs URL CA CERT KEY IDENTITY PSK USER PASSWORD [NOTES]
// With NOTES it is as careless as a client can be: it prints whatever it was given, and writes it to that file besides, one secret a line.
import { readFileSync, writeFileSync } from 'node:fs';
import { ReferenceClient } from '../../dist/harness/reference/client-core.js';
import { UndiciTransport } from '../../dist/harness/reference/undici-transport.js';

const [url, ca, cert, key, identity, psk, user, password, notes] = process.argv.slice(2);
const text = (file) => readFileSync(file, 'utf8');
// Which of its means a client uses is its own affair; this one goes by the address, so that it shows both.
const means = url.includes('/psk-')
  ? { psk: { identity, key: psk } }
  : { ca: text(ca), clientCert: text(cert), clientKey: text(key) };
if (notes !== undefined) {
  const lines = text(key)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('-----'));
  writeFileSync(notes, [psk, password, `${user}:${password}`, ...lines].join('\n'));
  console.log(`key ${psk}, password ${password}, basic ${Buffer.from(`${user}:${password}`).toString('base64')}`);
  console.error(text(key));
}
// What it tells its server is wrong, so that a finding quotes it.
const careless = {
  packageOne: (content) => ({
    ...content,
    alerts: [...(content.alerts ?? []), { AlertType: 'urn:example:at:careless', Mark: password }],
  }),
};
const client = new ReferenceClient({
  serverUrl: url,
  ...(notes === undefined ? {} : { hooks: careless }),
  transport: new UndiciTransport({ ca: text(ca) }),
  account: { http: { user, password }, tls: { ca: text(ca), ...means } },
});
const end = await client.startSession().done;
await client.close();
process.exit(end === 'ended' ? 0 : 1);
