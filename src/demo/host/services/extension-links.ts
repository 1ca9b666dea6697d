import type { PluginExtensionAddedLinkConfig } from '@grafana/data';

/** A link that a plugin adds to a place of Grafana, as it is shown there. */
export interface ShownLink {
  readonly title: string;
  readonly description: string;
  readonly path: string;
  /** Some places show a link only in the row of this name. */
  readonly category: string | undefined;
}

/** What a plugin registers in code and declares in plugin.json. */
export interface RegisteredLinks {
  readonly pluginId: string;
  readonly configs: readonly PluginExtensionAddedLinkConfig[];
  readonly declared: readonly { readonly title: string; readonly targets: string | readonly string[] }[];
}

/**
 * The links of one place, as Grafana chooses them: declared in plugin.json with the same target, not hidden by
 * `configure`, within the pages of the plugin. A plugin that fails is passed over.
 */
export function listLinks(plugins: readonly RegisteredLinks[], point: string, context?: object): readonly ShownLink[] {
  return plugins.flatMap(({ pluginId, configs, declared }) =>
    configs
      .filter(({ targets }) => [targets].flat().includes(point))
      .filter(({ title }) => declared.some((twin) => twin.title === title && [twin.targets].flat().includes(point)))
      .flatMap((link) => configureLink(link, context))
      .filter(({ path }) => path.startsWith(`/a/${pluginId}/`))
  );
}

function configureLink(link: PluginExtensionAddedLinkConfig, context: object | undefined): ShownLink[] {
  try {
    const change = link.configure ? link.configure(context && Object.freeze({ ...context })) : {};
    if (!change) {
      return [];
    }
    const { title, description, path, group } = { ...link, ...change };
    // Older versions place a link by its category.
    const { category } = link as { readonly category?: string };
    return [{ title, description: description ?? '', path: path ?? '', category: group?.name ?? category }];
  } catch {
    return [];
  }
}
