import '../boot/system-js.ts';
import { initPluginTranslations } from '@grafana/i18n';
import { config } from '@grafana/runtime';
import i18next from 'i18next';
import { createRoot } from 'react-dom/client';
import { initialiseSingletons } from '../services/singletons.ts';
import { interceptLinks } from '../shell/intercept-links.ts';
import { Page } from '../shell/Page.tsx';
import { registerSharedModules } from './shared-modules.ts';

async function start(): Promise<void> {
  await i18next.init({
    lng: config.bootData.user.language || 'en-US',
    fallbackLng: 'en-US',
    resources: {},
    returnEmptyString: false,
    partialBundledLanguages: true,
  });
  await initPluginTranslations('grafana', []);
  initialiseSingletons(config.bootData);
  registerSharedModules();
  document.addEventListener('click', interceptLinks);
  const root = document.getElementById('reactRoot');
  if (!root) {
    throw new Error('The page has no element #reactRoot');
  }
  createRoot(root).render(<Page />);
}

void start();
