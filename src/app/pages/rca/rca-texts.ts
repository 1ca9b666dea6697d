import type { RcaReport } from '#model';
import { formatDuration } from '#ui';

/** Words of the run itself: its state, its steps, what can be done with it. */
export const RUN_TEXTS = {
  steps: {
    queue: 'Wait in line',
    signals: 'Read signals',
    topology: 'Read who calls whom',
    detection: 'Find what is strange',
    evidence: 'Collect evidence',
    ranking: 'Rank possible causes',
    details: 'Collect logs, traces and impact',
    report: 'Write the report',
    model: 'Ask the language model',
  },
  failedHere: 'failed here',
  cancelledHere: 'cancelled here',
  begins: 'Start the investigation',
  progress: 'Progress of the investigation',
  reading: 'Reading',
  reads: (count: number) => (count === 1 ? '1 read' : `${count} reads`),
  since: (ms: number) => `for ${(ms / 1000).toFixed(1)} s`,
  ahead: (count: number) => (count === 1 ? '1 investigation goes first' : `${count} investigations go first`),
  goesOn: 'It goes on when you leave this page.',
  cancel: 'Cancel',
  polling: 'The live stream does not come through. The page asks every few seconds instead.',
  retrying: 'The connection was lost; trying again.',
  storedProblem: 'Not everything is kept',
  cancelled: 'The investigation was cancelled',
  cancelledHint: 'Nothing was changed. Start it again with “Analyse again”.',
  source: 'Investigation',
  lost: 'The investigation ended without a report.',
  lostRemedy: 'Start it again. If it happens again, look into the log of Grafana for the data source.',
  readingRun: 'Reading the investigation',
  readingIncident: 'Reading the incident',
  partial: 'Found so far',
  partialRanking: 'Possible causes so far',
  partialHint: 'Not final: the ranking goes on.',
  took: (time: string) => `Analysed in ${time}`,
  cost: (queries: number, rows: number, bytes: string) => `${queries} queries, ${rows} rows, ${bytes} read`,
  modelCost: (calls: number, tokens: number) => `${calls} calls of the language model, ${tokens} tokens`,
  notes: 'Notes of the investigation',
  queries: (count: number) => `What it looked at: ${count} queries`,
  query: (time: string, source: string, rows: number, took: string) => `${time} ${source}, ${rows} rows, ${took}`,
  analyse: 'Analyse again',
  fromLedger: 'The investigation of this incident has not ended. The report below is that of the watch.',
  noRun: 'No investigation of this incident is kept. The report below is that of the watch.',
  runFailed: 'The newest investigation of this incident did not end. The report below is that of the watch.',
  startedBy: (origin: string, who: string) => {
    const how: Readonly<Record<string, string>> = {
      watch: 'Started by the watch',
      link: `Started from a link by ${who}`,
      person: `Started by ${who}`,
      api: `Started by API (${who})`,
    };
    return how[origin] ?? `Started by ${who}`;
  },
  finished: 'Finished',
  running: 'Running',
  failed: 'Failed',
  cancelledState: 'Cancelled',
  recent: 'Investigations before',
  noCause: 'no cause named',
  openIncident: (service: string) => `There is an open incident about ${service}`,
  sameCause: (service: string, cause: string) =>
    `There is an open incident about ${service} with the same cause: ${cause}`,
  openIncidentHint: 'Its page shows the same kind of report together with the actions that wait for approval.',
  openIncidentLink: 'Open the incident',
} as const;

/** Words of the header. */
export const HEAD_TEXTS = {
  latency: 'Slow',
  errors: 'Errors',
  window: (from: string, to: string) => `Looked at ${from} to ${to}`,
  severityThen: 'Severity at the end of the window',
  open: 'Open',
  resolved: 'Resolved',
  openFor: (ms: number) => `for ${formatDuration(ms)}`,
  since: (time: string) => `since ${time}`,
  incident: (id: string) => `Incident ${id}`,
  assignee: 'Assigned to',
  nobody: 'nobody',
  assign: 'Assign to me',
  release: 'Release',
  close: 'Mark as resolved',
  closeHint: 'Incidents end by themselves when users are served normally again. Say why this one is over before that.',
  closeReason: 'Why it is over',
  closeConfirm: 'Resolve incident',
  back: 'Back',
  closedBy: (by: string, reason: string) => `Marked as resolved by ${by}: ${reason}`,
  declare: 'Declare incident',
  declareHint: 'Files what this investigation found as an incident, so that others see it and actions can be approved.',
  resolvedAfter: (ms: number, byAction: boolean) =>
    `after ${formatDuration(ms)}, ${byAction ? 'by an approved action' : 'without an action of Causeway'}`,
} as const;

