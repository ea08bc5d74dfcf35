import { ALERT } from '../../harness/protocol/alerts.js';
import { MEDIA } from '../../harness/protocol/media-types.js';
import { writePackageOne, writePackageThree } from '../../harness/protocol/write-packages.js';
import { ReferenceServer, type ReferenceServerOptions } from '../../harness/reference/server-core.js';
import { headerValue, type PeerReply } from '../../harness/stimuli/peer.js';
import type { CommandList } from '../../harness/stimuli/plan.js';
import { request } from './support.js';

export const ONE = writePackageOne({ alerts: [{ AlertType: ALERT.client }] });
export const GET_A: CommandList = [['GET', 'urn:a:1//a']];
export const GET_B: CommandList = [['GET', 'urn:a:1//b']];
export const TWICE: CommandList = [...GET_A, ...GET_B];

interface How {
  readonly device?: string;
  readonly cookie?: string | undefined;
  readonly body?: Buffer;
  readonly target?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

export function setUp(options: ReferenceServerOptions = {}) {
  const server = new ReferenceServer(options);
  const send = async (type: string, { device = 'D1', cookie, body = ONE, target = '/dm', fields = {} }: How) => {
    const all = {
      'Content-Type': type,
      Accept: MEDIA.request,
      'OMADM-DevID': device,
      ...(cookie === undefined ? {} : { Cookie: cookie }),
      ...fields,
    };
    return await server.handle(request({ fields: all, body, target }));
  };
  return {
    server,
    one: (how: How = {}) => send(MEDIA.initiation, how),
    three: (statuses: readonly number[], how: How = {}) =>
      send(MEDIA.response, { body: writePackageThree({ statuses: statuses.map((sc) => ({ sc })) }), ...how }),
    send,
  };
}

export function commandsOf(reply: PeerReply): unknown {
  return reply.body.length === 0 ? undefined : JSON.parse(String(reply.body)).CMD;
}

export function cookieOf(reply: PeerReply): string | undefined {
  return headerValue(reply.headers, 'set-cookie')?.split(';')[0];
}
