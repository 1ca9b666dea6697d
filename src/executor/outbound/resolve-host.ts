import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { classifyAddress, isAllowed } from './address-class.ts';

/** An address of a host. */
export interface HostAddress {
  readonly address: string;
  readonly family: number;
}

/** Asks for all addresses of a name; replaced in tests. */
export type ResolveName = (hostname: string) => Promise<readonly HostAddress[]>;

/** A host that must not be reached. The message names the class of the address, never a path or a secret. */
export class AddressRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AddressRefused';
  }
}

const resolveByDns: ResolveName = (hostname) => lookup(hostname, { all: true, order: 'verbatim' });

/**
 * The addresses of a host, each of them checked; one that is not allowed refuses the host. The connection has to be made to
 * one of these addresses, so that a second answer of the name service cannot lead elsewhere.
 * @param hostname of a `URL`, which has folded decimal, octal and hexadecimal forms; IPv6 with or without brackets
 * @throws AddressRefused, and what the name service says
 */
export async function resolveHost(
  hostname: string,
  allowPrivate: boolean,
  resolve: ResolveName = resolveByDns
): Promise<readonly HostAddress[]> {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(bare);
  const addresses = family === 0 ? await resolve(bare) : [{ address: bare, family }];
  for (const { address } of addresses) {
    refuseUnlessAllowed(address, allowPrivate);
  }
  if (addresses.length === 0) {
    throw new Error('the host has no address');
  }
  return addresses;
}

/** @throws AddressRefused */
export function refuseUnlessAllowed(address: string, allowPrivate: boolean): void {
  if (!isAllowed(address, allowPrivate)) {
    throw new AddressRefused(`the host has a ${classifyAddress(address)} address, which is not allowed here`);
  }
}

/** A lookup for sockets that knows only addresses that were checked. */
export function pinnedLookup(addresses: readonly HostAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all) {
      callback(
        null,
        addresses.map(({ address, family }) => ({ address, family }))
      );
    } else if (first) {
      callback(null, first.address, first.family);
    }
  };
}
