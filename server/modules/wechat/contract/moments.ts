import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'

/** When a shopper wants to hear of something: claiming a coupon, asking for help, exchanging points, opening a card. */
export const MOMENTS = ['couponClaim', 'ticketSubmit', 'exchange', 'enrol'] as const
export const Moment = z.enum(MOMENTS)
export type Moment = z.output<typeof Moment>

const TemplateName = z.string().min(1).max(40)
/** The mini-program's pop-up takes at most three (wechat-protocol §4.2). */
const Templates = z.array(TemplateName).max(3)

/** A moment as the shop has set it. */
export const MomentSetting = z.object({
  isOn: z.boolean(),
  templates: Templates,
  wordingZh: z.string().trim().max(20),
  wordingEn: z.string().trim().max(60),
})
export type MomentSetting = z.output<typeof MomentSetting>

/** What became of asking: shown = the pop-up came up; kept = 总是保持, nothing came up; used = messages sent on it since. */
export const AskFigures = z.object({
  shown: z.int(),
  accepted: z.int(),
  rejected: z.int(),
  keptAccepted: z.int(),
  keptRejected: z.int(),
  used: z.int(),
})
export type AskFigures = z.output<typeof AskFigures>

export const MomentRow = MomentSetting.extend({
  moment: Moment,
  /** Templates that no account has: they are not asked for. */
  missing: z.array(z.string()),
  figures: AskFigures,
  days: z.array(AskFigures.extend({ day: z.iso.date() })),
})
export type MomentRow = z.output<typeof MomentRow>

/** What the mini-program asks at a moment. */
export const ShopMoment = z.object({
  moment: Moment,
  templates: z.array(z.object({ templateId: z.string(), remaining: z.int() })),
  wording: z.object({ zh: z.string(), en: z.string() }),
})

const period = z.object({ from: z.iso.date(), to: z.iso.date() })

/** Ask moments: what is asked when, and what came of it. */
export const momentOperations = operations({
  moments: {
    method: 'GET',
    path: '/admin/wechat/moments',
    access: 'staff:wechat.read',
    summary: 'The moments at which shoppers are asked, with figures by day',
    query: period,
    reply: z.object({ items: z.array(MomentRow), known: z.array(z.string()) }),
  },
  setMoment: {
    method: 'PUT',
    path: '/admin/wechat/moments/:moment',
    access: 'staff:wechat.manage',
    summary: 'Set what is asked at a moment',
    params: z.object({ moment: Moment }),
    body: MomentSetting,
    reply: z.void(),
  },
  shopMoments: {
    method: 'GET',
    path: '/shop/moments',
    access: 'shopper',
    summary: 'What to ask when, and the messages still allowed',
    reply: z.object({ items: z.array(ShopMoment) }),
  },
  answerMoment: {
    method: 'POST',
    path: '/shop/moments',
    access: 'shopper',
    summary: 'What the shopper answered at a moment; each accept is one message, also where no pop-up was shown',
    body: z.object({
      moment: Moment,
      /** Made anew for each tap, so that a repeated request counts once. */
      key: z.string().min(8).max(64),
      answers: z
        .array(
          z.object({
            templateId: z.string().min(1).max(64),
            accepted: z.boolean(),
            /** 总是保持: the answer came without a pop-up. */
            kept: z.boolean().default(false),
          }),
        )
        .max(3),
    }),
    reply: z.object({ items: z.array(ShopMoment) }),
  },
})
