import { listProcesses } from './demo-api.ts';
import { usePolled } from './use-polled.ts';

const POLL_MS = 3000;

/** Which processes of the demo run. */
export function ProcessList() {
  const { value, problem } = usePolled(listProcesses, POLL_MS);
  if (problem) {
    return <p role="alert">{problem}</p>;
  }
  return (
    <p data-testid="demo-processes">
      {(value?.processes ?? [])
        .map(({ name, state, detail }) => `${name}: ${state}${detail && ` (${detail})`}`)
        .join(' - ')}
    </p>
  );
}
