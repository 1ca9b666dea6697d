import React, { useCallback, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { PlanRecord } from '#contracts';
import type { ActionProposal } from '#model';
import { CitedText, describeAction, ErrorState, formatConfidence, formatSeconds, type Problem, TEST_IDS } from '#ui';
import { useClients } from '../../api/clients.ts';
import { toProblem } from '../../errors.ts';
import { Section } from '../../PageFrame.tsx';
import { usePolling } from '../../use-polling.ts';
import { FeedbackControl, type FeedbackPort } from './feedback/FeedbackControl.tsx';
import { PROPOSAL_TEXTS as T } from './rca-texts.ts';

const CATALOGUE_POLL_MS = 3_600_000;

/** Actions the analysis proposes. Those that are already plans of the incident are left to the plan cards. */
export function ProposalList(props: {
  readonly proposals: readonly ActionProposal[];
  readonly incidentId: string | undefined;
  /** Whether there is a cause that an action could treat. */
  readonly hasCause: boolean;
  readonly planned: readonly PlanRecord[];
  readonly onPlanned?: () => void;
  readonly feedback: FeedbackPort | undefined;
}) {
  const risks = useBaseRisks();
  const known = new Set(props.planned.map(describeAction));
  const open = props.proposals.filter((proposal) => !known.has(describeAction(proposal)));
  if (open.length === 0) {
    return props.planned.length > 0 || !props.hasCause ? null : (
      <Section title={T.title}>
        <p>{T.none}</p>
      </Section>
    );
  }
  return (
    <Section title={T.title}>
      {props.incidentId === undefined && <p>{T.hint}</p>}
      {open.map((proposal) => (
        <Proposal
          key={describeAction(proposal)}
          proposal={proposal}
          incidentId={props.incidentId}
          onPlanned={props.onPlanned}
          risk={risks.get(proposal.action)}
          feedback={props.feedback}
        />
      ))}
    </Section>
  );
}

/** Risk that an action of the catalogue has before its target and its size count; nothing while that is not known. */
function useBaseRisks(): ReadonlyMap<string, number> {
  const { executor } = useClients();
  const load = useCallback((signal: AbortSignal) => executor.actions(signal), [executor]);
  const { data = [] } = usePolling(load, CATALOGUE_POLL_MS);
  return new Map(data.map(({ action, riskBase }) => [action, riskBase]));
}

function Proposal(props: {
  readonly proposal: ActionProposal;
  readonly incidentId: string | undefined;
  readonly onPlanned: (() => void) | undefined;
  readonly risk: number | undefined;
  readonly feedback: FeedbackPort | undefined;
}) {
  const { proposal, incidentId } = props;
  const styles = useStyles2(getStyles);
  const { executor, canPropose } = useClients();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const plan = () => {
    if (incidentId === undefined) {
      return;
    }
    setBusy(true);
    setProblem(undefined);
    executor
      .propose(toPlanRequest(proposal, incidentId))
      .then(() => props.onPlanned?.())
      .catch((error: unknown) => setProblem(toProblem(error)))
      .finally(() => setBusy(false));
  };
  return (
    <div className={styles.proposal} data-testid={TEST_IDS.rca.proposal}>
      <strong>{describeAction(proposal)}</strong>
      <div>
        <CitedText text={proposal.rationale} />
      </div>
      <div className={styles.muted}>
        {T.facts(proposal.service, formatConfidence(proposal.confidence), formatSeconds(proposal.expectedSeconds))}
        {props.risk !== undefined && T.risk(props.risk.toFixed(2))}
      </div>
      {incidentId !== undefined && canPropose && (
        <Button size="sm" variant="secondary" icon="plus" disabled={busy} onClick={plan}>
          {T.plan}
        </Button>
      )}
      {props.feedback && (
        <FeedbackControl
          port={props.feedback}
          about={{ kind: 'proposal', id: describeAction(proposal).slice(0, 200) }}
          name={describeAction(proposal)}
        />
      )}
      {problem && <ErrorState problem={problem} />}
    </div>
  );
}

function toPlanRequest(proposal: ActionProposal, incidentId: string) {
  const { action, target, parameters, rationale, confidence, expectedSeconds, verification } = proposal;
  return {
    incidentId,
    action,
    target: { ...target },
    parameters: { ...parameters },
    rationale,
    confidence,
    expectedSeconds,
    verification: [...verification],
  };
}

const getStyles = (theme: GrafanaTheme2) => ({
  proposal: css({ padding: theme.spacing(1, 0), borderBottom: `1px solid ${theme.colors.border.weak}` }),
  muted: css({ color: theme.colors.text.secondary }),
});
