export type {
  AppSettings,
  ChangeSettings,
  DatasourceSecretKey,
  DatasourceSettings,
  DetectionSettings,
  TopologySettings,
  Upstream,
  ImpactMetric,
  UserSignal,
} from './settings.ts';
export {
  appSettingsSchema,
  DATASOURCE_SECRET_KEYS,
  datasourceSettingsSchema,
  detectionSettingsSchema,
  MAX_TOPOLOGY_FILE_LENGTH,
  upstreamSchema,
  userSignalSchema,
} from './settings.ts';
export type { CausewayQuery, QueryType } from './query.ts';
export {
  causewayQuerySchema,
  CONTRIBUTION_COLUMNS,
  FRAME_FIELDS,
  LOG_PATTERN_COLUMNS,
  QUERY_TYPES,
  SERVICE_COLUMNS,
  TOPOLOGY_FRAMES,
} from './query.ts';
export type {
  AnalysisEvent,
  AnalysisRequest,
  AnalysisStage,
  AnomaliesAnswer,
  BacktestAnswer,
  BacktestRequest,
  RebaselineAnswer,
  RebaselineRequest,
  DetectorsAnswer,
  FeaturesAnswer,
  HeatCell,
  OverviewAnswer,
  ResourceError,
  SourceProblem,
  WatchAnswer,
} from './resource-api.ts';
export {
  ANALYSIS_STAGES,
  analysisRequestSchema,
  backtestRequestSchema,
  rebaselineRequestSchema,
  RESOURCE_PATHS,
} from './resource-api.ts';
export type {
  BlastRadiusAnswer,
  ChangesAnswer,
  TopologyAnswer,
  TopologyCsvPart,
  TopologyDiffAnswer,
  TopologyFormat,
  TopologyImport,
  TopologyImportAnswer,
  TopologyShape,
  WebhookAnswer,
  WebhookBody,
  WebhookChange,
} from './topology-api.ts';
export {
  MAX_IMPORT_LENGTH,
  MAX_WEBHOOK_CHANGES,
  TOPOLOGY_CSV_PARTS,
  TOPOLOGY_FORMATS,
  topologyImportSchema,
  webhookChangeSchema,
  webhookSchema,
} from './topology-api.ts';
export type { JsonObject, JsonValue } from './json.ts';
export type { ActionCatalogueEntry } from './action-api.ts';
export { actionKindSchema, actionTargetSchema, verificationCheckSchema } from './action-api.ts';
export type {
  ApprovalStatus,
  ChallengeAnswer,
  CheckResult,
  DecisionRecord,
  ExecutionOutcome,
  ExecutionRecord,
  ExecutionStep,
  ExecutionStepPhase,
  GuardFinding,
  NotificationEvent,
  PlanDecision,
  PlanLimits,
  PlanNotification,
  PlanProposal,
  PlanRecord,
  PlanRunbook,
  PlanStep,
  PlanTarget,
  ProposePlan,
  RiskAssessment,
  RunbookProposal,
  StepCondition,
  VerificationTiming,
} from './plan-api.ts';
export { decisionSchema, NOTIFICATION_EVENTS, proposePlanSchema, proposeRunbookSchema } from './plan-api.ts';
export type {
  AutonomyLevel,
  Maintenance,
  NotificationRecord,
  ProposalsAnswer,
  RunbookEntry,
  RunbookParameter,
  RunbooksAnswer,
  RunbookSuggestion,
} from './runbook-api.ts';
export { confirmSchema, maintenanceSchema, releaseSchema } from './runbook-api.ts';
export type {
  AlertRecord,
  AnomalyLabel,
  AnomalyLabelRecord,
  AssignIncident,
  AuditEntry,
  AuditVerification,
  BackendTokenClaims,
  IncidentRecord,
  LeaseAnswer,
  LeaseRequest,
  OpenIncident,
  Page,
  ProblemDetails,
} from './executor-api.ts';
export {
  ANOMALY_LABELS,
  anomalyLabelSchema,
  EXECUTOR_API_VERSION,
  leaseRequestSchema,
  assignIncidentSchema,
  linkAlertSchema,
  openIncidentSchema,
  resolveIncidentSchema,
  updateReportSchema,
} from './executor-api.ts';
export type { RunCost, RunEvent, RunEventBody, RunLink, RunStep } from './run-events.ts';
export {
  MAX_RUN_CHARACTERS,
  MAX_RUN_EVENT_CHARACTERS,
  MAX_RUN_EVENTS,
  RUN_STEPS,
  runEventSchema,
} from './run-events.ts';
export type {
  AppendedEvents,
  FinishRun,
  RunDetail,
  RunEventsAnswer,
  RunFeedback,
  RunFeedbackRecord,
  RunRecord,
  RunRequest,
  RunsAnswer,
  RunStreamLine,
  StartedRun,
  StartRun,
} from './run-api.ts';
export {
  appendRunEventsSchema,
  declareIncidentSchema,
  finishRunSchema,
  runFeedbackSchema,
  runRequestSchema,
  startRunResourceSchema,
  startRunSchema,
} from './run-api.ts';
export type { BudgetReservation, BudgetUse, ReserveBudget } from './model-budget-api.ts';
export { reserveBudgetSchema, settleBudgetSchema } from './model-budget-api.ts';
export type {
  AskAnswer,
  BudgetAnswer,
  InvestigatorCall,
  InvestigatorFact,
  InvestigatorFailure,
  InvestigatorLine,
  InvestigatorOutcome,
  InvestigatorQuery,
  InvestigatorRun,
  InvestigatorSpend,
  InvestigatorSubject,
  PreviewAnswer,
  PreviewRequest,
} from './investigator-api.ts';
export { investigatorRequestSchema, previewRequestSchema, questionRequestSchema } from './investigator-api.ts';
