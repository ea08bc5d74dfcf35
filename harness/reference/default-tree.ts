import type { Nodes } from '../model/statement.js';
import type { AccountTls } from './account-tls.js';
import { type Actions, describedNode } from './described.js';
import { DESCRIBED } from './mo-descriptions.js';
import { Tree } from './tree.js';
import type { MoObject, MoValue, TreeNode } from './tree-node.js';

/** MOIDs of the objects that a reference device carries. */
export const MOID = {
  devInfo: 'urn:oma:mo:oma-dm-devinfo:1.2',
  account: 'urn:oma:mo:oma-dm-dmacc:1.2',
  sessionInfo: 'urn:oma:mo:oma-sessioninfomo:1.0',
  /** The reference tree of the address vectors: instances `left` and `right`. */
  sample: 'urn:oma:mo:moid:1.0',
  /** Executable nodes. */
  task: 'urn:example:mo:task:1.0',
  /** Whatever a server wants to add instances of. */
  app: 'urn:example:mo:app:1.0',
  /** Where an HGET without a ClientURI puts data of other media types. */
  content: 'urn:example:mo:content:1.0',
  /** Delegation Access Control (D-52). */
  delegation: 'urn:example:mo:delegation:1.0',
  /** On the device, yet in no server's account. */
  private: 'urn:example:mo:private:1.0',
} as const;

/** MOIDs that the default account lets its server manage. */
export const MANAGED_MOIDS: readonly string[] = Object.values(MOID).filter((moid) => moid !== MOID.private);

/** What a DM Account holds (protocol facts, section 10). */
export interface Account {
  readonly serverId: string;
  readonly serverUri: string;
  readonly name?: string;
  /** MOIDs that the server may manage; given at bootstrap only. */
  readonly moids?: readonly string[];
  readonly notification?: { readonly secret: string; readonly data: string };
  readonly http?: { readonly user: string; readonly password: string };
  readonly tls?: AccountTls;
}

/** Where on the reference device the suite finds its nodes. */
export const REFERENCE_NODES: Nodes = {
  devInfo: `${MOID.devInfo}//`,
  account: `${MOID.account}/acc1/`,
  sessionInfo: `${MOID.sessionInfo}//`,
  sample: MOID.sample,
  executable: `${MOID.task}//Run`,
  executableWithAlert: `${MOID.task}//RunWithAlert`,
  permanent: `${MOID.task}//Fixed`,
  dynamicLeaf: `${MOID.sample}/left/Setting`,
  cacheable: `${MOID.sample}/left/`,
  secret: `${MOID.account}/acc1/Perm`,
  outsideAccount: `${MOID.private}//Secret`,
  spareMo: MOID.app,
};

function devInfo(device: string): TreeNode {
  const values: MoObject = {
    DevID: device,
    Man: 'dmconform',
    Mod: 'reference client',
    DmV: '2.0',
    Lang: 'en',
    DevType: 'reference',
    OEM: 'dmconform',
    FwV: '1.0',
    SwV: '1.0',
    HwV: '1.0',
  };
  return describedNode('di1', values, DESCRIBED.devInfo);
}

/** The DM Account as nodes; its DDF says what of it the server may read. */
export function accountNode(miid: string, account: Account): TreeNode {
  const { serverId, serverUri, notification, http, moids = MANAGED_MOIDS } = account;
  const auth: MoObject = {
    ...(notification === undefined
      ? {}
      : { Noti: { Type: 'SHA256', Data: notification.data, Secret: notification.secret } }),
    ...(http === undefined ? {} : { Trsp: { Data: http.user, Secret: http.password } }),
  };
  const values: MoObject = {
    SrvID: serverId,
    SrvURI: serverUri,
    Name: account.name ?? serverId,
    Perm: Object.fromEntries(moids.map((moid, index) => [String(index + 1), { MOID: moid }])),
    ...(Object.keys(auth).length === 0 ? {} : { Auth: auth }),
  };
  return describedNode(miid, values, DESCRIBED.account);
}

function point(date: string, value: string): MoValue {
  return { Date: date, Value: value };
}

const SAMPLES: readonly (readonly [miid: string, data: MoObject])[] = [
  ['left', { ID: 'GPS', Setting: '0xA1', Data: { 1: point('12.1', 'left one'), 2: point('12.2', 'left two') } }],
  [
    'right',
    { ID: 'Temperature', Setting: '0xB2', Data: { 1: point('12.1', 'right one'), 2: point('12.2', 'right two') } },
  ],
];

/** Executable nodes, one of which raises an event; `Runs` counts executions, so that one can read back whether there were any. */
function task(): TreeNode {
  const runs = (): TreeNode | undefined => root.children?.get('Runs');
  const ran = () => {
    const count = runs();
    if (count !== undefined) count.value = Number(count.value) + 1;
  };
  const alarm = {
    AlertType: 'urn:example:at:task:1.0',
    SourceURI: `${MOID.task}//RunWithAlert`,
    Mark: 'informational',
  };
  const actions: Actions = {
    Run: ran,
    RunWithAlert: (raise) => {
      ran();
      raise({ ...alarm, Data: { Runs: runs()?.value } });
    },
  };
  const values = { Run: null, RunWithAlert: null, Runs: 0, Fixed: 'permanent' };
  const root = describedNode('task1', values, DESCRIBED.task, actions);
  return root;
}

/** What the DDFs say, by MOID; the rest is open to everything. */
const DESCRIPTIONS = new Map<string, (typeof DESCRIBED)[keyof typeof DESCRIBED]>(
  (Object.keys(DESCRIBED) as (keyof typeof DESCRIBED)[]).map((name) => [MOID[name], DESCRIBED[name]]),
);

/** The tree of a fresh reference device: the standard MOs with their required nodes, and something of every kind to act on. */
export function defaultTree(device: string, account: Account): Tree {
  const tree = new Tree();
  for (const moid of Object.values(MOID)) {
    const ddf = `https://dmconform.example/ddf/${moid.replaceAll(':', '-')}.ddf`;
    const description = DESCRIPTIONS.get(moid);
    tree.declare({ moid, ddf, ...(description === undefined ? {} : { description }) });
  }
  tree.create(MOID.devInfo, devInfo(device), 'di1');
  tree.create(MOID.account, accountNode('acc1', account), 'acc1');
  tree.create(MOID.sessionInfo, { CBT: '3', ROAMING: 'false' }, 'si1');
  for (const [miid, data] of SAMPLES) tree.create(MOID.sample, data, miid);
  tree.create(MOID.task, task(), 'task1');
  tree.create(MOID.private, { Secret: 'not for any server' }, 'priv1');
  return tree;
}
