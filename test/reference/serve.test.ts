import { expect, it } from 'vitest';
import { MEDIA } from '../../harness/protocol/media-types.js';
import { serveReference } from '../../harness/reference/serve.js';

it('serves a server, a repository and a client that talk to each other', async () => {
  const server = await serveReference({ peer: 'server' });
  const repository = await serveReference({ peer: 'repository' });
  const client = await serveReference({
    peer: 'client',
    ...(server.url === undefined ? {} : { serverUrl: server.url }),
  });
  const post = (url: string, body: unknown) => fetch(url, { method: 'POST', body: JSON.stringify(body) });
  const put = `${repository.url}/put`;
  const packages = [[['HPUT', put, 'urn:oma:mo:oma-dm-devinfo:1.2//DmV']]];
  await post(`${server.controlUrl}/queue`, { device: 'IMEI:004402990020434', packages });
  expect((await post(`${client.controlUrl}/session`, {})).status).toBe(200);
  // Only embedded peers offer a clock, so this one waits for the thing itself.
  await expect.poll(async () => (await fetch(put)).status).toBe(200);
  expect((await fetch(put)).headers.get('content-type')).toBe(MEDIA.mo);
  expect((await post(`${client.controlUrl}/clock`, { advanceMs: 1 })).status).toBe(404);
  expect(client.lines.join()).toContain('IMEI:004402990020434');
  await Promise.all([client.close(), server.close(), repository.close()]);
});
