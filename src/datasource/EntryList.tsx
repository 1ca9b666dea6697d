import React, { type ReactNode } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { SettingsErrors } from './settings-draft.ts';

interface EntryListProps<T> {
  readonly entries: readonly T[];
  /** What one of them is, in lower case: `metric`. */
  readonly noun: string;
  readonly maxEntries: number;
  readonly readOnly: boolean;
  /** The entry that the button adds. */
  readonly create: () => T;
  readonly onChange: (entries: readonly T[]) => void;
  /** Fields of the entry at a place. */
  readonly renderFields: (entry: T, index: number) => ReactNode;
}

/** A list of settings of the same form, with a button that adds one and one that removes each. */
export function EntryList<T extends { readonly name?: string | undefined }>(props: EntryListProps<T>) {
  const { entries, noun, maxEntries, readOnly, create, onChange, renderFields } = props;
  const styles = useStyles2(getStyles);
  return (
    <>
      {entries.map((entry, index) => (
        // An entry has no other key than its place: the name is being edited.
        // oxlint-disable-next-line react/no-array-index-key
        <fieldset key={index} className={styles.entry} disabled={readOnly}>
          <legend className={styles.legend}>{entry.name || `${capitalise(noun)} ${index + 1}`}</legend>
          {renderFields(entry, index)}
          <Button
            variant="secondary"
            size="sm"
            icon="trash-alt"
            disabled={readOnly}
            aria-label={`Remove ${entry.name || `${noun} ${index + 1}`}`}
            onClick={() => onChange(entries.filter((_, at) => at !== index))}
          >
            Remove
          </Button>
        </fieldset>
      ))}
      <Button
        variant="secondary"
        icon="plus"
        disabled={readOnly || entries.length >= maxEntries}
        onClick={() => onChange([...entries, create()])}
      >
        Add a {noun}
      </Button>
    </>
  );
}

/** Fields of one entry that stand beside each other. */
export function EntryRow({ children }: { readonly children: ReactNode }) {
  return <div className={useStyles2(getStyles).row}>{children}</div>;
}

/** Ids of the fields at a path of the settings, and what `Field` is told of each. */
export function fieldsAt(path: string, errors: SettingsErrors) {
  const id = (name: string): string => `causeway-${path.replaceAll('.', '-')}-${name}`;
  const field = (name: string) => {
    const error = errors[`${path}.${name}`];
    return { htmlFor: id(name), invalid: error !== undefined, error };
  };
  return { id, field };
}

function capitalise(noun: string): string {
  return noun.charAt(0).toUpperCase() + noun.slice(1);
}

const getStyles = (theme: GrafanaTheme2) => ({
  entry: css({
    margin: theme.spacing(0, 0, 2),
    padding: theme.spacing(2),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  legend: css({ width: 'auto', margin: 0, padding: theme.spacing(0, 1), fontSize: theme.typography.h6.fontSize }),
  row: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: theme.spacing(0, 2) }),
});
