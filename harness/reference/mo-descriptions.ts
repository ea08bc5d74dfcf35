import type { DdfAccess, DdfFormat, DdfNode } from '../protocol/ddf.js';
import { readDdf } from '../protocol/ddf-reader.js';

type Occurs = 'One' | 'ZeroOrOne' | 'ZeroOrMore' | 'OneOrMore';

/** A node as it is written into a DDF. */
function node(
  name: string,
  access: readonly DdfAccess[],
  { format = 'chr', occurs = 'One', permanent = false }: NodeFacts = {},
  ...children: readonly string[]
): string {
  const empty = (names: readonly string[]) => names.map((each) => `<${each}/>`).join('');
  const properties = [
    `<AccessType>${empty(access)}</AccessType>`,
    `<DFFormat>${empty([children.length > 0 ? 'node' : format])}</DFFormat>`,
    `<Occurrence>${empty([occurs])}</Occurrence>`,
    `<Scope>${empty([permanent ? 'Permanent' : 'Dynamic'])}</Scope>`,
  ].join('');
  const written = name.replaceAll('<', '&lt;');
  return `<Node><NodeName>${written}</NodeName><DFProperties>${properties}</DFProperties>${children.join('')}</Node>`;
}

interface NodeFacts {
  readonly format?: DdfFormat;
  readonly occurs?: Occurs;
  readonly permanent?: boolean;
}

const READ: readonly DdfAccess[] = ['Get'];
const ALL: readonly DdfAccess[] = ['Add', 'Get', 'Replace', 'Delete'];
const NONE: readonly DdfAccess[] = [];
const RUN: readonly DdfAccess[] = ['Get', 'Exec'];
const FIXED: NodeFacts = { permanent: true };
const PERHAPS: NodeFacts = { permanent: true, occurs: 'ZeroOrOne' };

function fixed(...names: readonly string[]): readonly string[] {
  return names.map((name) => node(name, READ, FIXED));
}

function mgmtTree(root: string): string {
  return `<?xml version="1.0"?><MgmtTree><VerDTD>1.2</VerDTD><Man>dmconform</Man>${root}</MgmtTree>`;
}

/** DevInfo (protocol facts, section 10): all of it is read-only for the server. */
const DEV_INFO = mgmtTree(
  node(
    '<x>',
    READ,
    FIXED,
    node('Bearer', READ, PERHAPS),
    ...fixed('DevID', 'Man', 'Mod', 'DmV', 'Lang', 'DevType', 'OEM', 'FwV', 'SwV', 'HwV'),
    node('Ext', READ, PERHAPS),
  ),
);

/** DM Account (protocol facts, section 10): given at bootstrap only, and in part not even readable. */
const ACCOUNT = mgmtTree(
  node(
    '<x>',
    READ,
    { permanent: true, occurs: 'OneOrMore' },
    ...fixed('SrvID', 'SrvURI', 'Name'),
    node('Perm', NONE, FIXED, node('<x>', NONE, { permanent: true, occurs: 'OneOrMore' }, node('MOID', NONE, FIXED))),
    node(
      'Auth',
      READ,
      PERHAPS,
      node(
        'Bootstrap',
        READ,
        PERHAPS,
        ...fixed('ServerURI', 'SecMode'),
        ...['ClientPubKey', 'ServerPubKey', 'ClientSecretKey'].map((key) => node(key, NONE, PERHAPS)),
      ),
      node('Noti', READ, PERHAPS, ...fixed('Type', 'Data', 'Secret')),
      node('Trsp', READ, PERHAPS, ...fixed('Data'), node('Secret', NONE, FIXED)),
    ),
    node('Ext', READ, PERHAPS),
  ),
);

const SESSION_INFO = mgmtTree(node('<x>', READ, FIXED, ...fixed('CBT', 'ROAMING')));

/** The example object of the addressing chapter (TS 6). */
const SAMPLE = mgmtTree(
  node(
    '<x>',
    ALL,
    { occurs: 'ZeroOrMore' },
    node('ID', ALL),
    node('Setting', ALL),
    node('Note', ALL, { occurs: 'ZeroOrOne' }),
    node('Data', ALL, {}, node('<x>', ALL, { occurs: 'ZeroOrMore' }, node('Date', ALL), node('Value', ALL))),
  ),
);

const TASK = mgmtTree(
  node(
    '<x>',
    READ,
    FIXED,
    node('Run', RUN, { permanent: true, format: 'null' }),
    node('RunWithAlert', RUN, { permanent: true, format: 'null' }),
    node('Runs', READ, { permanent: true, format: 'int' }),
    // Its value may be replaced, yet the node is there for good.
    node('Fixed', ALL, FIXED),
  ),
);

/** Delegation Access Control: who else may do what with an instance (D-52). */
const DELEGATION = mgmtTree(
  node(
    '<x>',
    ['Add', 'Get', 'Delete'],
    { occurs: 'ZeroOrMore' },
    node('Target', READ),
    node('Grants', ALL, {}, node('<x>', ALL, { occurs: 'ZeroOrMore' }, node('SrvID', ALL), node('Rights', ALL))),
  ),
);

/** @throws Error when the text is no flawless device description: a mistake of this file. */
function rootOf(text: string): DdfNode {
  const { ddf, problems } = readDdf(text);
  const [root] = ddf?.nodes ?? [];
  if (root === undefined || problems.length > 0) throw new Error(problems[0]?.message ?? 'no root');
  return root;
}

/** Device descriptions of the reference device's MOs, as XML. */
export const DDF_TEXTS = { DEV_INFO, ACCOUNT, SESSION_INFO, SAMPLE, TASK, DELEGATION } as const;

/** The same as nodes: what each says of an instance's root and all below it. */
export const DESCRIBED = {
  devInfo: rootOf(DEV_INFO),
  account: rootOf(ACCOUNT),
  sessionInfo: rootOf(SESSION_INFO),
  sample: rootOf(SAMPLE),
  task: rootOf(TASK),
  delegation: rootOf(DELEGATION),
} as const;
