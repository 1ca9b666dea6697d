/** Shown for a panel id that neither this page nor the plugin knows. */
export function PanelNotFound({ id }: { readonly id: string }) {
  return <p>Panel plugin not found: {id}</p>;
}
