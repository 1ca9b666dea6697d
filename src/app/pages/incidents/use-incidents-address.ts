import { useCallback, useEffect, useRef, useState } from 'react';
import { useLocation } from 'react-router-dom';
import { locationService } from '@grafana/runtime';
import { type IncidentsAddress, parseIncidentsAddress, toIncidentsQuery } from './incidents-address.ts';

/** Somebody who types is not asked after each letter. */
const SETTLE_MS = 300;

/** What is shown in the filters, and what of it has come to rest and is asked for. */
export interface IncidentsChoice {
  readonly shown: IncidentsAddress;
  readonly asked: IncidentsAddress;
  readonly change: (part: Partial<IncidentsAddress>) => void;
}

/**
 * Keeps the filters in the address, so that a list can be handed on. A change is shown at once; it is asked for and
 * written when it has come to rest. An address that was changed elsewhere is taken over.
 */
export function useIncidentsAddress(): IncidentsChoice {
  const { search } = useLocation();
  const [shown, setShown] = useState(() => parseIncidentsAddress(search));
  const [asked, setAsked] = useState(shown);
  const written = useRef(toKey(shown));
  useEffect(() => {
    const arrived = parseIncidentsAddress(search);
    if (toKey(arrived) !== written.current) {
      written.current = toKey(arrived);
      setShown(arrived);
      setAsked(arrived);
    }
  }, [search]);
  useEffect(() => {
    const key = toKey(shown);
    if (key === written.current) {
      return undefined;
    }
    const timer = setTimeout(() => {
      written.current = key;
      setAsked(shown);
      locationService.partial(toIncidentsQuery(shown), true);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [shown]);
  const change = useCallback((part: Partial<IncidentsAddress>) => setShown((old) => ({ ...old, ...part })), []);
  return { shown, asked, change };
}

function toKey(address: IncidentsAddress): string {
  return JSON.stringify(toIncidentsQuery(address));
}
