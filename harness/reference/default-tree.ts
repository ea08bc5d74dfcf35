import type { Nodes } from '../model/statement.js';
import { Tree } from './tree.js';
import { type MoObject, type MoValue, TreeNode } from './tree-node.js';

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
}

/** Where on the reference device the suite finds its nodes. */
export const REFERENCE_NODES: Nodes = {
  devInfo: `${MOID.devInfo}//`,
  account: `${MOID.account}//`,
  sample: MOID.sample,
  executable: `${MOID.task}//Run`,
  executableWithAlert: `${MOID.task}//RunWithAlert`,
  permanent: `${MOID.task}//Fixed`,
};

const HIDDEN = { permanent: true, readable: false, writable: false };
const FIXED = { permanent: true, writable: false };
const FRAME = { permanent: true };

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
  return TreeNode.from('di1', values, FIXED);
}

/** The DM Account as nodes, with what the server may not read hidden: Perm and below, the transport secret. */
export function accountNode(miid: string, account: Account): TreeNode {
  const moids = account.moids ?? MANAGED_MOIDS;
  const perm = Object.fromEntries(moids.map((moid, index) => [String(index + 1), { MOID: moid }]));
  const auth: TreeNode[] = [];
  if (account.notification !== undefined) {
    const { data, secret } = account.notification;
    auth.push(TreeNode.from('Noti', { Type: 'SHA256', Data: data, Secret: secret }, FIXED));
  }
  if (account.http !== undefined) {
    const data = TreeNode.leaf('Data', account.http.user, FIXED);
    auth.push(TreeNode.over('Trsp', [data, TreeNode.leaf('Secret', account.http.password, HIDDEN)], FIXED));
  }
  const children = [
    TreeNode.leaf('SrvID', account.serverId, FIXED),
    TreeNode.leaf('SrvURI', account.serverUri, FIXED),
    TreeNode.leaf('Name', account.name ?? account.serverId, FIXED),
    TreeNode.from('Perm', perm, HIDDEN),
  ];
  if (auth.length > 0) children.push(TreeNode.over('Auth', auth, FIXED));
  return TreeNode.over(miid, children, FIXED);
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
  const runs = TreeNode.leaf('Runs', 0, FIXED);
  const ran = () => {
    runs.value = Number(runs.value) + 1;
  };
  const alarm = {
    AlertType: 'urn:example:at:task:1.0',
    SourceURI: `${MOID.task}//RunWithAlert`,
    Mark: 'informational',
  };
  return TreeNode.over(
    'task1',
    [
      TreeNode.leaf('Run', null, { ...FIXED, action: ran }),
      TreeNode.leaf('RunWithAlert', null, {
        ...FIXED,
        action: (raise) => {
          ran();
          raise({ ...alarm, Data: { Runs: runs.value } });
        },
      }),
      runs,
      TreeNode.leaf('Fixed', 'permanent', FRAME),
    ],
    FRAME,
  );
}

/** The tree of a fresh reference device: the standard MOs with their required nodes, and something of every kind to act on. */
export function defaultTree(device: string, account: Account): Tree {
  const tree = new Tree();
  for (const moid of Object.values(MOID)) {
    tree.declare({ moid, ddf: `https://dmconform.example/ddf/${moid.replaceAll(':', '-')}.ddf` });
  }
  tree.create(MOID.devInfo, devInfo(device), 'di1');
  tree.create(MOID.account, accountNode('acc1', account), 'acc1');
  tree.create(MOID.sessionInfo, TreeNode.from('si1', { CBT: '3', ROAMING: 'false' }, FIXED), 'si1');
  for (const [miid, data] of SAMPLES) tree.create(MOID.sample, data, miid);
  tree.create(MOID.task, task(), 'task1');
  tree.create(MOID.private, { Secret: 'not for any server' }, 'priv1');
  return tree;
}
