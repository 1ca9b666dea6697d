export const GOOD_IMAGE = 'registry.k8s.io/pause:3.9';
export const OTHER_IMAGE = 'registry.k8s.io/pause:3.8';
export const BAD_IMAGE = 'registry.k8s.io/pause:does-not-exist';

/** The body of a deployment with one container `app`. */
export function deploymentBody(name: string, { replicas = 2, image = GOOD_IMAGE } = {}) {
  const env = [{ name: 'DB_PASSWORD', value: 'canary-secret-hunter2' }];
  const container = { name: 'app', image, resources: { limits: { memory: '64Mi' } }, env };
  const pod = { automountServiceAccountToken: false, terminationGracePeriodSeconds: 1, containers: [container] };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      progressDeadlineSeconds: 5,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: pod },
    },
  };
}
