import React, { useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Dropdown, Menu, TextArea, useStyles2 } from '@grafana/ui';
import { saveFile } from '../graph/graph-export.ts';
import { TEST_IDS } from '../test-ids.ts';
import type { ExportInput } from './export-input.ts';
import { EXPORT_TEXTS as T } from './export-text.ts';
import { toPrintHtml } from './html.ts';
import { toExportJson, toFileName } from './json.ts';
import { toMarkdown } from './markdown.ts';
import { toPostMortem, toTitle } from './post-mortem.ts';
import { printDocument } from './print-document.ts';
import { toSlack } from './slack.ts';

/** What became of the last export. `text` is what could not be copied. */
interface Said {
  readonly line: string;
  readonly text?: string;
}

/**
 * Takes an incident out of Grafana: as a draft of a post-mortem, as data, for a chat, on paper.
 * @param props.input called when something is chosen, so that it is what is known then
 */
export function ExportMenu(props: { readonly input: () => ExportInput }) {
  const styles = useStyles2(getStyles);
  const [said, setSaid] = useState<Said>();
  const save = (ending: string, type: string, write: (input: ExportInput) => string) => {
    const input = props.input();
    const name = toFileName(input, ending);
    saveFile(name, new Blob([write(input)], { type }));
    setSaid({ line: `${T.saved} ${name}.` });
  };
  const copy = async () => {
    const text = toSlack(props.input());
    setSaid(await tryToCopy(text));
  };
  const print = () => {
    const input = props.input();
    printDocument(toPrintHtml(toTitle(input), toPostMortem(input)));
    setSaid(undefined);
  };
  const menu = (
    <Menu>
      <Menu.Item
        label={T.markdown}
        icon="file-alt"
        testId={TEST_IDS.export.markdown}
        onClick={() => save('md', 'text/markdown', (input) => toMarkdown(toPostMortem(input)))}
      />
      <Menu.Item
        label={T.json}
        icon="brackets-curly"
        testId={TEST_IDS.export.json}
        onClick={() => save('json', 'application/json', toExportJson)}
      />
      <Menu.Item label={T.slack} icon="copy" testId={TEST_IDS.export.slack} onClick={() => void copy()} />
      <Menu.Item label={T.print} icon="document-info" testId={TEST_IDS.export.print} onClick={print} />
    </Menu>
  );
  return (
    <div className={styles.root}>
      <Dropdown overlay={menu} placement="bottom-end">
        <Button variant="secondary" icon="download-alt" data-testid={TEST_IDS.export.menu}>
          {T.menu}
        </Button>
      </Dropdown>
      <output aria-live="polite" className={styles.said} data-testid={TEST_IDS.export.said}>
        {said?.line}
      </output>
      {said?.text !== undefined && (
        <TextArea aria-label={T.slack} readOnly rows={6} value={said.text} onFocus={(event) => event.target.select()} />
      )}
    </div>
  );
}

/** Copying needs a safe context and the person's leave; without them the text is shown. */
async function tryToCopy(text: string): Promise<Said> {
  try {
    await navigator.clipboard.writeText(text);
    return { line: T.copied };
  } catch {
    return { line: T.notCopied, text };
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({ display: 'inline-flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  said: css({ color: theme.colors.text.secondary }),
});
