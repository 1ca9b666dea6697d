import type { ActionTarget, EpochMs } from '#model';
import { ShopError } from '../errors.ts';
import type { Shop } from '../shop.ts';
import type { ActionRequest } from './action-request.ts';
import { planAction } from './plans.ts';
import { findComponent, viewTarget, type TargetView } from './targets.ts';

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

  constructor(shop: Shop) {
    this.#shop = shop;
  }

  /** Reads a target. @throws ShopError SHOP_TARGET_UNKNOWN */
  read(target: ActionTarget): TargetView {
    return viewTarget(target, findComponent(this.#shop.components, target));
  }

  /**
   * Does or previews an action at `nowMs`. The same operation id gives the same answer again, without a second effect.
   * @throws ShopError SHOP_TARGET_UNKNOWN, SHOP_ACTION_UNSUPPORTED, SHOP_PARAMETER_INVALID, SHOP_VERSION_CONFLICT,
   *   SHOP_OPERATION_REUSED
   */
  act(request: ActionRequest, nowMs: EpochMs): ActionReply {
    const { action, target, parameters } = request;
    const fingerprint = JSON.stringify([
      action,
      target.kind,
      target.name,
      target.peer,
      Object.entries(parameters).toSorted(),
    ]);
    const before = request.dryRun ? undefined : this.#done.get(request.operationId);
    if (before) {
      if (before.fingerprint !== fingerprint) {
        throw new ShopError('SHOP_OPERATION_REUSED');
      }
      return before.reply;
    }
    const found = findComponent(this.#shop.components, target);
    const version = String(found.component.revision);
    if (request.expectedVersion !== undefined && request.expectedVersion !== version) {
      const detail = `The ${target.kind} ${target.name} is at version ${version}, not ${request.expectedVersion}.`;
      throw new ShopError('SHOP_VERSION_CONFLICT', detail);
    }
    const plan = planAction(request, found);
    const diff = plan.diff.length === 0 ? 'no change' : [`${target.kind} ${nameOf(target)}`, ...plan.diff].join('\n');
    if (request.dryRun) {
      return { applied: false, diff, version, message: `dry run: ${plan.message}` };
    }
    if (plan.diff.length > 0) {
      plan.apply(this.#shop, nowMs);
      if (plan.change) {
        const summary = `${nameOf(target)}: ${plan.change.summary}`;
        this.#shop.announce({ atMs: nowMs, kind: plan.change.kind, service: target.name, summary });
      }
      found.component.revision++;
    }
    const reply = { applied: true, diff, version: String(found.component.revision), message: plan.message };
    this.#remember(request.operationId, fingerprint, reply);
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

function nameOf(target: ActionTarget): string {
  return target.peer === undefined ? target.name : `${target.name} to ${target.peer}`;
}
