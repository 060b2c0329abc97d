import type { Kernel } from '../../../../kernel/module.ts'
import { unionidsOf } from '../../repository/followers.ts'
import type { Accounts } from '../accounts.ts'
import type { AuditAccounts } from '../accounts/setup.ts'
import type { PeopleNeeds } from '../desk.ts'
import type { createPlanner } from '../outbound.ts'
import type { Shopper } from '../sessions.ts'
import { createReplyBook } from './book.ts'
import { createReplyWork, type SceneReply } from './decide.ts'
import { createReplyRules } from './rules.ts'
import type { Bring } from './sayable.ts'
import type { ReplyValues } from './values.ts'

/** What automatic replies need from above, given by the composition root. */
export interface AutoReplyNeeds extends PeopleNeeds {
  readonly bring: Bring
  readonly audit: AuditAccounts
  memberIdOf(shopper: Shopper): Promise<string | null>
  /** What is known of a member for the texts of replies. */
  replyValues(memberId: string): Promise<ReplyValues>
}

/** Automatic replies: the rules, what is answered, and what it is made of. */
export function createAutoReply(
  kernel: Kernel,
  accounts: Accounts,
  planner: ReturnType<typeof createPlanner>,
  needs: AutoReplyNeeds,
  sceneReply: SceneReply | null = null,
) {
  const { db } = kernel
  const book = createReplyBook(kernel)
  const { replyFor, work } = createReplyWork(kernel, book, {
    sceneReply,
    plan: planner.plan,
    async valuesOf({ appId, openid }) {
      const unionid = (await unionidsOf(db, appId, [openid])).get(openid) ?? null
      const memberId = await needs.memberIdOf({ appId, openid, unionid })
      return memberId === null ? {} : needs.replyValues(memberId)
    },
  })
  const rules = createReplyRules(kernel, accounts, book, {
    audit: needs.audit,
    bring: needs.bring,
    sceneReply,
    async valuesOfMember(memberId, { scope }) {
      await needs.peopleOf(memberId, scope)
      return needs.replyValues(memberId)
    },
  })
  return { replyFor, work, rules, page: book.page }
}
export type AutoReply = ReturnType<typeof createAutoReply>
