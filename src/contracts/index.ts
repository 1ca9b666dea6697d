export type { AppSettings, DatasourceSecretKey, DatasourceSettings, Upstream } from './settings.ts';
export { appSettingsSchema, DATASOURCE_SECRET_KEYS, datasourceSettingsSchema, upstreamSchema } from './settings.ts';
export type { CausewayQuery, QueryType } from './query.ts';
export { causewayQuerySchema, FRAME_FIELDS, QUERY_TYPES, SERVICE_COLUMNS, TOPOLOGY_FRAMES } from './query.ts';
export type {
  AnalysisEvent,
  AnalysisRequest,
  AnalysisStage,
  OverviewAnswer,
  ResourceError,
  SourceProblem,
  TopologyAnswer,
  WatchAnswer,
} from './resource-api.ts';
export { ANALYSIS_STAGES, analysisRequestSchema, RESOURCE_PATHS } from './resource-api.ts';
export type {
  ActionCatalogueEntry,
  ApprovalStatus,
  AuditEntry,
  AuditVerification,
  BackendTokenClaims,
  ChallengeAnswer,
  CheckResult,
  DecisionRecord,
  ExecutionOutcome,
  ExecutionRecord,
  IncidentRecord,
  OpenIncident,
  Page,
  PlanDecision,
  PlanRecord,
  ProblemDetails,
  ProposePlan,
  RiskAssessment,
} from './executor-api.ts';
export {
  actionKindSchema,
  actionTargetSchema,
  decisionSchema,
  EXECUTOR_API_VERSION,
  openIncidentSchema,
  proposePlanSchema,
  updateReportSchema,
  verificationCheckSchema,
} from './executor-api.ts';