/** Words of the language model's part. */
export const MODEL_TEXTS = {
  title: 'Language model',
  askTitle: 'Ask and look further',
  reading: 'Reading whether a language model is configured …',
  editorsOnly: 'Questions to the language model cost money: editors and administrators may ask them.',
  off: 'egress: none',
  offHint: 'No language model is configured: nothing leaves this installation. Everything above is computed.',
  offAsk: 'Questions need a language model. An administrator can configure one in the settings of the data source.',
  notAsked: 'The language model was not asked in this investigation.',
  waiting: 'The language model is at work. Everything else is complete.',
  failed: 'The language model failed. The report is complete without it.',
  failedHint: 'Ask again with “Investigate again”, or look at the settings of the language model in the data source.',
  whatToDo: 'What to do:',
  unknown: 'Whether a language model is configured is not known now.',
  sent: 'What was sent in the first request',
  sentTo: (destination: string, model: string) => `To ${destination}, model ${model}.`,
  hidden: 'Hidden before it was sent:',
  hiddenNothing: 'Nothing had to be hidden.',
  withheld: (count: number) =>
    count === 1
      ? '1 text was kept back because it reads like an instruction:'
      : `${count} texts were kept back because they read like instructions:`,
  budget: 'Budget',
  budgetMonth: 'this month',
  budgetIncident: 'this incident',
  budgetRun: 'one investigation',
  unlimited: 'no limit',
  usedNotKnown: 'used: not known',
  inMemory: 'Counted in memory: forgotten when the backend restarts.',
  tokens: (count: number) => `${count.toLocaleString('en')} tokens`,
  seconds: (count: number) => `${count} s`,
  of: 'of',
  ask: 'Ask a question',
  askLabel: 'Your question',
  askPlaceholder: 'For example: did the error rate of payment rise before the deployment?',
  askSend: 'Ask',
  asking: 'Asking the language model',
  preview: 'What would be sent',
  previewHint: 'Nothing is sent by looking.',
  previewing: 'Putting the request together',
  copy: 'Copy',
  answer: 'Answer',
  queries: 'Queries that were run for it',
  noQueries: 'The report itself answers; no query was run.',
  explore: 'Run in Explore',
  facts: 'What it found',
  factOf: (source: string, service: string) => `${source} of ${service}`,
  cut: (count: number) =>
    count === 1
      ? '1 sentence was cut: no evidence carries it.'
      : `${count} sentences were cut: no evidence carries them.`,
  rejected: 'Nothing of the answer may be shown',
  refused: (by: string, unit: string, left: number, limit: number) =>
    `The budget of ${by === 'month' ? 'this month' : 'this incident'} is used up: ${left} of ${limit} ${unit} are left. Nothing was sent.`,
  refusedRemedy:
    'Wait for the next month, or have an administrator raise the budget in the settings of the data source.',
  investigate: 'Investigate again',
  investigateHint: 'The language model looks further with read-only queries, within the budget.',
  hintLabel: 'What do you suspect? (optional)',
  hintPlaceholder: 'For example: the new connection pool of order',
  investigateSend: 'Look further',
  investigating: 'The language model looks further',
  turn: (turn: number) => `Turn ${turn}`,
  writing: (characters: number) => `Writing, ${characters} characters`,
  calls: (count: number) => (count === 1 ? '1 query or lookup' : `${count} queries or lookups`),
  spent: (tokens: number, seconds: number) => `${tokens.toLocaleString('en')} tokens in ${seconds.toFixed(0)} s`,
  stop: 'Stop',
  stopped: 'Stopped. What it used stays counted.',
} as const;

