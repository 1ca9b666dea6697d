export { openDanfo } from './tables/danfo-table.ts';
export { type LstmTraining, type TrainingRows, trainLstm } from './lstm/train-lstm.ts';
