import React, { useCallback, useRef } from 'react';
import type { ExecutionRecord, Page, PlanRecord } from '#contracts';
import { EmptyState, TEST_IDS } from '#ui';
import type { ExecutorClient } from '../../api/executor-client.ts';
import { useClients } from '../../api/clients.ts';
import { isCancelled } from '../../errors.ts';
import { Section } from '../../PageFrame.tsx';
import { Reading } from '../../Reading.tsx';
import { useNow } from '../../use-polling.ts';
import { ExecutionEntry } from './ExecutionEntry.tsx';
import { LoadMore } from '../../LoadMore.tsx';
import { usePages } from '../../use-pages.ts';

const POLL_MS = 5_000;

/** An execution with the plan that it carries out, where that could be read. */
interface PastRun {
  readonly id: string;
  readonly execution: ExecutionRecord;
  readonly plan: PlanRecord | undefined;
}

/** Executions, newest first, each with its steps and the checks that decided its outcome. */
export function HistoryTab() {
  const { executor } = useClients();
  // What a plan says is fixed once it is executed, so it is read once.
  const plans = useRef(new Map<string, PlanRecord>());
  const load = useCallback(
    async (cursor: string | undefined, signal?: AbortSignal): Promise<Page<PastRun>> => {
      const { items, nextCursor } = await executor.executionsPage(cursor, signal);
      await readPlans(executor, plans.current, items, signal);
      return {
        items: items.map((execution) => ({
          id: execution.id,
          execution,
          plan: plans.current.get(execution.planId),
        })),
        nextCursor,
      };
    },
    [executor]
  );
  const pages = usePages(load, POLL_MS);
  const now = useNow();
  return (
    <Reading polled={pages.polled} label="Reading executions">
      {(runs) =>
        runs.length === 0 ? (
          <EmptyState title="Nothing has been executed yet">Approved plans appear here with their outcome.</EmptyState>
        ) : (
          <>
            <Section title="Executed, newest first" testId={TEST_IDS.runbooks.executions}>
              {runs.map(({ id, execution, plan }) => (
                <ExecutionEntry
                  key={id}
                  execution={execution}
                  plan={plan}
                  nowMs={now}
                  onChanged={pages.polled.refresh}
                />
              ))}
            </Section>
            <LoadMore pages={pages} />
          </>
        )
      }
    </Reading>
  );
}

async function readPlans(
  executor: ExecutorClient,
  known: Map<string, PlanRecord>,
  executions: readonly ExecutionRecord[],
  signal: AbortSignal | undefined
): Promise<void> {
  const wanted = [...new Set(executions.map(({ planId }) => planId))].filter((id) => !known.has(id));
  await Promise.all(
    wanted.map(async (id) => {
      try {
        known.set(id, await executor.plan(id, signal));
      } catch (error) {
        // Without its plan an execution is shown by its id; the next reading asks again.
        if (isCancelled(error)) {
          throw error;
        }
      }
    })
  );
}
