import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'

/** A mini-program session: the token goes into `Authorization: Bearer`. */
export const ShopSession = z.object({
  token: z.string(),
  /** Seconds the token is good for after its last use. */
  expiresIn: z.int(),
  /** Whether this person has a card already. */
  member: z.boolean(),
})

/** A subscribe template the mini-program may ask for, with what the shopper still allows. */
export const SubscribeTemplate = z.object({
  /** Our name of the template: couponArrived, ticketReplied … */
  name: z.string(),
  templateId: z.string(),
  remaining: z.int(),
})

/** What the mini-program calls: sessions and subscribe credits. */
export const shopOperations = operations({
  openSession: {
    method: 'POST',
    path: '/shop/session',
    access: 'public',
    summary: 'Start a mini-program session from wx.login’s code',
    body: z.object({ code: z.string().min(1).max(128), appId: z.string().max(32).optional() }),
    reply: ShopSession,
  },
  subscribeTemplates: {
    method: 'GET',
    path: '/shop/subscriptions',
    access: 'shopper',
    summary: 'The subscribe templates to ask for, and the messages still allowed',
    reply: z.object({ items: z.array(SubscribeTemplate) }),
  },
  recordSubscriptions: {
    method: 'POST',
    path: '/shop/subscriptions',
    access: 'shopper',
    summary: 'Record what the shopper answered in the subscribe pop-up: one accept = one message',
    body: z.object({
      /** Made anew for each pop-up, so that a repeated request counts once. */
      key: z.string().min(8).max(64),
      accepted: z.array(z.string().min(1).max(64)).max(10),
      rejected: z.array(z.string().min(1).max(64)).max(10).default([]),
    }),
    reply: z.object({ items: z.array(SubscribeTemplate) }),
  },
})
