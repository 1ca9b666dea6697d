/** A runbook that asks, waits for a person, and then scales if the question says so. */
export const GATED = `apiVersion: aiops.io/v1
kind: Runbook
metadata: { name: gated-scale, version: 1, title: Scale when it is slow, owner: platform }
spec:
  triggers:
    - source: aiops-insight
      match:
        - { label: cause, op: '=', value: overload }
  parameters:
    service: { type: service, fromLabel: service }
    replicas: { type: integer, min: 1, max: 20, default: 5 }
  preconditions:
    - name: serves
      query: serving
      op: '>'
      value: 0
  policy:
    risk: medium
    approval: { mode: required, ttl: 20m }
    cooldown: 10m
    concurrency: { key: target, max: 1 }
    blastRadius: { maxPercent: 40 }
    deadline: 1h
  steps:
    - id: slow
      action: query
      with: { query: latency, op: '>', value: 0.05, onFalse: continue }
    - id: look
      action: manual
      if: steps["slow"].passed
      with: { instruction: Look at the queue first. }
      timeout: 30m
    - id: scale
      action: demo.scale
      if: steps["slow"].passed && params.replicas > 1
      target: { kind: deployment, name: { $param: service } }
      with: { replicas: { $param: replicas } }
      timeout: 1m
      ttl: 5m
  verify:
    settle: 30s
    timeout: 10m
    interval: 15s
    consecutive: 2
    checks:
      - { name: fast-enough, query: after, op: '<', value: 0.5 }
    onFailure: rollback
  notifications:
    - { channel: incidents, on: [approval-requested, approved, started, succeeded, failed, needs-human] }
`;
