import { useEffect, useState } from 'react';
import type { RegisteredLinks } from '../services/extension-links.ts';
import { loadLinks } from '../services/load-links.ts';

/** The links of the plugins, once they are loaded. A plugin that cannot be loaded says so on its own page. */
export function useRegisteredLinks(): readonly RegisteredLinks[] {
  const [links, setLinks] = useState<readonly RegisteredLinks[]>([]);
  useEffect(() => {
    let isCurrent = true;
    loadLinks().then(
      (loaded) => isCurrent && setLinks(loaded),
      () => undefined
    );
    return () => {
      isCurrent = false;
    };
  }, []);
  return links;
}
