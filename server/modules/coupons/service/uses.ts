import type { z } from 'zod'
import { addDays, daysBetween, shopDay, shopInstant } from '../../../kernel/clock.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { decodeCursor, pageFrom, type Page } from '../../../kernel/page.ts'
import type { Scope } from '../../../kernel/scope.ts'
import type { MembersApi } from '../../members/index.ts'
import type { CouponUse, CouponUseQuery } from '../contract/uses.ts'
import { usesRepository } from '../repository/uses.ts'

/** Days that the uses of a template are added up for at once. */
const MOST_DAYS = 92

/** 口径: what the numbers mean, of a day on the overview and of any days on a template's page. */
const DEFINITION = {
  uses: {
    zh: '券核销张数：在收银台用掉、且没有随退货还回或失效的券；按核销的日期和门店计',
    en: 'Coupons used: used at a till and not come back with the goods; by the day and the store of use',
  },
  fen: {
    zh: '券抵扣：这些券抵掉的金额，减去部分退货追回的部分；不分由谁承担',
    en: 'Taken off by coupons: what these took off, less what partial returns took back; whoever bears it',
  },
  returned: {
    zh: '随退货还回：整单退货后退回券包或已失效的券；按原来核销的日期和门店计，不计入核销张数',
    en: 'Came back: back in the wallet or lapsed after all goods were returned; by the day and store of its use, and not counted as used',
  },
} as const

/** The time that a template's uses are added up for: from an instant on, until before another; whoever adds them up asks here. */
export function usesWindow(
  { clock, config }: Pick<Kernel, 'clock' | 'config'>,
  query: { from?: string | undefined; to?: string | undefined },
): { from: Date; to: Date } {
  const zone = config.SHOP_ZONE
  const startOf = (day: string): Date => shopInstant(`${day} 00:00`, zone) ?? new Date(0)
  const to = query.to ?? shopDay(clock.now(), zone)
  const from = query.from ?? addDays(to, -29)
  // What is asked for too wide a time is told of its last part.
  const first = daysBetween(from, to) < MOST_DAYS ? from : addDays(to, 1 - MOST_DAYS)
  return { from: startOf(first), to: startOf(addDays(to, 1)) }
}

/** The uses of coupons as the staff sees them: a list of them, and a day in two numbers. */
export function couponUses(
  { db, clock, config }: Pick<Kernel, 'db' | 'clock' | 'config'>,
  needs: {
    members: Pick<MembersApi, 'briefs'>
    storeNames: (codes: readonly string[]) => Promise<ReadonlyMap<string, string>>
  },
) {
  const zone = config.SHOP_ZONE
  const startOf = (day: string): Date => shopInstant(`${day} 00:00`, zone) ?? new Date(0)

  return {
    async list(query: CouponUseQuery, caller: StaffCaller): Promise<Page<z.input<typeof CouponUse>>> {
      const [at, id] = decodeCursor(query.cursor) ?? []
      const rows = await usesRepository(db).page(
        caller.scope,
        {
          storeCode: query.storeCode,
          templateId: query.templateId,
          state: query.state,
          from: query.from === undefined ? undefined : startOf(query.from),
          to: query.to === undefined ? undefined : startOf(addDays(query.to, 1)),
        },
        query.sort === '-redeemedAt',
        typeof at === 'number' && typeof id === 'string' ? { at: new Date(at), id } : null,
        query.limit + 1,
      )
      const page = pageFrom(rows, query.limit, row => [row.redeemedAt.getTime(), `${row.couponId}${row.docKey}`])
      const names = await needs.storeNames([...new Set(page.items.map(row => row.storeCode))])
      const people = caller.permissions.includes('members.read')
        ? await needs.members.briefs(db, [...new Set(page.items.map(row => row.memberId))])
        : null
      return {
        ...page,
        items: page.items.map(({ memberId, ...row }) => ({
          ...row,
          storeName: names.get(row.storeCode) ?? row.storeCode,
          receiptNo: row.docKey.split('|').at(-1) ?? row.docKey,
          member: people === null ? null : (people.get(memberId)?.name ?? ''),
        })),
      }
    },

    async byStore(templateId: string, query: { from?: string | undefined; to?: string | undefined }, scope: Scope) {
      const rows = await usesRepository(db).byStore(scope, { templateId, ...usesWindow({ clock, config }, query) })
      const names = await needs.storeNames(rows.map(row => row.storeCode))
      const items = rows.map(row => ({
        storeCode: row.storeCode,
        storeName: names.get(row.storeCode) ?? row.storeCode,
        uses: Number(row.uses),
        fen: Number(row.fen),
        returned: Number(row.returned),
      }))
      return {
        items: items.toSorted((a, b) => b.uses - a.uses || (a.storeCode < b.storeCode ? -1 : 1)),
        definition: DEFINITION,
      }
    },

    async day(query: { day: string; storeCode?: string | undefined }, scope: Scope) {
      const { day, storeCode } = query
      const sums = new Map<string, { uses: number; fen: number }>()
      const rows = await usesRepository(db).quarters(scope, {
        storeCode,
        from: startOf(addDays(day, -7)),
        to: startOf(addDays(day, 1)),
      })
      for (const row of rows) {
        const of = shopDay(new Date(Number(row.quarter) * 900_000), zone)
        const sum = sums.get(of) ?? { uses: 0, fen: 0 }
        sums.set(of, { uses: sum.uses + Number(row.uses), fen: sum.fen + Number(row.fen) })
      }
      const compared = (key: 'uses' | 'fen') => ({
        value: sums.get(day)?.[key] ?? 0,
        yesterday: sums.get(addDays(day, -1))?.[key] ?? 0,
        lastWeek: sums.get(addDays(day, -7))?.[key] ?? 0,
      })
      return {
        day,
        uses: compared('uses'),
        fen: compared('fen'),
        definition: { uses: DEFINITION.uses, fen: DEFINITION.fen },
      }
    },
  }
}
export type CouponUses = ReturnType<typeof couponUses>
