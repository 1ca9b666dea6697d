import React from 'react';
import { useStyles2 } from '@grafana/ui';
import type { BudgetAnswer, InvestigatorSubject } from '#contracts';
import { tableStyles, TEST_IDS, ToneBadge } from '#ui';
import { useClients } from '../../../api/clients.ts';
import type { ExploreSources } from '../../../api/explore-url.ts';
import type { ModelClient } from '../../../api/model-client.ts';
import { Section } from '../../../PageFrame.tsx';
import type { Polled } from '../../../use-polling.ts';
import { MODEL_TEXTS as T } from '../rca-texts.ts';
import { AskBox } from './AskBox.tsx';
import { BudgetLine } from './BudgetLine.tsx';
import { InvestigateBox } from './InvestigateBox.tsx';

/** That nothing leaves this installation. */
export function EgressBadge({ budget }: { readonly budget: BudgetAnswer | undefined }) {
  return budget?.kind === 'off' ? (
    <ToneBadge tone="neutral" icon="lock" testId={TEST_IDS.rca.egress}>
      {T.off}
    </ToneBadge>
  ) : null;
}

/** Questions to the language model and a further look by it; a reason instead where that cannot be. */
export function ModelSection(props: {
  readonly model: ModelClient;
  readonly budget: Polled<BudgetAnswer>;
  readonly subject: InvestigatorSubject;
  readonly sources: ExploreSources;
  readonly computedConfidence: number | undefined;
}) {
  const styles = useStyles2(tableStyles);
  // The backend goes by the role alone.
  const { canRetrain: isEditor } = useClients();
  const { data, problem, refresh } = props.budget;
  return (
    <Section title={T.askTitle}>
      {data === undefined && <p className={styles.muted}>{problem ? `${T.unknown} ${problem.message}` : T.reading}</p>}
      {data?.kind === 'off' && (
        <p>
          <EgressBadge budget={data} /> {T.offHint} {T.offAsk}
        </p>
      )}
      {data?.kind === 'on' && (
        <>
          <BudgetLine budget={data} />
          {isEditor ? (
            <>
              <AskBox model={props.model} subject={props.subject} sources={props.sources} onSpent={refresh} />
              <InvestigateBox
                model={props.model}
                subject={props.subject}
                sources={props.sources}
                computedConfidence={props.computedConfidence}
                onSpent={refresh}
              />
            </>
          ) : (
            <p>{T.editorsOnly}</p>
          )}
        </>
      )}
    </Section>
  );
}
