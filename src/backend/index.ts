export { runTask } from './analysis/run-task.ts';
export { createInProcessPool } from './analysis/in-process-pool.ts';
export type { AnalysisPool, Judgement, TaskInputs, TaskName, TaskOutputs } from './analysis/tasks.ts';
export { type BackendOptions, createBackend } from './create-backend.ts';
export { encodeFrame } from './frames/encode-frame.ts';
export type { Field, Frame, FrameMeta, Notice } from './frames/frame.ts';
export { loadPluginServices, type PluginServices } from './grpc/service-definitions.ts';
export type { PluginHandlers } from './grpc/plugin-handlers.ts';
export { replicaQuery } from './investigations/replicas.ts';
