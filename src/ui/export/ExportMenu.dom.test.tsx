import React from 'react';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TEST_IDS } from '../test-ids.ts';
import { ExportMenu } from './ExportMenu.tsx';
import { exportInput } from './testing/hostile.ts';

const { export: ids } = TEST_IDS;
const saved: Blob[] = [];

function readText(content: Blob | undefined): Promise<unknown> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(reader.result));
    reader.readAsText(content ?? new Blob());
  });
}

async function choose(id: string): Promise<void> {
  render(<ExportMenu input={exportInput} />);
  await act(async () => fireEvent.click(screen.getByTestId(ids.menu)));
  await act(async () => fireEvent.click(await screen.findByTestId(id)));
}

beforeEach(() => {
  saved.length = 0;
  vi.stubGlobal(
    'URL',
    class extends URL {
      static override createObjectURL = (content: Blob) => `blob:${saved.push(content)}`;
      static override revokeObjectURL = () => undefined;
    }
  );
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  document.querySelectorAll('iframe').forEach((frame) => frame.remove());
});

describe('ExportMenu', () => {
  it.each([
    [ids.markdown, 'incident-checkout-2026-11-20.md', '# Post'],
    [ids.json, 'incident-checkout-2026-11-20.json', '"schema": "causeway.incident/1"'],
  ])('saves %s', async (id, name, part) => {
    await choose(id);
    expect(screen.getByTestId(ids.said).textContent).toBe(`Saved as ${name}.`);
    expect(await readText(saved[0])).toContain(part);
  });

  it('copies for Slack', async () => {
    const copied: string[] = [];
    vi.stubGlobal('navigator', {
      ...navigator,
      clipboard: { writeText: async (text: string) => void copied.push(text) },
    });
    await choose(ids.slack);
    expect(copied[0]).toContain('*Open: Slow: checkout*');
    expect(screen.getByTestId(ids.said).textContent).toContain('Copied');
  });

  it('shows the text where copying is not allowed', async () => {
    vi.stubGlobal('navigator', { ...navigator, clipboard: undefined });
    await choose(ids.slack);
    expect(screen.getByTestId(ids.said).textContent).toContain('did not allow copying');
    const field = screen.getByRole('textbox', { name: 'Copy for Slack' }) as HTMLTextAreaElement;
    expect(field.value).toContain('*Open: Slow: checkout*');
  });

  it('prints a document of its own, without scripts', async () => {
    await choose(ids.print);
    const frame = document.querySelector('iframe');
    expect(frame?.srcdoc).toContain('<h2>Causes</h2>');
    expect(frame?.getAttribute('sandbox')).not.toContain('allow-scripts');
  });
});
