export { PAGE_PATHS, toIncidentUrl } from './routes.ts';
export { linkConfigs } from './extensions/links.ts';
