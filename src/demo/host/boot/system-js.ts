import 'systemjs/dist/system.js';
import 'systemjs/dist/extras/amd.js';
import 'systemjs/dist/extras/named-register.js';

/** What the page uses of SystemJS. */
export interface ModuleLoader {
  import(url: string): Promise<Readonly<Record<string, unknown>>>;
  set(id: string, module: object): void;
  register(id: string, dependencies: readonly string[], declare: (provide: (module: object) => void) => object): void;
  addImportMap(map: { readonly imports: Readonly<Record<string, string>> }): void;
}

/** SystemJS with AMD and named modules, as Grafana loads plugins. */
export const moduleLoader = (globalThis as unknown as { readonly System: ModuleLoader }).System;
