import { formatCheckValue, formatConfidence, formatSeconds } from '../format.ts';

/** Words of the sections of collected evidence. */
export const EVIDENCE_TEXTS = {
  isNew: 'New',
  changed: 'Changed',
  lines: (count: number) => (count === 1 ? '1 line' : `${count} lines`),
  usualLines: (usual: number | null) =>
    usual === null ? 'usual number not known' : usual === 0 ? 'usually none' : `usually ${formatCheckValue(usual, '')}`,
  samples: (count: number) => (count === 1 ? '1 more line' : `${count} more lines`),
  noSamples: 'No line was kept as a sample.',
  trace: (durationMs: number) => `took ${formatSeconds(durationMs / 1000)}`,
  traceUsual: (usualMs: number | null, comparedWith: number) =>
    usualMs === null
      ? 'no good trace to compare with'
      : `usual ${formatSeconds(usualMs / 1000)} (median of ${comparedWith} good ${comparedWith === 1 ? 'trace' : 'traces'})`,
  openTrace: 'Open the trace',
  tracePath: 'Critical path in the order of time: only what kept the request waiting',
  pathColumns: { where: 'Service and operation', when: 'When', took: 'Took itself', usual: 'Usual' },
  notSeen: 'not seen in good traces',
  failed: 'failed',
  shorter: (count: number, ms: number) =>
    `${count} shorter ${count === 1 ? 'stretch' : 'stretches'}, together ${formatSeconds(ms / 1000)}, not drawn.`,
  pods: 'Pods',
  podColumns: { name: 'Pod', phase: 'Phase', ready: 'Ready', restarts: 'Restarts', reason: 'Reason' },
  ready: (isReady: boolean | null) => (isReady === null ? 'not known' : isReady ? 'ready' : 'not ready'),
  notKnown: 'not known',
  events: 'Events, newest first',
  noPods: 'No pod is known.',
  impactColumns: { name: 'What it costs', now: 'Now', usual: 'Usual', lost: 'Lost so far', evidence: 'Evidence' },
  impactCaption: 'Means of the analysed window against the time before',
  notMeasured: 'not measured',
  notCounted: 'not counted',
  worded: 'Worded by a language model',
  wordedHint: 'From the evidence below. It decides nothing: cause, verdict and proposals are computed.',
  writtenCause: 'What happened',
  writtenImpact: 'What is hit',
  writtenRemediation: 'What to do',
  writtenUnknown: 'What is not known',
  check: 'Check that would decide it:',
  runbook: 'Runbook',
  confidences: (model: number, computed: number | undefined) =>
    `The model says it is ${formatConfidence(model)} sure${
      computed === undefined ? '.' : `; the analysis computed ${formatConfidence(computed)}. The computed one counts.`
    }`,
  contradictions: 'The model and the analysis disagree. The analysis counts.',
  analysisSays: 'the analysis says',
  modelSays: 'the model says',
  cut: (count: number) =>
    count === 1
      ? '1 sentence of the model was cut: no evidence carries it'
      : `${count} sentences of the model were cut: no evidence carries them`,
  nothingWritten: 'Nothing that it wrote was carried by evidence.',
} as const;
