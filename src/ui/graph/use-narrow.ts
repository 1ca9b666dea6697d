import { useEffect, useState } from 'react';

const NARROW_WIDTH = 720;

/** Whether the element is too narrow for a layout from left to right with details beside it. */
export function useNarrow(element: HTMLElement | null): boolean {
  const [narrow, setNarrow] = useState(false);
  useEffect(() => {
    if (!element) {
      return undefined;
    }
    const measure = () => setNarrow(element.clientWidth > 0 && element.clientWidth < NARROW_WIDTH);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return narrow;
}
