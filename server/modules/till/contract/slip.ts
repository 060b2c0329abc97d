import { z } from 'zod'

/** A store of the caller. */
export const Store = z.string().trim().min(1).max(32)

/** The till's number and the number of its receipt, as on the slip: the night's file then finds it there. */
export const Slip = {
  tillCode: z
    .string()
    .trim()
    .min(1)
    .max(32)
    .regex(/^[^|]+$/),
  receiptNo: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .regex(/^[^|]+$/),
}
