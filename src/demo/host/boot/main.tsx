import { initPluginTranslations } from '@grafana/i18n';
import i18next from 'i18next';

/** Texts first: parts of @grafana/ui translate their labels as soon as they are loaded. */
async function start(): Promise<void> {
  await i18next.init({
    lng: 'en-US',
    fallbackLng: 'en-US',
    resources: {},
    returnEmptyString: false,
    partialBundledLanguages: true,
  });
  await initPluginTranslations('grafana', []);
  const { renderPage } = await import('./render-page.tsx');
  renderPage();
}

void start();
