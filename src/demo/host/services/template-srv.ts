import type { ScopedVars } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';
import { type SceneObject, sceneGraph } from '@grafana/scenes';

const TEMPLATE = /\$(\w+)|\$\{(\w+)(?:\.[^:^}]+)?(?::[^}]+)?\}|\[\[(\w+)\]\]/g;

type Format = Parameters<typeof sceneGraph.interpolate>[3];

/**
 * Replaces variables. Inside a scene this is the scene's own interpolation, as in Grafana; elsewhere only scoped
 * variables are known and others stay as they are.
 */
export const hostTemplateSrv: TemplateSrv = {
  getVariables: () => [],
  containsTemplate: (target) => new RegExp(TEMPLATE.source).test(target ?? ''),
  updateTimeRange: () => undefined,
  replace: (target = '', scopedVars, format) => {
    const scene = findScene(scopedVars);
    if (scene) {
      return sceneGraph.interpolate(scene, target, scopedVars, format as Format);
    }
    return target.replaceAll(TEMPLATE, (match: string, ...names: (string | undefined)[]) => {
      const name = names.slice(0, 3).find((item) => item !== undefined) ?? '';
      const value = scopedVars?.[name]?.value as unknown;
      return value === undefined ? match : String(value);
    });
  },
};

function findScene(scopedVars: ScopedVars | undefined): SceneObject | undefined {
  const holder = scopedVars?.__sceneObject?.value as { valueOf(): SceneObject } | undefined;
  const active = (globalThis as { __grafanaSceneContext?: SceneObject }).__grafanaSceneContext;
  return holder?.valueOf() ?? active;
}
