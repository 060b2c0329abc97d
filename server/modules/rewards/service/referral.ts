import { addDays, shopDay } from '../../../kernel/clock.ts'
import { inTransaction, Overtaken, type Db, type Tx } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import { decimal4, decimal4FromFen } from '../../../kernel/money.ts'
import { inScope } from '../../../kernel/scope.ts'
import { memberEntries } from '../../members/index.ts'
import { activityErrors } from '../contract/activity-errors.ts'
import { ReferralRules, type ReferralMark } from '../contract/referral.ts'
import { referralRepository, type ReferralRecord } from '../repository/referral.ts'
import type { Granting } from './grant.ts'
import type { RewardsKernel, RewardsNeeds } from './ports.ts'
import { ruleVersions } from './rule-versions.ts'

const DAY_MS = 86_400_000
/** An accepted invitation holds so long until the card is opened. */
const VISIT_DAYS = 30
/** So many cards by one inviter within a day are looked at. */
const BURST = 10
const DUE_RUN = 200

/**
 * 邀请有礼: a fixed gift for a card that was opened, or for its first purchase after the return window; nobody is invited
 * twice (the invitee is the key), the inviter's month and the shop's budget are held by the database.
 */
export function referrals(kernel: RewardsKernel, needs: RewardsNeeds, grants: Granting) {
  const { db, clock, config } = kernel
  const today = (): string => shopDay(clock.now(), config.SHOP_ZONE)
  const rules = ruleVersions(kernel, needs, 'referral', ReferralRules, ({ inviter, invitee }) =>
    [inviter?.couponTemplateId ?? null, invitee?.couponTemplateId ?? null].filter(id => id !== null),
  )

  const entryOf = (from: Db, memberId: string) =>
    memberEntries(from).where('member.id', '=', memberId).executeTakeFirst()

  /** Members have just opened their cards: who of them came by an invitation? A card file's, in no WeChat, cost nothing each. */
  async function enrolled(memberIds: readonly string[]): Promise<void> {
    if (!(await rules.read()).rules.isOn) return
    if ((await needs.members.openidsOf(db, memberIds)).length === 0) return
    for (const memberId of memberIds) await came(memberId)
  }

  async function came(memberId: string): Promise<void> {
    const { version, rules: now } = await rules.read()
    const people = await needs.members.openidsOf(db, [memberId])
    const since = new Date(clock.now().getTime() - VISIT_DAYS * DAY_MS)
    const visits = await referralRepository(db).visits(people, since)
    const visit = visits.toSorted((a, b) => b.at.getTime() - a.at.getTime())[0]
    const entry = await entryOf(db, memberId)
    if (visit === undefined || entry === undefined || visit.inviterId === memberId || visit.at > entry.enrolledAt)
      return
    await inTransaction(db, async tx => {
      const repository = referralRepository(tx)
      const same = await repository.alike(
        { inviterId: visit.inviterId, deviceHash: visit.deviceHash, phoneHash: entry.phoneHash, openid: visit.openid },
        new Date(clock.now().getTime() - DAY_MS),
      )
      const own = await repository.codeOf(visit.inviterId)
      const marks: ReferralMark[] = [
        ...(same.device || own?.deviceHash === visit.deviceHash ? (['sameDevice'] as const) : []),
        ...(same.phone ? (['phoneAgain'] as const) : []),
        ...(same.openid ? (['openidAgain'] as const) : []),
        ...(entry.recruitedBy === null ? [] : (['recruiter'] as const)),
        ...(same.recent >= BURST ? (['burst'] as const) : []),
      ]
      const isWaiting = now.condition === 'firstPurchase'
      await repository.add({
        inviteeId: memberId,
        inviterId: visit.inviterId,
        version,
        state: isWaiting ? 'waiting' : 'cooling',
        reason: null,
        marks: marks.join(','),
        deviceHash: visit.deviceHash,
        phoneHash: entry.phoneHash,
        openid: visit.openid,
        storeCode: entry.homeStoreCode,
        enrolledOn: today(),
        dueOn: addDays(today(), isWaiting ? now.withinDays : now.coolingDays),
        at: clock.now(),
      })
    })
    await proceed(memberId)
  }

  const hasBought = async (from: Db, { inviteeId, enrolledOn }: ReferralRecord, minFen: number): Promise<boolean> =>
    decimal4(await referralRepository(from).boughtSince(inviteeId, enrolledOn)) >= decimal4FromFen(minFen)

  /** Moves one invitation as far as it goes today. Repeating it, or two at once, does the same once. */
  async function proceed(inviteeId: string): Promise<void> {
    await inTransaction(db, async tx => {
      const repository = referralRepository(tx)
      const { rules: now } = await rules.read(tx)
      const row = await repository.find(inviteeId)
      if (row === undefined) return
      if (row.state === 'waiting') {
        if (await hasBought(tx, row, now.minFen)) {
          const to = { state: 'cooling', purchasedOn: today(), dueOn: addDays(today(), now.coolingDays) }
          await repository.move(inviteeId, ['waiting'], to)
        } else if (row.dueOn < today()) await refuse(tx, row, 'late')
      }
    })
    const row = await referralRepository(db).find(inviteeId)
    if (row?.state === 'cooling' && row.dueOn <= today()) await inTransaction(db, tx => decide(tx, inviteeId))
  }

  const refuse = (tx: Tx, { inviteeId, state }: ReferralRecord, reason: string, decidedBy: string | null = null) =>
    referralRepository(tx).move(inviteeId, [state], { state: 'refused', reason, decidedBy, decidedAt: clock.now() })

  /** The return window is over: reward, refuse, or let a person look. */
  async function decide(tx: Tx, inviteeId: string): Promise<void> {
    const repository = referralRepository(tx)
    const row = await repository.find(inviteeId)
    if (row === undefined || row.state !== 'cooling') return
    const { rules: now } = await rules.read(tx)
    const [inviter, invitee] = [await entryOf(tx, row.inviterId), await entryOf(tx, inviteeId)]
    if (inviter === undefined || invitee === undefined) return void (await refuse(tx, row, 'closed'))
    if (row.purchasedOn !== null && !(await hasBought(tx, row, now.minFen))) {
      // What was bought came back: there is still time for another purchase, or it is over.
      const until = addDays(row.enrolledOn, now.withinDays)
      if (until < today()) return void (await refuse(tx, row, 'returned'))
      return void (await repository.move(inviteeId, ['cooling'], { state: 'waiting', purchasedOn: null, dueOn: until }))
    }
    if (row.marks !== '' && now.reviewMarked)
      return void (await repository.move(inviteeId, ['cooling'], { state: 'review' }))
    await reward(tx, row, now, null)
  }

  /** Gives both sides what the rules say; the inviter's limit of the month takes only the inviter's part away. */
  async function reward(tx: Tx, row: ReferralRecord, now: ReferralRules, decidedBy: string | null): Promise<void> {
    const repository = referralRepository(tx)
    const month = today().slice(0, 7)
    // The month's row is held from here on: places of the inviter are counted behind it.
    if (!(await repository.takeBudget(month, now.monthBudget))) {
      await refuse(tx, row, 'budget', decidedBy)
      return
    }
    const seq = (await repository.rewardedOf(row.inviterId, month)) + 1
    const mayInviter = seq <= now.perMonth
    const moved = await repository.move(row.inviteeId, [row.state], {
      state: 'rewarded',
      reason: mayInviter ? null : 'limit',
      ...(mayInviter ? { month, seq } : {}),
      inviterPoints: mayInviter ? (now.inviter?.points ?? 0) : 0,
      inviteePoints: now.invitee?.points ?? 0,
      decidedBy,
      decidedAt: clock.now(),
    })
    // Somebody else has decided it meanwhile: on a second look that is seen, and the place in the budget is given back.
    if (!moved) throw new Overtaken()
    let coupons = 0
    const sides = [
      { side: 'inviter', memberId: row.inviterId, gift: mayInviter ? now.inviter : null },
      { side: 'invitee', memberId: row.inviteeId, gift: now.invitee },
    ]
    for (const { side, memberId, gift } of sides) {
      if (gift === null) continue
      const { couponId } = await grants.grant(tx, {
        key: `referral:${row.inviteeId}:${side}`,
        memberId,
        why: 'referral',
        points: gift.points,
        couponTemplateId: gift.couponTemplateId,
        note: side === 'inviter' ? '邀请好友' : '受邀开卡',
      })
      if (couponId !== null) coupons++
    }
    if (coupons > 0) await repository.move(row.inviteeId, ['rewarded'], { coupons })
  }

  return {
    rules,
    enrolled,
    proceed,

    /** Documents are settled: invitees who have bought go on. */
    async bought(documentIds: readonly string[]): Promise<void> {
      if (!(await rules.read()).rules.isOn) return
      for (const inviteeId of await referralRepository(db).waitingBuyers(documentIds)) await proceed(inviteeId)
    },

    /** Each night: what is due today or was due before. What a killed run has left is still due for the next. */
    async run(signal: AbortSignal): Promise<void> {
      await referralRepository(db).forgetVisits(new Date(clock.now().getTime() - VISIT_DAYS * DAY_MS))
      for (const [states, day] of [
        [['cooling'], today()],
        [['waiting'], addDays(today(), -1)],
      ] as const) {
        for (let before = ''; !signal.aborted;) {
          const due = await referralRepository(db).due(states, day, DUE_RUN)
          const ids = due.map(row => row.inviteeId).join()
          // What does not move must not hold up the night for ever.
          if (due.length === 0 || ids === before) break
          before = ids
          for (const { inviteeId } of due) if (!signal.aborted) await proceed(inviteeId)
        }
      }
    },

    /** A person has looked at the marks. */
    async decideByStaff(
      caller: StaffCaller,
      inviteeId: string,
      { reward: yes, reason }: { reward: boolean; reason: string },
    ) {
      const found = await referralRepository(db).find(inviteeId)
      if (found === undefined || !inScope(caller.scope, found.storeCode)) throw activityErrors.noReferral()
      await inTransaction(db, async tx => {
        const row = await referralRepository(tx).find(inviteeId)
        if (row === undefined || row.state !== 'review') throw activityErrors.notInReview()
        if (yes) await reward(tx, row, (await rules.read(tx)).rules, caller.staffId)
        else if (!(await refuse(tx, row, 'byStaff', caller.staffId))) throw activityErrors.notInReview()
        await needs.audit(tx, caller, {
          action: yes ? 'rewards.rewardReferral' : 'rewards.refuseReferral',
          subjectKind: 'member',
          subjectId: inviteeId,
          storeCode: row.storeCode,
          reason,
        })
      })
    },
  }
}
export type Referrals = ReturnType<typeof referrals>
