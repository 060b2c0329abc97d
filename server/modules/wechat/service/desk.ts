import type { z } from 'zod'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Language } from '../../../kernel/http/language.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { inTransaction } from '../../../kernel/db.ts'
import { commonErrors } from '../../../kernel/errors.ts'
import { decodeCursor, pageFrom, type Page, type PageQuery } from '../../../kernel/page.ts'
import type { Scope } from '../../../kernel/scope.ts'
import {
  MessageState,
  Purpose,
  Route,
  wechatErrors,
  type Decision,
  type MessageView,
  type Reach,
  type UnknownMessage,
} from '../contract/index.ts'
import { isBlacklisted } from '../repository/follower-list.ts'
import { endUnknown, lockMessage, messagesOfPeople, unknownPage, type ShownMessage } from '../repository/messages.ts'
import type { Person } from '../repository/rights/ledger.ts'
import type { Accounts } from './accounts.ts'
import type { AuditAccounts } from './accounts/setup.ts'
import { Body, readableText } from './body.ts'
import { SEND_NOW, type Outgoing, type createPlanner } from './outbound.ts'
import { reasonText } from './reasons.ts'
import type { createRights } from './rights.ts'
import { settleMessages } from './settle.ts'

/** What the desk needs of the members, given by the composition root. */
export interface PeopleNeeds {
  /** A member's addresses, one for each account, and whether they agree to marketing; throws notFound outside the scope. */
  peopleOf(memberId: string, scope: Scope): Promise<{ people: Person[]; willing: boolean }>
  /** Which members of a scope addresses belong to, names masked: 'appId openid' → member. */
  membersAt(people: readonly Person[], scope: Scope): Promise<Map<string, { memberId: string; name: string }>>
  /** The addresses of members of a scope with a phone or card number. */
  peopleBy(phoneOrCard: string, scope: Scope): Promise<Person[]>
}

const TEXT = 120

/** What staff see of messages that went out, and what they decide about those whose fate nobody knows. */
export function createDesk(
  { db, clock, newId }: Pick<Kernel, 'db' | 'clock' | 'newId'>,
  accounts: Accounts,
  planner: ReturnType<typeof createPlanner>,
  rights: ReturnType<typeof createRights>,
  needs: PeopleNeeds & { audit: AuditAccounts },
) {
  function view(row: ShownMessage, language: Language): z.input<typeof MessageView> {
    const templates = Object.entries(accounts.byId(row.appId)?.templates ?? {})
    return {
      id: row.id,
      appId: row.appId,
      route: Route.parse(row.route),
      purpose: Purpose.parse(row.purpose),
      template: templates.find(([, id]) => id === row.templateId)?.[0] ?? '',
      text: readableText(Body.parse(JSON.parse(row.bodyJson)))
        .trim()
        .replaceAll(/\s*\n\s*/g, ' · ')
        .slice(0, TEXT),
      state: MessageState.parse(row.state),
      reason: reasonText(row.reason, language),
      plannedAt: row.plannedAt,
      settledAt: row.settledAt,
    }
  }
  const beforeOf = (cursor: string | undefined): string | null => {
    const [id] = decodeCursor(cursor) ?? []
    return typeof id === 'string' ? id : null
  }

  return {
    /** Messages of which nobody knows whether they arrived; they belong to no store, so only headquarters sees them. */
    async unknown(
      { cursor, limit }: PageQuery,
      { scope }: StaffCaller,
      language: Language,
    ): Promise<Page<z.input<typeof UnknownMessage>>> {
      if (scope.kind !== 'all') return { items: [], next: null }
      const page = pageFrom(await unknownPage(db, beforeOf(cursor), limit + 1), limit, row => [row.id])
      const members = await needs.membersAt(page.items, scope)
      return {
        next: page.next,
        items: page.items.map(row => {
          const member = members.get(`${row.appId} ${row.openid}`)
          return {
            ...view(row, language),
            memberId: member?.memberId ?? null,
            name: member?.name ?? '',
            attempts: row.attempts,
          }
        }),
      }
    },
    /**
     * Settles an unknown message as somebody has found out; the same decision again is answered alike. Throws notFound,
     * notUnknown, and for sending again forgotten and noRightLeft.
     */
    async decide(messageId: string, decision: Decision, caller: StaffCaller): Promise<{ state: MessageState }> {
      const state = decision === 'arrived' ? 'sent' : 'failed'
      const reason = { arrived: 'confirmed', givenUp: 'givenUp', sendAgain: 'resent' }[decision]
      await inTransaction(db, async tx => {
        const row = await lockMessage(tx, messageId)
        if (row === undefined || caller.scope.kind !== 'all') throw commonErrors.notFound()
        if (row.state === state && row.reason === reason) return
        const now = clock.now()
        if (!(await endUnknown(tx, messageId, { state, reason, settledAt: now }))) throw wechatErrors.notUnknown()
        await settleMessages(tx, [row], new Map([[messageId, { state, errorCode: null }]]), { newId, now })
        if (decision === 'sendAgain') {
          if (row.openid === '') throw wechatErrors.forgotten()
          const again: Outgoing = {
            // One new key for each unknown message: however often it is asked for, it is sent again once.
            key: `again:${messageId}`,
            group: SEND_NOW,
            appId: row.appId,
            openid: row.openid,
            route: Route.exclude(['mass']).parse(row.route),
            purpose: Purpose.parse(row.purpose),
            templateId: row.templateId,
            body: Body.parse(JSON.parse(row.bodyJson)),
            asked: true,
          }
          if ((await planner.plan(tx, [again])).size > 0) throw wechatErrors.noRightLeft()
        }
        await needs.audit(tx, caller, {
          action: 'wechat.decideMessage',
          subjectKind: 'message',
          subjectId: messageId,
          details: { decision },
        })
      })
      return { state }
    },
    /** Every message to a member, newest first. */
    async ofMember(
      memberId: string,
      { cursor, limit }: PageQuery,
      { scope }: StaffCaller,
      language: Language,
    ): Promise<Page<z.input<typeof MessageView>>> {
      const { people } = await needs.peopleOf(memberId, scope)
      const rows = await messagesOfPeople(db, people, beforeOf(cursor), limit + 1)
      const page = pageFrom(rows, limit, row => [row.id])
      return { next: page.next, items: page.items.map(row => view(row, language)) }
    },
    /** By which routes a member can be reached now. */
    async ways(
      memberId: string,
      purpose: Purpose,
      { scope }: StaffCaller,
    ): Promise<z.input<typeof Reach> & { blacklisted: boolean }> {
      const { people, willing } = await needs.peopleOf(memberId, scope)
      return { ...(await rights.reach(people, purpose, willing)), blacklisted: await isBlacklisted(db, people) }
    },
  }
}
export type Desk = ReturnType<typeof createDesk>
