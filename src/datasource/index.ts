export { CausewayDatasource } from './datasource.ts';
