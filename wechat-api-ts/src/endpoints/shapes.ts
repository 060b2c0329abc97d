import { z } from 'zod'

/** How the reference page names what several shapes on the wire become. */
const told = (type: 'string' | 'number') => ({ told: type })

/** A 64-bit id: a number or a string on the wire, always a string here, digit for digit. */
export const wideId = z.union([z.string(), z.number()]).transform(String).meta(told('string'))

/** A 64-bit id as it is given to WeChat: its digits, as they came, for a number would lose the last ones. */
export const wideDigits = z.string().regex(/^\d{1,20}$/)

/** A number that some endpoints send as text. */
export const number = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d+(\.\d+)?$/)
      .transform(Number),
  ])
  .meta(told('number'))

/** Text that some endpoints send as a number. */
export const text = z.union([z.string(), z.number().transform(String)]).meta(told('string'))

/** A list that is absent or null where it is empty. */
export const list = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform(items => items ?? [])

/** A number in a query, where everything is text. */
export const queryNumber = z.union([z.number(), z.string().regex(/^\d+$/)])

/** A person's id within one account. */
export const openid = z.string().min(1).describe('openid within this account')

/** A date as WeChat's reports take it, in Beijing time. */
export const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .describe('YYYY-MM-DD, Beijing time')

/** The mini-program a message opens; it must be linked to the account (40166, 40173). */
export const linkedMiniprogram = z.object({ appid: z.string(), pagepath: z.string().optional() })

/** The values of a template by parameter name. */
export const templateData = z.record(z.string(), z.object({ value: z.string(), color: z.string().optional() }))
