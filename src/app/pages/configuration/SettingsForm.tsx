import React, { type SyntheticEvent, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import {
  Alert,
  Button,
  ClipboardButton,
  Combobox,
  Field,
  FieldSet,
  Input,
  LinkButton,
  SecretInput,
  useStyles2,
} from '@grafana/ui';
import type { AppSettings } from '#contracts';
import { ErrorState, type Problem, TEST_IDS } from '#ui';
import type { ExecutorClient } from '../../api/executor-client.ts';
import { HttpFailure, type HttpPort } from '../../api/http.ts';
import { toProblem } from '../../errors.ts';
import { DATASOURCE_PLUGIN_ID } from '../../routes.ts';
import { saveSettings, testDatasource, testExecutor, type TestResult } from './connection-test.ts';
import { checkSettings, type SettingsDraft, toJsonData, toProvisioningYaml } from './settings-form.ts';

/** What the form reaches the outside through. */
export interface ConfigPorts {
  readonly http: HttpPort;
  readonly executor: ExecutorClient;
  readonly datasources: ReadonlyArray<{
    readonly uid: string;
    readonly name: string;
    readonly readOnly?: boolean | undefined;
  }>;
}

/** Settings as stored, and the ports. */
export interface SettingsFormProps {
  readonly pluginId: string;
  readonly enabled: boolean;
  readonly pinned: boolean;
  readonly settings: AppSettings;
  readonly hasToken: boolean;
  readonly ports: ConfigPorts;
}

/** URL and token of the executor and the datasource of the pages; every value can also be provisioned. */
export function SettingsForm(props: SettingsFormProps) {
  const styles = useStyles2(getStyles);
  const form = useSettingsForm(props);
  const { draft, errors } = form;
  return (
    <form onSubmit={form.save} noValidate data-testid={TEST_IDS.page.configuration}>
      <FieldSet label="Executor">
        <p>
          The executor keeps incidents and approvals and carries out approved actions. Without it, analysis still works.
        </p>
        <Field
          label="URL"
          description="As Grafana’s server reaches it"
          invalid={errors.executorUrl !== undefined}
          error={errors.executorUrl}
          noMargin
        >
          <Input
            id="causeway-config-executor-url"
            width={60}
            value={draft.executorUrl}
            placeholder="http://executor:8080"
            onChange={(event) => form.set({ executorUrl: event.currentTarget.value })}
            data-testid={TEST_IDS.config.executorUrl}
          />
        </Field>
        <Field
          label="Token"
          description="Identifies Grafana’s proxy to the executor. Kept encrypted; never sent to the browser"
          noMargin
          className={styles.gap}
        >
          <SecretInput
            id="causeway-config-executor-token"
            width={60}
            isConfigured={form.tokenStored}
            value={draft.executorToken}
            onChange={(event) => form.set({ executorToken: event.currentTarget.value })}
            onReset={form.resetToken}
            data-testid={TEST_IDS.config.executorToken}
          />
        </Field>
      </FieldSet>
      <DatasourceField draft={draft} set={form.set} datasources={props.ports.datasources} />
      <div className={styles.buttons}>
        <Button type="submit" disabled={form.busy || Object.keys(errors).length > 0} data-testid={TEST_IDS.config.save}>
          Save
        </Button>
        <Button
          type="button"
          variant="secondary"
          disabled={form.busy}
          onClick={form.test}
          data-testid={TEST_IDS.config.test}
        >
          Test connection
        </Button>
      </div>
      <Outcome saved={form.saved} problem={form.problem} results={form.results} />
      <Provisioning settings={toJsonData(draft)} />
    </form>
  );
}

function DatasourceField(props: {
  readonly draft: SettingsDraft;
  readonly set: (change: Partial<SettingsDraft>) => void;
  readonly datasources: ConfigPorts['datasources'];
}) {
  const { draft, datasources } = props;
  const chosen = datasources.find(({ uid }) => uid === draft.datasourceUid) ?? datasources[0];
  return (
    <FieldSet label="Data source">
      {datasources.length === 0 ? (
        <Alert severity="info" title="There is no Causeway data source yet">
          <LinkButton size="sm" variant="secondary" href={`/connections/datasources/${DATASOURCE_PLUGIN_ID}`}>
            Add the Causeway data source
          </LinkButton>
        </Alert>
      ) : (
        <>
          <Field label="Data source of the pages" description="The first one is used when none is chosen" noMargin>
            <Combobox
              id="causeway-config-datasource"
              width={60}
              isClearable
              value={draft.datasourceUid === '' ? null : draft.datasourceUid}
              options={datasources.map(({ uid, name }) => ({ value: uid, label: name, description: uid }))}
              onChange={(option) => props.set({ datasourceUid: option?.value ?? '' })}
              data-testid={TEST_IDS.config.datasource}
            />
          </Field>
          {chosen && (
            <LinkButton
              fill="text"
              size="sm"
              icon="cog"
              href={`/connections/datasources/edit/${encodeURIComponent(chosen.uid)}`}
            >
              {chosen.readOnly === true
                ? `${chosen.name} is provisioned and read-only: show its settings`
                : `Settings of ${chosen.name}`}
            </LinkButton>
          )}
        </>
      )}
    </FieldSet>
  );
}

function Outcome(props: {
  readonly saved: boolean;
  readonly problem: Problem | undefined;
  readonly results: readonly TestResult[];
}) {
  return (
    <div aria-live="polite" data-testid={TEST_IDS.config.result}>
      {props.saved && <Alert severity="success" title="Saved. Open pages use the new settings after a reload." />}
      {props.problem && <ErrorState problem={props.problem} />}
      {props.results.map((result) =>
        result.ok ? (
          <Alert key={result.name} severity="success" title={`${result.name}: ${result.message}`} />
        ) : (
          <ErrorState key={result.name} problem={result.problem} />
        )
      )}
    </div>
  );
}

function Provisioning({ settings }: { readonly settings: AppSettings }) {
  const yaml = toProvisioningYaml(settings);
  return (
    <details>
      <summary>The same settings as a provisioning file</summary>
      <p>
        Where such a file exists, Grafana applies it at every start. A change made here is then lost, so change the
        file.
      </p>
      <pre>{yaml}</pre>
      <ClipboardButton size="sm" variant="secondary" icon="copy" getText={() => yaml}>
        Copy
      </ClipboardButton>
    </details>
  );
}

const FORBIDDEN: Problem = {
  source: 'Grafana',
  message: 'You may not change these settings.',
  remedy: 'They are read-only for you. Ask an administrator, or change the provisioning file.',
};

function useSettingsForm(props: SettingsFormProps) {
  const { http, executor, datasources } = props.ports;
  const [draft, setDraft] = useState<SettingsDraft>({
    executorUrl: props.settings.executorUrl ?? '',
    datasourceUid: props.settings.datasourceUid ?? '',
    executorToken: '',
  });
  const [tokenStored, setTokenStored] = useState(props.hasToken);
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<{ saved: boolean; problem?: Problem; results: readonly TestResult[] }>({
    saved: false,
    results: [],
  });
  const errors = checkSettings(draft);
  const run = (step: () => Promise<typeof outcome>) => {
    setBusy(true);
    step()
      .then(setOutcome, (error: unknown) => setOutcome({ saved: false, problem: toSaveProblem(error), results: [] }))
      .finally(() => setBusy(false));
  };
  const save = (event: SyntheticEvent) => {
    event.preventDefault();
    if (Object.keys(errors).length > 0) {
      return;
    }
    run(async () => {
      const token = draft.executorToken === '' ? {} : { secureJsonData: { executorToken: draft.executorToken } };
      await saveSettings(http, props.pluginId, {
        enabled: props.enabled,
        pinned: props.pinned,
        jsonData: toJsonData(draft),
        ...token,
      });
      setTokenStored(tokenStored || draft.executorToken !== '');
      setDraft({ ...draft, executorToken: '' });
      return { saved: true, results: [] };
    });
  };
  const test = () =>
    run(async () => {
      const uid = draft.datasourceUid === '' ? datasources[0]?.uid : draft.datasourceUid;
      return { saved: false, results: await Promise.all([testExecutor(executor), testDatasource(http, uid)]) };
    });
  return {
    ...outcome,
    draft,
    errors,
    busy,
    tokenStored,
    save,
    test,
    set: (change: Partial<SettingsDraft>) => setDraft({ ...draft, ...change }),
    resetToken: () => setTokenStored(false),
  };
}

function toSaveProblem(error: unknown): Problem {
  return error instanceof HttpFailure && error.status === 403 ? FORBIDDEN : toProblem(error);
}

const getStyles = (theme: GrafanaTheme2) => ({
  gap: css({ marginTop: theme.spacing(2) }),
  buttons: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), marginBottom: theme.spacing(2) }),
});
