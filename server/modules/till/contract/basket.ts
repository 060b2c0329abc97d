import { z } from 'zod'

const Decimal = z.string().regex(/^-?\d{1,12}(\.\d{1,4})?$/, 'a decimal of at most four places')
const Positive = z.string().regex(/^(?!0+(\.0+)?$)\d{1,12}(\.\d{1,4})?$/, 'a positive decimal of at most four places')

/** A permanent key of the request: the same key gives the same answer for ever; with another body it is a conflict. */
export const Key = z.string().min(8).max(64)

/** Which sale of this till: with the store and the till it is the receipt's key, store|till|businessDate|receiptNo. */
export const Receipt = {
  businessDate: z.iso.date(),
  receiptNo: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .regex(/^[^|]+$/),
}

/** A line in the basket; amounts in yuan, `net` after the shop's own promotions and before our coupon (below zero for 抹零). */
export const BasketLine = z.object({
  lineNo: z.int().min(1).max(9999),
  productCode: z.string().trim().min(1).max(64),
  name: z.string().trim().min(1).max(200),
  quantity: Positive,
  unit: z.string().max(20).default(''),
  unitPrice: Decimal,
  discount: Decimal.default('0'),
  net: Decimal,
  isGift: z.boolean().default(false),
})
export type BasketLine = z.output<typeof BasketLine>

/** The lines of a sale. */
export const Basket = z
  .array(BasketLine)
  .min(1)
  .max(1000)
  .refine(lines => new Set(lines.map(line => line.lineNo)).size === lines.length, 'line numbers must differ')

/** What was paid how; yuan. */
export const Payment = z.object({ method: z.string().trim().min(1).max(30), amount: Decimal })
