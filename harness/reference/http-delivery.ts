import type { ServerResponse } from 'node:http';
import { planDelivery } from '../stimuli/delivery.js';
import type { PeerReply } from '../stimuli/peer.js';
import { endSocket, writePieces } from '../stimuli/socket-writing.js';

/**
 * Sends a reply in an unusual way over the socket beneath node:http. Unlike the byte-scriptable front this one cannot keep the connection
 * afterwards (node:http would lose count of its answers), so every such reply ends with a close, or a reset where one is asked for.
 */
export async function deliver(response: ServerResponse, reply: PeerReply): Promise<void> {
  const socket = response.socket;
  if (socket === null) return;
  const gone = new Promise<'gone'>((resolve) => socket.once('close', () => resolve('gone')));
  const { method = '', httpVersion } = response.req;
  for (const step of planDelivery(reply, { method, httpVersion: `HTTP/${httpVersion}`, closing: true })) {
    if (step.do === 'send') await writePieces(socket, step.pieces);
    else if (step.do === 'wait') {
      if ((await Promise.race([step.gate.pass(), gone])) === 'gone') return;
    } else endSocket(socket, step.do === 'reset' ? 'reset' : 'close');
  }
}
