import React from 'react';
import { useTheme2 } from '@grafana/ui';
import type { EdgeKind, ServiceKind } from '#model';

/** A line from left to right, as a call is drawn. */
export function Line(props: { readonly dashes?: readonly number[]; readonly color?: string; readonly width?: number }) {
  const theme = useTheme2();
  const color = props.color ?? theme.colors.text.secondary;
  return (
    <svg width={34} height={10} aria-hidden>
      <line
        x1={0}
        y1={5}
        x2={27}
        y2={5}
        stroke={color}
        strokeWidth={props.width ?? 1.5}
        strokeDasharray={props.dashes?.join(' ')}
      />
      <path d="M26 1 L33 5 L26 9 Z" fill={color} />
    </svg>
  );
}

const HEADS: Readonly<Record<EdgeKind, string>> = {
  http: 'M12 1 L19 5 L12 9 Z',
  database: 'M12 1.5 H19 V8.5 H12 Z',
  messaging: 'M11 1 L19 5 L11 9 L14 5 Z',
  virtual: 'M12 1 L19 5 L12 9 Z',
};

/** The end of a line by how the callee is reached. */
export function Arrow({ kind }: { readonly kind: EdgeKind }) {
  const theme = useTheme2();
  const color = theme.colors.text.secondary;
  return (
    <svg width={20} height={10} aria-hidden>
      <line x1={0} y1={5} x2={12} y2={5} stroke={color} strokeWidth={1.5} />
      <path d={HEADS[kind]} fill={kind === 'virtual' ? 'none' : color} stroke={color} />
    </svg>
  );
}

const OUTLINES: Readonly<Record<ServiceKind, string>> = {
  service: 'M2 2 H22 V12 H2 Z',
  database: 'M2 3 Q12 0 22 3 V11 Q12 14 2 11 Z',
  cache: 'M5 2 H19 L22 5 V9 L19 12 H5 L2 9 V5 Z',
  queue: 'M2 2 H17 L22 7 L17 12 H2 Z',
  external: 'M7 1 H17 L22 4.5 V9.5 L17 13 H7 L2 9.5 V4.5 Z',
  client: 'M2 7 A10 5.5 0 0 1 22 7 A10 5.5 0 0 1 2 7 Z',
};

/** The outline of a kind of service. */
export function KindShape({ kind }: { readonly kind: ServiceKind }) {
  const theme = useTheme2();
  return (
    <svg width={24} height={14} aria-hidden>
      <path d={OUTLINES[kind]} fill="none" stroke={theme.colors.text.secondary} strokeWidth={1.5} />
    </svg>
  );
}

/** A filling. */
export function Fill({ color }: { readonly color: string }) {
  const theme = useTheme2();
  return (
    <svg width={20} height={12} aria-hidden>
      <rect x={0.5} y={0.5} width={19} height={11} rx={2} fill={color} stroke={theme.colors.border.strong} />
    </svg>
  );
}
