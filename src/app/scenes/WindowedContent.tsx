import React, { type ComponentType } from 'react';
import type { TimeRange } from '@grafana/data';
import { type SceneComponentProps, sceneGraph, SceneObjectBase, type SceneObjectState } from '@grafana/scenes';

/** What a page gets that lives under a time picker. The range is a new object after each refresh. */
export interface WindowedProps {
  readonly range: TimeRange;
}

interface WindowedState extends SceneObjectState {
  readonly content: ComponentType<WindowedProps>;
}

/** A plain React page as a scene object, with the time range of the scene it stands in. */
export class WindowedContent extends SceneObjectBase<WindowedState> {
  static Component = ({ model }: SceneComponentProps<WindowedContent>) => {
    const { content: Content } = model.useState();
    const { value } = sceneGraph.getTimeRange(model).useState();
    return <Content range={value} />;
  };
}
