import type { Page, Route } from '@playwright/test';
import { configureModel } from '../../tests/e2e/support/language-model.ts';
import { apiError, sendJson, startMessagesServer } from '../../tests/support/llm/messages-server.ts';
import { startScriptedModel } from '../../tests/support/llm/scripted-model.ts';

/** A state of an investigation, as the page of a root cause shows it. */
export interface RcaState {
  readonly name: string;
  readonly address: string;
  /** Selector of what is there when the picture can be taken. */
  readonly ready: string;
  /** Brings the state about, and takes it back after the picture. */
  readonly prepare: (page: Page) => Promise<() => Promise<void>>;
  /** Whether something is being read for as long as the picture is taken. */
  readonly isReading?: boolean;
  /** Whether the investigation is started anew: an earlier one is shown otherwise. */
  readonly isAnew?: boolean;
}

const STREAM = /\/runs\/[^/]+\/(?:stream|events)/;
const REPORT = '[data-testid="causeway-rca-report"]';

/**
 * Loading, partial, without a cause, and what a language model adds or fails to add.
 * @param url  of the demo, without trailing slash
 * @param quiet  a service and a time in which nothing was wrong
 */
export function rcaStates(url: string, quiet: string): readonly RcaState[] {
  const broken = '?service=checkout';
  return [
    {
      name: 'rca-loading',
      address: broken,
      ready: '[data-testid="causeway-rca-progress"]',
      isReading: true,
      prepare: (page) => cutStream(page, (line) => /"type":"query"/.test(line)),
    },
    {
      name: 'rca-partial',
      address: broken,
      ready: '[data-testid="causeway-rca-progress"]',
      isReading: true,
      prepare: (page) => cutStream(page, (line) => /"type":"hypothesis"/.test(line)),
    },
    { name: 'rca-inconclusive', address: quiet, ready: REPORT, prepare: async () => async () => undefined },
    {
      name: 'rca-written',
      address: broken,
      ready: '[data-testid="causeway-rca-written"]',
      isAnew: true,
      prepare: () => withModel(url, startScriptedModel),
    },
    {
      name: 'rca-model-failed',
      address: broken,
      ready: '[data-testid="causeway-rca-model-state"][data-state="failed"]',
      isAnew: true,
      prepare: () => withModel(url, startOverloaded),
    },
  ];
}

/** Lets through what is told up to a line, and leaves everything later unanswered. */
async function cutStream(page: Page, isLast: (line: string) => boolean): Promise<() => Promise<void>> {
  let isCut = false;
  await page.route(STREAM, async (route: Route) => {
    if (isCut) {
      return;
    }
    isCut = true;
    const response = await route.fetch();
    const lines = (await response.text()).split('\n');
    const end = lines.findIndex(isLast);
    if (end < 0) {
      throw new Error('The investigation told nothing at which it could be cut.');
    }
    await route.fulfill({ response, body: `${lines.slice(0, end + 1).join('\n')}\n` });
  });
  return () => page.unrouteAll({ behavior: 'ignoreErrors' });
}

/** Has the data source use a language model until what is returned is called. */
async function withModel(
  url: string,
  start: () => Promise<{ readonly url: string; close(): Promise<unknown> }>
): Promise<() => Promise<void>> {
  const model = await start();
  await configureModel(url, { enabled: true, baseUrl: model.url, model: 'scripted' });
  return async () => {
    await configureModel(url, undefined);
    await model.close();
  };
}

async function startOverloaded() {
  const model = await startMessagesServer();
  model.behave((response) => sendJson(response, apiError('overloaded_error'), 529, { 'retry-after': '0' }));
  return model;
}
