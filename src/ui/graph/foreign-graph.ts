/** A share of a node's ring, as the frame of another source gives it. */
export interface ForeignArc {
  readonly label: string;
  readonly share: number;
  readonly color: string;
}

/** What a frame of another source says of a node; texts are formatted already. */
export interface ForeignNode {
  readonly title: string;
  readonly subtitle: string;
  readonly mainText: string;
  readonly secondaryText: string;
  readonly arcs: readonly ForeignArc[];
  readonly details: ReadonlyArray<readonly [label: string, text: string]>;
  readonly color: string | undefined;
  readonly highlighted: boolean;
}

/** What a frame of another source says of an edge. */
export interface ForeignEdge {
  readonly mainText: string;
  readonly secondaryText: string;
  readonly details: ReadonlyArray<readonly [label: string, text: string]>;
  readonly color: string | undefined;
  /** In pixels; 1 when the frame gives none. */
  readonly thickness: number;
  readonly highlighted: boolean;
}

/** A node graph of another source, which has no anomaly states: by node name, and by edge id. */
export interface ForeignGraph {
  readonly nodes: ReadonlyMap<string, ForeignNode>;
  readonly edges: ReadonlyMap<string, ForeignEdge>;
}
