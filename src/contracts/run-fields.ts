import { z } from 'zod';

/** Name of a service. */
export const service = z.string().min(1).max(253);
export const text = (most: number) => z.string().max(most);
/** Epoch ms. */
export const time = z.number().int().nonnegative().max(8.64e15);
export const ratio = z.number().min(0).max(1);
export const window = z
  .strictObject({ fromMs: time, toMs: time })
  .refine(({ fromMs, toMs }) => toMs > fromMs, { path: ['toMs'], message: 'toMs must be after fromMs' });
