// The reference server behind a control protocol that lacks one operation: node server-without-notify.mjs PORT CONTROL_PORT [STATUS]
// STATUS: what an operation that does not exist is answered; default 404.
import { createServer, request } from 'node:http';
import { serveReference } from '../../dist/harness/reference/serve.js';

const [port, controlPort, madeUp = '404'] = process.argv.slice(2);
const serving = await serveReference({ peer: 'server', port: Number(port) });
createServer((asked, answer) => {
  const known = ['/queue', '/reset'].includes(asked.url ?? '');
  if (!known) {
    asked.resume();
    answer.writeHead(asked.url === '/notify' ? 404 : Number(madeUp)).end();
    return;
  }
  const { method, url, headers } = asked;
  const onward = request(`${serving.controlUrl}${url}`, { method, headers }, (back) => {
    answer.writeHead(back.statusCode ?? 500, back.headers);
    back.pipe(answer);
  });
  asked.pipe(onward);
}).listen(Number(controlPort), '127.0.0.1', () => process.stdout.write('control ready\n'));