/** Words of what persons say about a run. */
export const FEEDBACK_TEXTS = {
  cause: 'Is this right?',
  judge: 'Judge',
  right: 'Right',
  partly: 'Partly',
  wrong: 'Wrong',
  trueCause: 'What was it instead? (optional)',
  comment: 'Comment (optional)',
  send: 'Send',
  back: 'Back',
  thanks: 'Kept with the investigation.',
  said: 'What people said',
  saidIt: (author: string, judgement: string) => `${author}: ${judgement}`,
  instead: (cause: string) => `it was ${cause}`,
  about: (what: string) => `Judge ${what}`,
  theCause: 'the cause',
  theEvidence: (number: number) => `evidence ${number}`,
} as const;

/** Words of the answer on top of a report. */
export const SUMMARY_TEXTS = {
  decision: {
    'root-cause': '',
    'no-significant-root-cause': 'No significant root cause: nothing stands out from the usual.',
    'insufficient-data': 'Not enough data to name a cause.',
  } satisfies Record<RcaReport['decision'], string>,
  cause: (cause: string, confidence: string) => `: ${cause} (confidence ${confidence})`,
  worded: 'Worded by a language model from the evidence below.',
  reasons: 'Reasons for the verdict',
  latency: (service: string) => `Slow responses of ${service}.`,
  errors: (service: string) => `Errors of ${service}.`,
  onset: (time: string) => `First strange sample ${time}.`,
  window: (from: string, to: string) => `Looked at ${from} to ${to},`,
  baseline: (from: string, to: string) => `compared with ${from} to ${to}.`,
} as const;

/** Words of the proposed actions. */
export const PROPOSAL_TEXTS = {
  title: 'Proposed actions',
  none: 'No action of the catalogue fits this cause.',
  hint: 'Proposals become plans, with dry run and risk, on the page of an incident: declare one to act.',
  facts: (service: string, confidence: string, takes: string) =>
    `For ${service}, confidence ${confidence}, expected to take ${takes}`,
  risk: (risk: string) => `, risk from ${risk} of 1 (a plan computes it for its target)`,
  plan: 'Make a plan of it',
} as const;

/** Words of the page before it is said what to analyse. */
export const CHOOSER_TEXTS = {
  title: 'Which service is in trouble?',
  hint: 'Choose one, or open this page from an alert, a panel or an incident.',
  reading: 'Reading the services',
  service: 'Service',
  placeholder: 'Choose a service',
} as const;

/** Titles of the parts of a report, and words of those that are plain lists. */
export const PART_TEXTS = {
  hit: 'What is hit',
  figures: 'Business figures of the window',
  victims: 'Suffer from it',
  noVictims: 'No other service suffers.',
  causes: 'Possible causes',
  noCauses: 'Looked at, none of them significant',
  series: 'Who moved first',
  seriesWithoutCause: 'Signals over time',
  spread: 'How it spread',
  logs: 'Log patterns',
  traces: 'Traces',
  kubernetes: 'Kubernetes',
  effects: 'Causal effects',
  ruledOut: 'Ruled out',
  noneRuledOut: 'No other service looked guilty.',
  changes: 'Changes near the start',
  evidence: 'Evidence',
  panels: 'Panels',
  timeline: 'Timeline',
  actions: 'Actions',
  runbooks: 'Runbooks that fit this incident',
  parts: 'Parts of the report',
  change: (time: string, kind: string, service: string, summary: string) =>
    `${time}: ${kind} of ${service}. ${summary}`,
  version: (version: string) => ` (version ${version})`,
  versions: (version: string, previous: string) => ` (version ${version}, before ${previous})`,
} as const;

/** Words of the panels over the person's own datasources. */
export const PANEL_TEXTS = {
  open: 'Open the evidence as panels',
  hint: 'Queries of the evidence over your own data sources, with time picker, menus and Explore.',
  none: 'No Prometheus, Loki or Tempo data source is known to you here, so the queries cannot be run. The charts above show what the investigation saw.',
  explore: 'Explore',
  more: (count: number) => `${count} more queries are listed with the evidence.`,
} as const;
