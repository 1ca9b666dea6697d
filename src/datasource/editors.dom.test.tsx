import React, { useState } from 'react';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CausewayQuery } from '#contracts';
import { TEST_IDS } from '#ui';
import { ConfigEditor } from './ConfigEditor.tsx';
import type { DatasourceJsonData } from './datasource.ts';
import { QueryEditor } from './QueryEditor.tsx';
import { QUERY_TEXTS } from './query-texts.ts';

afterEach(cleanup);
beforeAll(() => {
  // Combobox measures text on a canvas, which jsdom lacks.
  HTMLCanvasElement.prototype.getContext = (() => ({ measureText: () => ({ width: 10 }) })) as never;
});

const SETTINGS = { prometheus: { url: 'http://prometheus:9090', auth: 'none', timeoutSeconds: 20 } } as const;

function renderConfig(jsonData: object) {
  const saved: DatasourceJsonData[] = [];
  function Editor() {
    const [options, setOptions] = useState<never>({ jsonData, secureJsonFields: {} } as never);
    return (
      <ConfigEditor
        options={options}
        onOptionsChange={(next) => {
          saved.push(next.jsonData);
          setOptions(next as never);
        }}
      />
    );
  }
  render(<Editor />);
  return saved;
}

describe('the config editor', () => {
  it('says at the field what to enter', () => {
    renderConfig({ ...SETTINGS, watch: { collectSeconds: 60 } });
    fireEvent.change(screen.getByLabelText(/Judge services every/), { target: { value: '90' } });
    expect(screen.getByText(/Enter a multiple of the interval/)).toBeTruthy();
    fireEvent.change(screen.getByLabelText(/Judge services every/), { target: { value: '120' } });
    expect(screen.queryByText(/Enter a multiple/)).toBeNull();
  });

  it('explains what a documented contamination is taken for', () => {
    const saved = renderConfig(SETTINGS);
    fireEvent.change(screen.getByLabelText(/Contamination/), { target: { value: '0.05' } });
    expect(saved.at(-1)?.detection).toEqual({ contamination: 0.05 });
    expect(screen.getByText(/0.05 counts as “Hosts”, whatever is chosen above/)).toBeTruthy();
  });

  it('adds, checks and removes a signal of the user', () => {
    const saved = renderConfig(SETTINGS);
    fireEvent.click(screen.getByRole('button', { name: 'Add a signal' }));
    expect(screen.getByText(/Enter PromQL/)).toBeTruthy();
    fireEvent.change(screen.getByLabelText(/Query \(PromQL\)/), { target: { value: 'sum by (service) (up)' } });
    fireEvent.change(screen.getByLabelText('Name'), { target: { value: 'Up!' } });
    expect(screen.getByText(/Begin with a lower-case letter/)).toBeTruthy();
    fireEvent.change(screen.getByLabelText('Name'), { target: { value: 'up' } });
    expect(saved.at(-1)?.detection?.signals).toEqual([
      { name: 'up', query: 'sum by (service) (up)', serviceLabel: 'service', unit: 'dimensionless', harm: 'both' },
    ]);
    fireEvent.click(screen.getByRole('button', { name: 'Remove up' }));
    expect(saved.at(-1)?.detection?.signals).toEqual([]);
  });
});

describe('business impact', () => {
  it('is measured by metrics that are added, checked and removed', () => {
    const saved = renderConfig(SETTINGS);
    fireEvent.click(screen.getByRole('button', { name: 'Add a metric' }));
    expect(screen.getByText(/Enter a name, at most 60/)).toBeTruthy();
    fireEvent.change(screen.getByLabelText('Name'), { target: { value: 'Revenue' } });
    fireEvent.change(screen.getByLabelText(/Query \(PromQL\)/), { target: { value: 'sum(rate(money[1m]))' } });
    expect(screen.getByText(/Enter what is counted/)).toBeTruthy();
    fireEvent.change(screen.getByLabelText('Unit'), { target: { value: 'USD' } });
    expect(screen.queryByText(/Enter what is counted/)).toBeNull();
    expect(saved.at(-1)?.impact?.metrics).toEqual([
      { name: 'Revenue', query: 'sum(rate(money[1m]))', unit: 'USD', per: 'second', direction: 'loss-when-lower' },
    ]);
    fireEvent.click(screen.getByRole('button', { name: 'Remove Revenue' }));
    expect(saved.at(-1)?.impact?.metrics).toEqual([]);
  });
});

describe('topology and changes', () => {
  it('are edited and checked like the rest', () => {
    const saved = renderConfig(SETTINGS);
    fireEvent.change(screen.getByLabelText(/Stale after/), { target: { value: '1' } });
    expect(screen.getByText(/from 5 to 10080/, { selector: '[role=alert]' })).toBeTruthy();
    fireEvent.change(screen.getByLabelText(/Stale after/), { target: { value: '30' } });
    fireEvent.change(screen.getByLabelText(/Topology file/), { target: { value: 'services: []' } });
    expect(saved.at(-1)?.topology).toEqual({ staleMinutes: 30, file: 'services: []' });
    fireEvent.blur(screen.getByLabelText(/Tags of annotations/), { target: { value: 'deploy, our-release,' } });
    expect(saved.at(-1)?.changes).toEqual({ annotationTags: ['deploy', 'our-release'] });
    fireEvent.blur(screen.getByLabelText(/Tags of annotations/), { target: { value: ' ' } });
    expect(saved.at(-1)?.changes).toEqual({});
  });

  it('have sources of their own', () => {
    const saved = renderConfig(SETTINGS);
    fireEvent.change(screen.getByPlaceholderText('http://jaeger-query:16686'), {
      target: { value: 'http://jaeger:16686' },
    });
    expect(saved.at(-1)?.jaeger).toEqual({ url: 'http://jaeger:16686' });
  });
});

describe('the query editor', () => {
  const renderQuery = (query: CausewayQuery) =>
    render(
      <QueryEditor
        query={query}
        onChange={() => undefined}
        onRunQuery={() => undefined}
        datasource={{ fetchServiceNames: () => Promise.resolve(['payment']) } as never}
      />
    );

  it('shows the fields that a type uses and its help', () => {
    renderQuery({ refId: 'A', queryType: 'band', signal: 'latency' });
    expect(screen.getByTestId(TEST_IDS.query.band)).toBeTruthy();
    expect(screen.getByTestId(TEST_IDS.query.help).textContent).toBe(QUERY_TEXTS.band.help);
    cleanup();
    renderQuery({ refId: 'A', queryType: 'topology' });
    expect(screen.queryByTestId(TEST_IDS.query.service)).toBeNull();
    expect(screen.queryByTestId(TEST_IDS.query.signal)).toBeNull();
  });

  it('does not fall over a type of a later version', () => {
    renderQuery({ refId: 'A', queryType: 'from-the-future' as never });
    expect(screen.getByTestId(TEST_IDS.query.help).textContent).toBe(QUERY_TEXTS['anomaly-score'].help);
  });
});
