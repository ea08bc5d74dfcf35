import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { holdDeafPort } from '../../harness/run/deaf-port.js';

it('a deaf port refuses connections and can be taken by nobody, until it is let go', async () => {
  const deaf = await holdDeafPort();
  const [error] = await once(connect(deaf.port, '127.0.0.1'), 'error');
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  const other = createServer();
  other.listen(deaf.port, '127.0.0.1');
  expect((await once(other, 'error'))[0]).toMatchObject({ code: 'EADDRINUSE' });
  await deaf.close();
});
