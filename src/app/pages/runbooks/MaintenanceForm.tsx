import React, { type SyntheticEvent, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Field, Input, useStyles2 } from '@grafana/ui';
import type { Maintenance } from '#contracts';
import { TEST_IDS } from '#ui';
import { checkWindow, type WindowDraft } from './window-draft.ts';

const EMPTY: WindowDraft = { reason: '', from: '', to: '', namespaces: '' };

const FIELDS: ReadonlyArray<readonly [name: keyof WindowDraft, label: string, description: string]> = [
  ['reason', 'Why', 'Shown to everybody whose plan it stops'],
  ['from', 'From', 'In your time zone'],
  ['to', 'To', 'In your time zone'],
  ['namespaces', 'Namespaces', 'Separated by commas; empty: all'],
];

/** Adds a window in which nothing may be changed. */
export function MaintenanceForm(props: {
  readonly busy: boolean;
  /** @returns false when it was not saved */
  readonly onAdd: (window: Maintenance['windows'][number]) => Promise<boolean>;
}) {
  const styles = useStyles2(getStyles);
  const [draft, setDraft] = useState(EMPTY);
  const [tried, setTried] = useState(false);
  const checked = checkWindow(draft);
  const errors = tried && 'errors' in checked ? checked.errors : {};
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if ('window' in checked && (await props.onAdd(checked.window))) {
      setDraft(EMPTY);
      setTried(false);
    }
  };
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
      {FIELDS.map(([name, label, description]) => (
        <Field
          key={name}
          label={label}
          description={description}
          required={name !== 'namespaces'}
          invalid={errors[name] !== undefined}
          error={errors[name]}
          noMargin
        >
          <Input
            id={`causeway-window-${name}`}
            type={name === 'from' || name === 'to' ? 'datetime-local' : 'text'}
            width={30}
            maxLength={300}
            value={draft[name]}
            onChange={(event) => setDraft({ ...draft, [name]: event.currentTarget.value })}
          />
        </Field>
      ))}
      <Button
        type="submit"
        variant="secondary"
        icon="plus"
        disabled={props.busy}
        data-testid={TEST_IDS.runbooks.windowAdd}
      >
        Add window
      </Button>
    </form>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'flex-end',
    gap: theme.spacing(1.5),
    marginTop: theme.spacing(2),
  }),
});
