import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { CelContext, CelOutcome, CelScope, CelVerdict } from './cel-expression.ts';
import { checkExpression, evaluateExpression } from './cel-expression.ts';

/** `workerData` that marks the thread for expressions: it runs the same file as the process. */
export const CEL_WORKER = 'causeway-cel-worker';

/** One job; `context` is there when the expression is to be computed. */
export interface CelJob {
  readonly id: number;
  readonly expression: string;
  readonly scope: CelScope;
  readonly context?: CelContext;
}

/** `ready` comes once, before all answers. */
export type CelReply =
  | { readonly ready: true }
  | { readonly id: number; readonly verdict: CelVerdict }
  | { readonly id: number; readonly outcome: CelOutcome };

/** Whether this is the thread for expressions: its runner loads this file too. */
function isCelThread(): boolean {
  return !isMainThread && workerData === CEL_WORKER;
}

function serve(port: MessagePort): void {
  // The first expression loads and compiles code: it must not be somebody's.
  evaluateExpression('alert.values["x"] > 1.0', { kind: 'alert' }, { kind: 'alert', labels: {}, values: { x: 2 } });
  port.on('message', ({ id, expression, scope, context }: CelJob) => {
    const reply: CelReply =
      context === undefined
        ? { id, verdict: checkExpression(expression, scope) }
        : { id, outcome: evaluateExpression(expression, scope, context) };
    port.postMessage(reply);
  });
  port.postMessage({ ready: true } satisfies CelReply);
}

if (isCelThread() && parentPort) {
  serve(parentPort);
}
