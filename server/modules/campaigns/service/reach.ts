import type { z } from 'zod'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Language } from '../../../kernel/http/language.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { decodeCursor, type Page, pageFrom, type PageQuery } from '../../../kernel/page.ts'
import { CampaignPurpose, CampaignRoute, type MemberReachRow } from '../contract.ts'
import { campaignsOfMember } from '../repository/member.ts'
import { reasonText } from './reasons.ts'

/** What campaigns did for a member, newest first, with the reasons in the reader's language. */
export const createMemberReach =
  ({ db }: Pick<Kernel, 'db'>) =>
  async (
    memberId: string,
    { cursor, limit }: PageQuery,
    caller: StaffCaller,
    language: Language,
  ): Promise<Page<z.input<typeof MemberReachRow>>> => {
    const [before] = decodeCursor(cursor) ?? []
    const from = typeof before === 'string' ? before : null
    const page = pageFrom(await campaignsOfMember(db, caller.scope, memberId, from, limit + 1), limit, row => [
      row.campaignId,
    ])
    return {
      items: page.items.map(row => ({
        ...row,
        purpose: CampaignPurpose.parse(row.purpose),
        route: CampaignRoute.parse(row.route),
        couponReason: reasonText(row.couponReason, language),
        reason: reasonText(row.reason, language),
      })),
      next: page.next,
    }
  }
