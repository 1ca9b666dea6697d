export type { Fault, FaultRun } from './fault.ts';
export { FAULT_CATALOGUE, FaultBoard } from './fault-board.ts';
export type { ActiveFault } from './fault-board.ts';
