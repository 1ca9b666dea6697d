import { type SyntheticEvent, useCallback, useState } from 'react';

/** Whether a `<details>` is open, so that what is in it is read only then. */
export function useToggle(): readonly [open: boolean, onToggle: (event: SyntheticEvent<HTMLDetailsElement>) => void] {
  const [open, setOpen] = useState(false);
  // A fold inside of it tells the same event to its parents.
  const onToggle = useCallback((event: SyntheticEvent<HTMLDetailsElement>) => {
    if (event.target === event.currentTarget) {
      setOpen(event.currentTarget.open);
    }
  }, []);
  return [open, onToggle];
}
