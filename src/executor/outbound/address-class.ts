import { BlockList, isIP } from 'node:net';

/** What kind of place an address is. Only `public` is reached unless an endpoint allows `private` and `loopback`. */
export type AddressClass = 'public' | 'private' | 'loopback' | 'link-local' | 'metadata' | 'reserved';

type Subnet = readonly [address: string, bits: number];

/** Where clouds give credentials to whoever asks (AWS, Azure, Alibaba, Oracle). */
const METADATA_V4: readonly Subnet[] = [
  ['169.254.169.254', 32],
  ['169.254.170.2', 32],
  ['168.63.129.16', 32],
  ['100.100.100.200', 32],
  ['192.0.0.192', 32],
];
const METADATA_V6: readonly Subnet[] = [['fd00:ec2::', 32]];

const V4: readonly (readonly [AddressClass, BlockList])[] = [
  ['metadata', blockList('ipv4', METADATA_V4)],
  ['loopback', blockList('ipv4', [['127.0.0.0', 8]])],
  ['link-local', blockList('ipv4', [['169.254.0.0', 16]])],
  [
    'private',
    blockList('ipv4', [
      ['10.0.0.0', 8],
      ['172.16.0.0', 12],
      ['192.168.0.0', 16],
      ['100.64.0.0', 10],
    ]),
  ],
  [
    'reserved',
    blockList('ipv4', [
      ['0.0.0.0', 8],
      ['192.0.0.0', 24],
      ['192.0.2.0', 24],
      ['192.88.99.0', 24],
      ['198.18.0.0', 15],
      ['198.51.100.0', 24],
      ['203.0.113.0', 24],
      ['224.0.0.0', 3],
    ]),
  ],
];

const V6: readonly (readonly [AddressClass, BlockList])[] = [
  ['metadata', blockList('ipv6', METADATA_V6)],
  ['loopback', blockList('ipv6', [['::1', 128]])],
  ['link-local', blockList('ipv6', [['fe80::', 10]])],
  ['private', blockList('ipv6', [['fc00::', 7]])],
  // Teredo and other protocol assignments, documentation, 6to4: none of them is a host of the internet.
  [
    'reserved',
    blockList('ipv6', [
      ['2001::', 23],
      ['2001:db8::', 32],
      ['2002::', 16],
      ['3fff::', 20],
    ]),
  ],
];
/** Everything that is handed out to hosts of the internet. */
const GLOBAL_UNICAST = blockList('ipv6', [['2000::', 3]]);

/**
 * Class of a literal address. IPv4 inside IPv6 (`::ffff:127.0.0.1`) is judged as what it leads to. What is no address, is
 * `reserved`.
 */
export function classifyAddress(address: string): AddressClass {
  const bare = address.replace(/%.*$/, '');
  switch (isIP(bare)) {
    case 4:
      return find(V4, bare, 'ipv4') ?? 'public';
    case 6: {
      const inner = mappedAddress(bare);
      if (inner !== undefined) {
        return classifyAddress(inner);
      }
      return find(V6, bare, 'ipv6') ?? (GLOBAL_UNICAST.check(bare, 'ipv6') ? 'public' : 'reserved');
    }
    default:
      return 'reserved';
  }
}

/** Whether an address may be reached. Link-local, metadata and reserved addresses never are. */
export function isAllowed(address: string, allowPrivate: boolean): boolean {
  const found = classifyAddress(address);
  return found === 'public' || (allowPrivate && (found === 'private' || found === 'loopback'));
}

function find(
  classes: readonly (readonly [AddressClass, BlockList])[],
  address: string,
  family: 'ipv4' | 'ipv6'
): AddressClass | undefined {
  return classes.find(([, list]) => list.check(address, family))?.[0];
}

/** The IPv4 address in `::ffff:0:0/96`, in whatever form it is written. */
function mappedAddress(address: string): string | undefined {
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical) ?? [];
  if (high === undefined || low === undefined) {
    return undefined;
  }
  const bits = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return bits.flatMap((pair) => [pair >> 8, pair & 0xff]).join('.');
}

function blockList(family: 'ipv4' | 'ipv6', subnets: readonly Subnet[]): BlockList {
  const list = new BlockList();
  for (const [address, bits] of subnets) {
    list.addSubnet(address, bits, family);
  }
  return list;
}
