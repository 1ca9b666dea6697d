import type { ActionTarget, EpochMs } from '#model';
import { ShopError } from '../errors.ts';
import type { Shop } from '../shop.ts';
import type { ActionRequest, RestoreRequest } from './action-request.ts';
import { planAction, planRestore, type ActionPlan } from './plans.ts';
import { findComponent, viewTarget, type Component, type TargetView } from './targets.ts';

const MAX_OPERATIONS = 10_000;

/** The platform's answer to an action. */
export interface ActionReply {
  readonly applied: boolean;
  /** What changes or would change, as text. */
  readonly diff: string;
  /** Version of the target afterwards. */
  readonly version: string;
  readonly message: string;
}

/** Carries out actions on the shop, as an orchestrator's API would: versions, dry runs, idempotence by operation id. */
export class Platform {
  readonly #shop: Shop;
  readonly #done = new Map<string, { readonly fingerprint: string; readonly reply: ActionReply }>();
  /** By target: the operation that changed it last, and the revision that it made. */
  readonly #marks = new Map<string, { readonly operationId: string; readonly revision: number }>();

  constructor(shop: Shop) {
    this.#shop = shop;
  }

  /** Reads a target. @throws ShopError SHOP_TARGET_UNKNOWN */
  read(target: ActionTarget): TargetView {
    const found = findComponent(this.#shop.components, target);
    const mark = this.#marks.get(keyOf(target));
    const isOurs = mark?.revision === found.component.revision;
    return { ...viewTarget(target, found), ...(isOurs ? { operationId: mark.operationId } : {}) };
  }

  /** What became of an operation; undefined when it was never performed. */
  operation(operationId: string): ActionReply | undefined {
    return this.#done.get(operationId)?.reply;
  }

  /**
   * Puts a target back into the state that `spec` says, as far as a platform can. Idempotent like {@link act}.
   * @throws ShopError SHOP_TARGET_UNKNOWN, SHOP_PARAMETER_INVALID, SHOP_VERSION_CONFLICT, SHOP_OPERATION_REUSED
   */
  restore(request: RestoreRequest, nowMs: EpochMs): ActionReply {
    const { target, spec, operationId, expectedVersion } = request;
    const fingerprint = JSON.stringify(['restore', keyOf(target), Object.entries(spec).toSorted()]);
    const found = findComponent(this.#shop.components, target);
    return (
      this.#repeat(operationId, fingerprint) ??
      this.#perform({ target, operationId, expectedVersion, fingerprint }, found, planRestore(found, spec), nowMs)
    );
  }

  /**
   * Does or previews an action at `nowMs`. The same operation id gives the same answer again, without a second effect.
   * @throws ShopError SHOP_TARGET_UNKNOWN, SHOP_ACTION_UNSUPPORTED, SHOP_PARAMETER_INVALID, SHOP_VERSION_CONFLICT,
   *   SHOP_OPERATION_REUSED
   */
  act(request: ActionRequest, nowMs: EpochMs): ActionReply {
    const { action, target, parameters, operationId, expectedVersion } = request;
    const fingerprint = JSON.stringify([
      action,
      target.kind,
      target.name,
      target.peer,
      Object.entries(parameters).toSorted(),
    ]);
    const before = request.dryRun ? undefined : this.#repeat(operationId, fingerprint);
    if (before) {
      return before;
    }
    const found = findComponent(this.#shop.components, target);
    this.#requireVersion(target, found, expectedVersion);
    const plan = planAction(request, found);
    if (request.dryRun) {
      const version = String(found.component.revision);
      return { applied: false, diff: diffOf(target, plan), version, message: `dry run: ${plan.message}` };
    }
    return this.#perform({ target, operationId, expectedVersion, fingerprint }, found, plan, nowMs);
  }

  #repeat(operationId: string, fingerprint: string): ActionReply | undefined {
    const before = this.#done.get(operationId);
    if (before && before.fingerprint !== fingerprint) {
      throw new ShopError('SHOP_OPERATION_REUSED');
    }
    return before?.reply;
  }

  #requireVersion(target: ActionTarget, { component }: Component, expected: string | undefined): void {
    const version = String(component.revision);
    if (expected !== undefined && expected !== version) {
      const detail = `The ${target.kind} ${target.name} is at version ${version}, not ${expected}.`;
      throw new ShopError('SHOP_VERSION_CONFLICT', detail);
    }
  }

  #perform(operation: Operation, found: Component, plan: ActionPlan, nowMs: EpochMs): ActionReply {
    const { target, operationId, fingerprint } = operation;
    this.#requireVersion(target, found, operation.expectedVersion);
    if (plan.diff.length > 0) {
      plan.apply(this.#shop, nowMs);
      if (plan.change) {
        const summary = `${nameOf(target)}: ${plan.change.summary}`;
        this.#shop.announce({ atMs: nowMs, kind: plan.change.kind, service: target.name, summary });
      }
      found.component.revision++;
    }
    this.#marks.set(keyOf(target), { operationId, revision: found.component.revision });
    const version = String(found.component.revision);
    const reply = { applied: true, diff: diffOf(target, plan), version, message: plan.message };
    this.#remember(operationId, fingerprint, reply);
    return reply;
  }

  #remember(operationId: string, fingerprint: string, reply: ActionReply): void {
    if (this.#done.size >= MAX_OPERATIONS) {
      const oldest = this.#done.keys().next().value;
      if (oldest !== undefined) {
        this.#done.delete(oldest);
      }
    }
    this.#done.set(operationId, { fingerprint, reply });
  }
}

interface Operation {
  readonly target: ActionTarget;
  readonly operationId: string;
  readonly expectedVersion: string | undefined;
  readonly fingerprint: string;
}

function diffOf(target: ActionTarget, { diff }: ActionPlan): string {
  return diff.length === 0 ? 'no change' : [`${target.kind} ${nameOf(target)}`, ...diff].join('\n');
}

const keyOf = ({ kind, name, peer }: ActionTarget): string => `${kind}/${name}/${peer ?? ''}`;

function nameOf(target: ActionTarget): string {
  return target.peer === undefined ? target.name : `${target.name} to ${target.peer}`;
}
