import { z } from 'zod'
import { event } from '../../kernel/events/event.ts'

const Id = z.string().length(26)

/** A card file makes thousands of members: an event tells of so many at most. */
export const MEMBERS_PER_EVENT = 200

/** Members have come to be. */
export const membersEnrolled = event(
  'members.enrolled',
  z.object({
    members: z
      .array(
        z.object({
          memberId: Id,
          /** The channel code they came by, and since when they knew it; left out when they came by none. */
          origin: z.object({ codeId: Id, at: z.iso.datetime() }).optional(),
        }),
      )
      .min(1)
      .max(MEMBERS_PER_EVENT),
  }),
)

/** Old cards now stand for these members; their past sales may be linked. */
export const cardsBound = event(
  'members.cardsBound',
  z.object({
    cards: z
      .array(z.object({ memberId: Id, cardNo: z.string() }))
      .min(1)
      .max(MEMBERS_PER_EVENT),
  }),
)

/** WeChat's openid now belongs to this member. */
export const identityLinked = event(
  'members.identityLinked',
  z.object({ memberId: Id, appId: z.string(), openid: z.string() }),
)

/** A member has given or withdrawn a consent. */
export const consentChanged = event(
  'members.consentChanged',
  z.object({ memberId: Id, purpose: z.string(), channel: z.string(), granted: z.boolean() }),
)

/** The membership is closed and its personal data erased; others erase what they hold. */
export const memberClosed = event('members.closed', z.object({ memberId: Id }))

/** A member belongs to a household from now on: what they earn goes into its wallet. */
export const householdJoined = event(
  'members.householdJoined',
  z.object({ memberId: Id, headId: Id, at: z.iso.datetime() }),
)

/** One member has taken the place of another: all that the other had is theirs now. */
export const membersMerged = event('members.merged', z.object({ mergeId: Id, memberId: Id, mergedId: Id }))

/** A merge was undone: the other is a member of their own again. */
export const membersParted = event('members.parted', z.object({ mergeId: Id, memberId: Id, partedId: Id }))
