import { z } from 'zod';

/** Tokens, and money in the currency of the prices; null where no price is known. */
const amountSchema = z.strictObject({
  tokens: z.number().nonnegative().max(1e12),
  cost: z.number().nonnegative().max(1e9).nullable(),
});

const limitSchema = z.strictObject({
  tokens: z.number().nonnegative().max(1e12).optional(),
  cost: z.number().nonnegative().max(1e9).optional(),
});

/** Whose budget it is: an incident, or a name that the backend makes where there is none. */
const owner = z.string().min(1).max(300);

/** Body of `POST /v1/model-budget/reservations` (backend only): sets aside what a run may use at most, or refuses. */
export const reserveBudgetSchema = z.strictObject({
  incident: owner,
  most: amountSchema,
  /** With less the run is of no use. */
  least: amountSchema,
  perIncident: limitSchema,
  perMonth: limitSchema,
});
export type ReserveBudget = z.infer<typeof reserveBudgetSchema>;

/** Body of `POST /v1/model-budget/reservations/:id/settle` (backend only): what was used of it. */
export const settleBudgetSchema = amountSchema;

/** Answer of `POST /v1/model-budget/reservations`. */
export type BudgetReservation =
  | { readonly kind: 'granted'; readonly id: string; readonly granted: z.infer<typeof amountSchema> }
  | {
      readonly kind: 'refused';
      readonly by: 'incident' | 'month';
      readonly unit: 'tokens' | 'cost';
      readonly limit: number;
      readonly left: number;
    };

/** Answer of `GET /v1/model-budget?incident=`. What was set aside and not settled counts as used. */
export interface BudgetUse {
  /** Month of the executor's clock in UTC, `2026-03`. */
  readonly month: string;
  readonly usedInMonth: { readonly tokens: number; readonly cost: number };
  readonly usedForIncident: { readonly tokens: number; readonly cost: number };
}
