import './system-js.ts';
import { config } from '@grafana/runtime';
import { createRoot } from 'react-dom/client';
import { initialiseSingletons } from '../services/singletons.ts';
import { interceptLinks } from '../shell/intercept-links.ts';
import { Page } from '../shell/Page.tsx';
import { registerSharedModules } from './shared-modules.ts';

/** Sets up what plugins expect of Grafana, and shows the page. */
export function renderPage(): void {
  const root = document.getElementById('reactRoot');
  if (!root) {
    throw new Error('The page has no element #reactRoot');
  }
  initialiseSingletons(config.bootData);
  registerSharedModules();
  document.addEventListener('click', interceptLinks);
  createRoot(root).render(<Page />);
}
