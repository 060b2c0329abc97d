import { sql } from 'kysely'
import { z } from 'zod'
import { addDays, shopDay, shopInstant } from '../../../kernel/clock.ts'
import { inTransaction } from '../../../kernel/db.ts'
import { job } from '../../../kernel/jobs/job.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { memberOpenids } from '../../members/index.ts'
import { creditHolders, messagesOf, SEND_NOW, thingField, type WechatApi } from '../../wechat/index.ts'
import { couponsByMember } from '../repository/relations.ts'

const RUN = 500
/** The template by our own name: what it is about, and until when it is good. */
const TEMPLATE = 'couponExpiring'

/** One message for a coupon, for ever. */
const keyOf = (column: string) => sql<string>`concat('coupon:', ${sql.ref(column)}, ':expiring')`

/** What reminders need of WeChat. */
export type ReminderNeeds = Pick<WechatApi, 'accounts' | 'plan'>

/**
 * Reminds the day before a coupon expires those who asked for it: a service message by a subscribe credit, once per coupon
 * for ever, the one that ends first before the others, and to nobody more than the credits they hold.
 */
export function couponReminders({ db, clock, config }: Pick<Kernel, 'db' | 'clock' | 'config'>, wechat: ReminderNeeds) {
  async function run(signal: AbortSignal): Promise<void> {
    const account = wechat.accounts.all.find(({ kind }) => kind === 'miniprogram')
    const templateId = account?.templates[TEMPLATE]
    if (account === undefined || templateId === undefined) return
    const { appId } = account
    const now = clock.now()
    const end = shopInstant(`${addDays(shopDay(now, config.SHOP_ZONE), 2)} 00:00`, config.SHOP_ZONE) ?? now
    let after = ''
    while (!signal.aborted) {
      const due = await db
        .selectFrom(
          couponsByMember(db)
            .where('coupon.state', '=', 'issued')
            .where('coupon.validTo', '>', now)
            .where('coupon.validTo', '<=', end)
            .as('c'),
        )
        .innerJoin('coupon_template as t', 't.id', 'c.templateId')
        .innerJoin(memberOpenids(db).as('o'), 'o.memberId', 'c.memberId')
        .innerJoin(creditHolders(db, { appId, templateId }).as('h'), 'h.openid', 'o.openid')
        .leftJoin(messagesOf(db, SEND_NOW).as('m'), join => join.on('m.messageKey', '=', keyOf('c.couponId')))
        .where('m.messageKey', 'is', null)
        .where('o.appId', '=', appId)
        .where('c.memberId', '>', after)
        .select([
          'c.couponId',
          'c.memberId',
          't.name',
          'c.validTo',
          'o.openid',
          'h.remaining',
          sql<number>`row_number() over (partition by c.memberId order by c.validTo, c.couponId)`.as('nth'),
        ])
        .orderBy('c.memberId')
        .limit(RUN)
        .execute()
      const wanted = due.filter(({ nth, remaining }) => Number(nth) <= remaining)
      if (wanted.length > 0)
        await inTransaction(db, tx =>
          wechat.plan(
            tx,
            wanted.map(({ couponId, openid, name, validTo }) => ({
              key: `coupon:${couponId}:expiring`,
              group: SEND_NOW,
              appId,
              openid,
              route: 'subscribe',
              purpose: 'service',
              templateId,
              body: {
                fields: { thing1: thingField(name), time2: shopDay(validTo, config.SHOP_ZONE) },
                page: 'pages/wallet/wallet',
              },
            })),
          ),
        )
      const last = due.at(-1)
      if (due.length < RUN || last === undefined) return
      // A member whose coupons are cut by the end of a run is looked at by the next one: the keys keep it once.
      after =
        last.memberId === after
          ? last.memberId
          : (due.findLast(row => row.memberId !== last.memberId)?.memberId ?? last.memberId)
    }
  }

  return job({
    name: 'coupons.remindExpiring',
    payload: z.object({}),
    every: '0 10 * * *',
    run: (_, { signal }) => run(signal),
  })
}
