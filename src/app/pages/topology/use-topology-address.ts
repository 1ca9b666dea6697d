import { useCallback, useEffect, useRef, useState } from 'react';
import { useLocation } from 'react-router-dom';
import { locationService } from '@grafana/runtime';
import { parseTopologyAddress, type TopologyAddress, toTopologyQuery } from './topology-address.ts';

/** Browsers refuse to renew the address more than a few times a second; a slider moves faster. */
const WRITE_MS = 400;

/**
 * What the address says of the page. Changes are shown at once and written to the address when they have come to rest, so
 * that it can be handed on; an address that somebody else changed is taken over.
 */
export function useTopologyAddress(): readonly [TopologyAddress, (change: Partial<TopologyAddress>) => void] {
  const { search } = useLocation();
  const [address, setAddress] = useState(() => parseTopologyAddress(search));
  const written = useRef(toKey(address));
  useEffect(() => {
    const arrived = parseTopologyAddress(search);
    if (toKey(arrived) !== written.current) {
      written.current = toKey(arrived);
      setAddress(arrived);
    }
  }, [search]);
  useEffect(() => {
    const key = toKey(address);
    if (key === written.current) {
      return undefined;
    }
    const timer = setTimeout(() => {
      written.current = key;
      locationService.partial(toTopologyQuery(address), true);
    }, WRITE_MS);
    return () => clearTimeout(timer);
  }, [address]);
  const change = useCallback((part: Partial<TopologyAddress>) => setAddress((old) => ({ ...old, ...part })), []);
  return [address, change];
}

function toKey(address: TopologyAddress): string {
  return JSON.stringify(toTopologyQuery(address));
}
