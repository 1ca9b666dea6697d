import type { Verdict } from '#model';

/** Everything the exports say, in one place. */
export const EXPORT_TEXTS = {
  menu: 'Export',
  markdown: 'Post-mortem draft (Markdown)',
  json: 'All data (JSON)',
  slack: 'Copy for Slack',
  print: 'Print',
  copied: 'Copied. Paste it into Slack.',
  notCopied: 'The browser did not allow copying. Copy this text yourself:',
  saved: 'Saved as',
  title: 'Post-mortem draft',
  draft:
    'Written by Causeway from telemetry and the ledger. Numbers in brackets are evidence. What a person has to write is marked “To do”.',
  headings: {
    summary: 'Summary',
    verdict: 'How sure',
    impact: 'Impact',
    timeline: 'Timeline',
    causes: 'Causes',
    ruledOut: 'Ruled out',
    effects: 'Effect of the causes',
    charts: 'Signals',
    evidence: 'Evidence',
    actions: 'Actions',
    proposals: 'Proposed, not planned',
    unknown: 'What is not known',
    narrative: 'Written by a language model',
    todo: 'To do',
  },
  todo: [
    'What went well, what did not, and where we were lucky.',
    'What keeps it from happening again: owner and date for each item.',
    'Whether the cause above is right: say so on the page, so that it counts next time.',
  ],
  verdict: {
    CONFIRMED: 'Confirmed',
    LIKELY: 'Likely',
    INCONCLUSIVE: 'Inconclusive',
  } satisfies Record<Verdict, string>,
  decision: {
    'root-cause': 'A root cause was found.',
    'no-significant-root-cause': 'No significant root cause was found: nothing stands out.',
    'insufficient-data': 'There is not enough data to name a cause.',
  },
  symptom: { latency: 'Slow', errors: 'Errors' },
  noImpact: 'What it cost the business was not measured.',
  noActions: 'No action was planned.',
  noGaps: 'No gap in the data was reported.',
  notMeasured: 'not measured',
  open: 'still open',
  nobody: 'nobody',
} as const;
