import { shopDay } from '../../../kernel/clock.ts'
import type { ShopperCaller } from '../../../kernel/http/caller.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../kernel/page.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { activityErrors } from '../contract/activity-errors.ts'
import { ReferralMark, ReferralReason, ReferralState, type ReferralRules } from '../contract/referral.ts'
import { referralRepository, type ReferralRecord } from '../repository/referral.ts'
import type { RewardsKernel, RewardsNeeds } from './ports.ts'
import { newReferralCode } from './referral-code.ts'
import type { Referrals } from './referral.ts'
import { couponNames, pointsCost } from './rule-versions.ts'

/** The page that opens when somebody scans an invitation's code. */
const INVITED_PAGE = 'packages/rewards/invited/invited'
const FIGURE_MS = 90 * 86_400_000
const LIST = 100

/** Referral as it is seen: by the inviter, by the invited, by the staff. */
export function referralViews(kernel: RewardsKernel, needs: RewardsNeeds, { rules }: Pick<Referrals, 'rules'>) {
  const { db, clock, config, vault } = kernel
  const today = (): string => shopDay(clock.now(), config.SHOP_ZONE)

  async function terms(now: ReferralRules) {
    const names = await couponNames(needs, [
      now.inviter?.couponTemplateId ?? null,
      now.invitee?.couponTemplateId ?? null,
    ])
    const offer = (gift: ReferralRules['inviter']) =>
      gift === null ? null : { points: gift.points, coupon: names.get(gift.couponTemplateId ?? '') ?? null }
    return { ...now, inviter: offer(now.inviter), invitee: offer(now.invitee) }
  }

  const deviceHash = (device: string): string => vault.hash('device', device)

  async function codeOf(memberId: string, device: string): Promise<string> {
    const repository = referralRepository(db)
    // A code that somebody else has is not kept; then another one is tried.
    for (let tries = 0; tries < 5; tries++) {
      const own = await repository.codeOf(memberId)
      if (own !== undefined) {
        if (own.deviceHash !== deviceHash(device)) await repository.seenOn(memberId, deviceHash(device))
        return own.code
      }
      await repository.addCode({
        memberId,
        code: newReferralCode(),
        deviceHash: deviceHash(device),
        createdAt: clock.now(),
      })
    }
    throw new Error('no free invitation code was found')
  }

  async function inviterOf(code: string): Promise<string> {
    const owner = await referralRepository(db).ownerOf(code)
    if (owner === undefined) throw activityErrors.noInvitation()
    return owner.memberId
  }

  async function rows(records: readonly ReferralRecord[]) {
    const briefs = await needs.members.briefs(
      db,
      records.flatMap(row => [row.inviterId, row.inviteeId]),
    )
    return records.map(row => ({
      ...row,
      inviteeName: briefs.get(row.inviteeId)?.name ?? '',
      inviterName: briefs.get(row.inviterId)?.name ?? '',
      state: ReferralState.parse(row.state),
      reason: row.reason === null ? null : ReferralReason.parse(row.reason),
      marks: row.marks === '' ? [] : row.marks.split(',').map(mark => ReferralMark.parse(mark)),
    }))
  }

  return {
    /** The member's own page: the code, and whom it has brought (masked). */
    async mine(memberId: string, device: string) {
      const { rules: now } = await rules.read()
      const records = await referralRepository(db).ofInviter(memberId, LIST)
      const views = await rows(records)
      return {
        terms: await terms(now),
        code: await codeOf(memberId, device),
        rewardedThisMonth: await referralRepository(db).rewardedOf(memberId, today().slice(0, 7)),
        points: records.reduce((sum, row) => sum + row.inviterPoints, 0),
        invited: views.map(row => ({ ...row, name: row.inviteeName, points: row.inviterPoints })),
      }
    },

    /** What the invited person sees before accepting. */
    async invitation(shopper: ShopperCaller, code: string) {
      const inviterId = await inviterOf(code)
      const { rules: now } = await rules.read()
      const brief = (await needs.members.briefs(db, [inviterId])).get(inviterId)
      if (brief === undefined || brief.state !== 'active') throw activityErrors.noInvitation()
      return {
        terms: await terms(now),
        inviterName: brief.name,
        isMember: shopper.memberId !== null,
        isOwn: shopper.memberId === inviterId,
      }
    },

    /** Accepts it, knowingly and before the card is opened. */
    async accept(shopper: ShopperCaller, code: string, device: string): Promise<void> {
      const inviterId = await inviterOf(code)
      if (shopper.memberId === inviterId) throw activityErrors.ownInvitation()
      if (shopper.memberId !== null) throw activityErrors.memberAlready()
      if (!(await rules.read()).rules.isOn) throw activityErrors.activityOff()
      await referralRepository(db).visit({
        appId: shopper.appId,
        openid: shopper.openid,
        inviterId,
        deviceHash: deviceHash(device),
        at: clock.now(),
      })
    },

    /** The mini-program code of the member's invitation (getwxacodeunlimit); the word inside is 'r.' and the code. */
    async picture(memberId: string, device: string): Promise<{ picture: string }> {
      const code = await codeOf(memberId, device)
      const { client } = needs.wechat.accounts.mini()
      const file = await client.codes.unlimited({
        scene: `r.${code}`,
        page: INVITED_PAGE,
        check_path: false,
        width: 430,
      })
      return { picture: `data:${file.contentType};base64,${Buffer.from(file.bytes).toString('base64')}` }
    },

    row: async (inviteeId: string) => {
      const record = await referralRepository(db).find(inviteeId)
      const [view] = await rows(record === undefined ? [] : [record])
      if (view === undefined) throw activityErrors.noReferral()
      return view
    },

    async page(scope: Scope, query: PageQuery & { state?: string | undefined }) {
      const [at, id] = decodeCursor(query.cursor) ?? []
      const before = typeof at === 'string' && typeof id === 'string' ? ([new Date(at), id] as const) : null
      const records = await referralRepository(db).page(scope, query.state, before, query.limit + 1)
      const page = pageFrom(records, query.limit, row => [row.at.toISOString(), row.inviteeId])
      return { ...page, items: await rows(page.items) }
    },

    /** What referral has brought and cost in the last 90 days, of the scope. */
    async figures(scope: Scope) {
      const byState = new Map(
        (await referralRepository(db).byState(new Date(clock.now().getTime() - FIGURE_MS), scope)).map(row => [
          row.state,
          row,
        ]),
      )
      const count = (state: string): number => Number(byState.get(state)?.count ?? 0)
      const points = Number(byState.get('rewarded')?.points ?? 0)
      return {
        invited: [...byState.keys()].reduce((sum, state) => sum + count(state), 0),
        waiting: count('waiting') + count('cooling'),
        review: count('review'),
        rewarded: count('rewarded'),
        refused: count('refused'),
        points,
        coupons: Number(byState.get('rewarded')?.coupons ?? 0),
        costFen: await pointsCost(db, needs, points),
        rewardedThisMonth: await referralRepository(db).rewardedIn(today().slice(0, 7)),
      }
    },
  }
}
