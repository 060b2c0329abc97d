import { z } from 'zod'
import { Instant } from '../../../kernel/http/instant.ts'
import { Purpose, Route } from './routes.ts'

/** A way to a person that is open now. */
export const Way = z.object({
  route: Route,
  appId: z.string(),
  openid: z.string(),
  /** Of a subscribe message; '' for the other routes. */
  templateId: z.string(),
  /** Our name of that template. */
  template: z.string(),
  /** How many messages; null = not counted. */
  left: z.int().nullable(),
  /** Until when; null = no end. */
  until: Instant.nullable(),
})

/** Why a way is closed. */
export const WhyClosed = z.enum([
  /** The platform forbids this route for this purpose. */
  'purpose',
  /** Has not agreed to marketing messages. */
  'noConsent',
  'notFollowing',
  /** Was never seen in the mini-program. */
  'neverSeen',
  /** Has switched receiving off or is on the blacklist. */
  'blocked',
  'windowClosed',
  'massUsedUp',
  'noCredit',
])

/** A way that is closed now. */
export const Closed = z.object({ route: Route, appId: z.string(), template: z.string(), why: WhyClosed })

/** By which routes a person can be reached now for a purpose, and why not by the others. */
export const Reach = z.object({ purpose: Purpose, ways: z.array(Way), closed: z.array(Closed) })
