import React from 'react';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { MemoryRouter } from 'react-router-dom';
import { afterEach, describe, expect, it } from 'vitest';
import { TEST_IDS } from '#ui';
import { createExecutorClient } from '../../api/executor-client.ts';
import { type FakeAnswer, fakeHttp } from '../../testing/fake-http.ts';
import { withMeasuredText } from '../../testing/measured-text.ts';
import { SettingsForm } from './SettingsForm.tsx';

afterEach(cleanup);
withMeasuredText();

function show(answer: (url: string) => FakeAnswer = () => ({ value: {} })) {
  const fake = fakeHttp(({ url }) => answer(url));
  const ports = {
    http: fake.http,
    executor: createExecutorClient(fake.http),
    datasources: [{ uid: 'causeway', name: 'Causeway', readOnly: true }],
  };
  render(
    <MemoryRouter>
      <SettingsForm
        pluginId="causeway-aiops-app"
        enabled
        pinned
        settings={{ executorUrl: 'http://old:1' }}
        hasToken
        ports={ports}
      />
    </MemoryRouter>
  );
  return fake;
}
const type = (text: string) =>
  fireEvent.change(screen.getByTestId(TEST_IDS.config.executorUrl), { target: { value: text } });

describe('SettingsForm', () => {
  it('saves the URL and leaves the stored token alone', async () => {
    const { requests } = show();
    type('http://executor:8080/');
    fireEvent.click(screen.getByTestId(TEST_IDS.config.save));
    await waitFor(() => expect(screen.getByTestId(TEST_IDS.config.result).textContent).toContain('Saved'));
    expect(requests[0]).toMatchObject({ url: '/api/plugins/causeway-aiops-app/settings', method: 'POST' });
    expect(requests[0]?.data).toEqual({
      enabled: true,
      pinned: true,
      jsonData: { executorUrl: 'http://executor:8080' },
    });
  });

  it('says at the field what is wrong, and does not save', () => {
    const { requests } = show();
    type('executor:8080');
    expect(screen.getByText(/must begin with http/)).toBeTruthy();
    expect((screen.getByTestId(TEST_IDS.config.save) as HTMLButtonElement).disabled).toBe(true);
    expect(requests).toHaveLength(0);
  });

  it('shows that the settings are read-only for this person', async () => {
    show(() => ({ status: 403 }));
    fireEvent.click(screen.getByTestId(TEST_IDS.config.save));
    expect((await screen.findByTestId(TEST_IDS.state.error)).textContent).toContain('read-only for you');
  });

  it('tests executor and data source one by one, and points at a provisioned data source', async () => {
    show((url) =>
      url.includes('/health')
        ? { status: 400, body: { message: 'Prometheus refuses: 401' } }
        : { value: { items: [{}, {}] } }
    );
    fireEvent.click(screen.getByTestId(TEST_IDS.config.test));
    await waitFor(() =>
      expect(screen.getByTestId(TEST_IDS.config.result).textContent).toContain(
        'Executor: answers and offers 2 kinds of action'
      )
    );
    expect(screen.getByTestId(TEST_IDS.state.error).textContent).toContain('Prometheus refuses: 401');
    expect(screen.getByText(/provisioned and read-only/)).toBeTruthy();
  });
});
