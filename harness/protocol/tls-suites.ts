/** A cipher suite of TS 9. */
export interface Suite {
  /** Its registered name. */
  readonly name: string;
  readonly code: number;
  /** What the server proves its identity with. */
  readonly by: 'psk' | 'certificate';
  /** What OpenSSL calls it. */
  readonly openssl: string;
}

const suite = (code: number, name: string, openssl: string, by: Suite['by']): Suite => ({ name, code, by, openssl });

/** The suites of TS 9 for pre-shared keys: a server supports all of them, a client that uses PSK at least one. */
export const PSK_SUITES: readonly Suite[] = [
  suite(0x00a8, 'TLS_PSK_WITH_AES_128_GCM_SHA256', 'PSK-AES128-GCM-SHA256', 'psk'),
  suite(0x00aa, 'TLS_DHE_PSK_WITH_AES_128_GCM_SHA256', 'DHE-PSK-AES128-GCM-SHA256', 'psk'),
  suite(0x00ac, 'TLS_RSA_PSK_WITH_AES_128_GCM_SHA256', 'RSA-PSK-AES128-GCM-SHA256', 'psk'),
  suite(0x00ae, 'TLS_PSK_WITH_AES_128_CBC_SHA256', 'PSK-AES128-CBC-SHA256', 'psk'),
  suite(0x00b2, 'TLS_DHE_PSK_WITH_AES_128_CBC_SHA256', 'DHE-PSK-AES128-CBC-SHA256', 'psk'),
  suite(0x00b6, 'TLS_RSA_PSK_WITH_AES_128_CBC_SHA256', 'RSA-PSK-AES128-CBC-SHA256', 'psk'),
  suite(0xc037, 'TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256', 'ECDHE-PSK-AES128-CBC-SHA256', 'psk'),
];

/** The suites of TS 9 for certificates: a server supports all of them, a client that uses X.509 at least one. */
export const CERTIFICATE_SUITES: readonly Suite[] = [
  suite(0xc02b, 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'ECDHE-ECDSA-AES128-GCM-SHA256', 'certificate'),
  suite(0xc023, 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256', 'ECDHE-ECDSA-AES128-SHA256', 'certificate'),
  suite(0x009e, 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256', 'DHE-RSA-AES128-GCM-SHA256', 'certificate'),
  suite(0x0067, 'TLS_DHE_RSA_WITH_AES_128_CBC_SHA256', 'DHE-RSA-AES128-SHA256', 'certificate'),
  suite(0x009c, 'TLS_RSA_WITH_AES_128_GCM_SHA256', 'AES128-GCM-SHA256', 'certificate'),
  suite(0x003c, 'TLS_RSA_WITH_AES_128_CBC_SHA256', 'AES128-SHA256', 'certificate'),
];

/** The AES-128-GCM suite of TLS 1.3, which counts where that version is negotiated (D-09). */
export const TLS13_SUITE: Suite = suite(0x1301, 'TLS_AES_128_GCM_SHA256', 'TLS_AES_128_GCM_SHA256', 'certificate');

/** Other suites that are often offered, so that records name them. */
const OTHERS: readonly (readonly [number, string])[] = [
  [0x1302, 'TLS_AES_256_GCM_SHA384'],
  [0x1303, 'TLS_CHACHA20_POLY1305_SHA256'],
  [0x1304, 'TLS_AES_128_CCM_SHA256'],
  [0x1305, 'TLS_AES_128_CCM_8_SHA256'],
  [0x000a, 'TLS_RSA_WITH_3DES_EDE_CBC_SHA'],
  [0x002f, 'TLS_RSA_WITH_AES_128_CBC_SHA'],
  [0x0033, 'TLS_DHE_RSA_WITH_AES_128_CBC_SHA'],
  [0x0035, 'TLS_RSA_WITH_AES_256_CBC_SHA'],
  [0x0039, 'TLS_DHE_RSA_WITH_AES_256_CBC_SHA'],
  [0x003d, 'TLS_RSA_WITH_AES_256_CBC_SHA256'],
  [0x006b, 'TLS_DHE_RSA_WITH_AES_256_CBC_SHA256'],
  [0x008c, 'TLS_PSK_WITH_AES_128_CBC_SHA'],
  [0x009d, 'TLS_RSA_WITH_AES_256_GCM_SHA384'],
  [0x009f, 'TLS_DHE_RSA_WITH_AES_256_GCM_SHA384'],
  [0x00a9, 'TLS_PSK_WITH_AES_256_GCM_SHA384'],
  [0xc009, 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA'],
  [0xc00a, 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA'],
  [0xc013, 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'],
  [0xc014, 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA'],
  [0xc024, 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384'],
  [0xc027, 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256'],
  [0xc028, 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384'],
  [0xc02c, 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'],
  [0xc02f, 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
  [0xc030, 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'],
  [0xcca8, 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256'],
  [0xcca9, 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256'],
  [0xccaa, 'TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256'],
];

const NAMES: ReadonlyMap<number, string> = new Map([
  ...[...PSK_SUITES, ...CERTIFICATE_SUITES, TLS13_SUITE].map(({ code, name }): [number, string] => [code, name]),
  ...OTHERS,
]);
const CODES: ReadonlyMap<string, number> = new Map([...NAMES].map(([code, name]): [string, number] => [name, code]));

/** Registered name of a suite; `0xHHHH` for one that is not known here. */
export function suiteName(code: number): string {
  return NAMES.get(code) ?? hexadecimal(code);
}

/** Code of a suite by its registered name, or as {@link suiteName} writes it. */
export function suiteCode(name: string): number | undefined {
  const hex = /^0x([0-9A-F]{4})$/i.exec(name)?.[1];
  return hex === undefined ? CODES.get(name) : Number.parseInt(hex, 16);
}

/** Versions of TLS by their numbers on the wire (RFC 8446 4.2.1). */
const VERSIONS = { SSLv3: 0x0300, TLSv1: 0x0301, 'TLSv1.1': 0x0302, 'TLSv1.2': 0x0303, 'TLSv1.3': 0x0304 } as const;

export type TlsVersion = keyof typeof VERSIONS;

/** Name of a version, as OpenSSL writes it. */
export function versionName(code: number): string {
  return Object.entries(VERSIONS).find(([, known]) => known === code)?.[0] ?? hexadecimal(code);
}

export function versionCode(name: TlsVersion): number {
  return VERSIONS[name];
}

function hexadecimal(code: number): string {
  return `0x${code.toString(16).padStart(4, '0').toUpperCase()}`;
}
