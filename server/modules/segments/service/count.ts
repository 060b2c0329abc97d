import { sql } from 'kysely'
import type { z } from 'zod'
import { shopDay } from '../../../kernel/clock.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { Scope } from '../../../kernel/scope.ts'
import type { MembersApi } from '../../members/index.ts'
import { memberOpenids } from '../../members/index.ts'
import { creditHolders, type WechatApi } from '../../wechat/index.ts'
import type { Rules, SegmentCount } from '../contract.ts'
import { compile } from './compile.ts'
import type { RelationsOf } from './relations.ts'

const SAMPLE = 20

interface Counted {
  readonly count: number | string
  readonly subscribe: number | string
  readonly mini: number | string
  readonly follows: number | string
  readonly conversation: number | string | null
  readonly mass: number | string | null
}

/** Counts a description of members now: how many, by which way they can be reached, and twenty of them, masked. */
export function createCounter(
  kernel: Pick<Kernel, 'db' | 'clock' | 'config'>,
  relationsOf: RelationsOf,
  wechat: WechatApi,
  members: Pick<MembersApi, 'briefs'>,
) {
  const { db, clock, config } = kernel

  /** Members seen in the mini-program, and those of them who allow the coupon message. */
  function miniRelations() {
    const appId = wechat.accounts.all.find(account => account.kind === 'miniprogram')?.appId ?? ''
    const templateId = wechat.accounts.templateOf('miniprogram', 'couponArrived') ?? ''
    const seen = memberOpenids(db).where('member_identity.appId', '=', appId)
    return { seen, credits: creditHolders(db, { appId, templateId }) }
  }

  return async (rules: Rules, scope: Scope, withSample: boolean): Promise<z.input<typeof SegmentCount>> => {
    const now = clock.now()
    const from = relationsOf(db)
    const audience = compile(rules, scope, from, shopDay(now, config.SHOP_ZONE))
    const everybody = compile({ all: [], any: [], none: [] }, scope, from, shopDay(now, config.SHOP_ZONE))
    const { seen, credits } = miniRelations()
    // A follower with what the official account may still send them now: an answer in the conversation, a mass message.
    const official = wechat.accounts.all.find(account => account.kind === 'official')?.appId ?? ''
    const reached = sql`
      select f.memberId, max(r.conversationLeft > 0) as conversation, max(r.massLeft > 0) as mass
      from (${from.followers}) as f
      left join (${wechat.reachNow(db, official)}) as r on r.appId = f.appId and r.openid = f.openid
      group by f.memberId`
    const [counted, total, sample] = await Promise.all([
      sql<Counted>`
        select count(*) as count, count(c.memberId) as subscribe, count(s.memberId) as mini, count(f.memberId) as follows,
          sum(f.conversation) as conversation, sum(f.mass) as mass
        from (${audience}) as a
        left join (select distinct memberId from (${seen}) as s) as s on s.memberId = a.memberId
        left join (select distinct s.memberId from (${seen}) as s join (${credits}) as c on c.openid = s.openid) as c on c.memberId = a.memberId
        left join (${reached}) as f on f.memberId = a.memberId`.execute(db),
      sql<{ count: number | string }>`select count(*) as count from (${everybody}) as a`.execute(db),
      withSample
        ? sql<{
            memberId: string
          }>`select a.memberId from (${audience}) as a order by a.memberId desc limit ${SAMPLE}`.execute(db)
        : { rows: [] },
    ])
    const row = counted.rows[0] ?? { count: 0, subscribe: 0, mini: 0, follows: 0, conversation: 0, mass: 0 }
    const [count, subscribe, mini, follows] = [
      Number(row.count),
      Number(row.subscribe),
      Number(row.mini),
      Number(row.follows),
    ]
    const ids = sample.rows.map(one => one.memberId)
    const briefs = await members.briefs(db, ids)
    return {
      count,
      total: Number(total.rows[0]?.count ?? 0),
      reach: {
        subscribe,
        noCredit: mini - subscribe,
        walletOnly: count - mini,
        follows,
        conversation: Number(row.conversation ?? 0),
        mass: Number(row.mass ?? 0),
      },
      sample: ids.map(memberId => {
        const brief = briefs.get(memberId)
        return { memberId, name: brief?.name ?? '', phone: brief?.phone ?? '', homeStoreCode: brief?.homeStore ?? null }
      }),
      countedAt: now,
    }
  }
}
