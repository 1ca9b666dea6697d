const KINDS = [
  ['keda.sh', 'v1alpha1', 'scaledobjects', 'ScaledObject'],
  ['networking.istio.io', 'v1beta1', 'destinationrules', 'DestinationRule'],
  ['networking.istio.io', 'v1alpha3', 'envoyfilters', 'EnvoyFilter'],
] as const;

/** Definitions that accept any object of the three foreign kinds: what KEDA and Istio make of one is not tested here. */
export function customResourceDefinitions() {
  return KINDS.map(([group, version, plural, kind]) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  }));
}
