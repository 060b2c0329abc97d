import { performance } from 'node:perf_hooks'
import { sql } from 'kysely'
import { miniprogramAccount, officialAccount } from '../sandbox/accounts.ts'
import { openDatabase } from '../server/kernel/db.ts'
import { readConfig } from '../server/kernel/config.ts'
import { countReach, monthEnd, reachOfPerson, reachRules } from '../server/modules/wechat/index.ts'
import { print } from './figure.ts'
import { openShop } from './shop.ts'

// By which ways can a million people be reached now? One statement over the projection of the ledger, and the same question
// for one of them; checked against sums that are known from how the people were made. Median of nine.
const people = Number(process.argv[2] ?? 1_000_000)
const rounds = 9

const shop = await openShop()
const { db, close } = openDatabase(shop.env['DATABASE_URL'] ?? '')
const template = {
  appId: miniprogramAccount.appId,
  templateId: miniprogramAccount.templates['couponArrived']?.templateId ?? '',
}
const now = new Date()
const config = readConfig(shop.env)
const month = monthEnd(now, config.SHOP_ZONE)
await furnish()

const rules = reachRules(config.WECHAT_LIMITS, now, config.SHOP_ZONE)
const times: number[] = []
for (let round = 0; round < rounds; round++) {
  const from = performance.now()
  const counted = await countReach(db, officialAccount.appId, template, rules)
  times.push((performance.now() - from) / 1000)
  const wanted = {
    people,
    // Every tenth has left, every twentieth refuses.
    template: share(n => n % 10 !== 0 && n % 20 !== 1),
    conversation: share(n => n % 20 !== 1 && n % 25 === 2),
    mass: share(n => n % 10 !== 0 && n % 20 !== 1 && n % 7 !== 3),
    blocked: share(n => n % 20 === 1),
    subscribe: share(n => n % 3 === 0),
  }
  for (const [way, count] of Object.entries(wanted)) {
    const got = Object.entries(counted).find(([name]) => name === way)?.[1]
    if (got !== count) throw new Error(`${way}: ${got}, but ${count} were made`)
  }
}
const one: number[] = []
for (let i = 0; i < 500; i++) {
  const from = performance.now()
  await reachOfPerson(
    db,
    { appId: officialAccount.appId, openid: `o${String((i * 7919) % people).padStart(27, '0')}` },
    rules,
  )
  one.push(performance.now() - from)
}
await close()
await shop.close()

const median = (values: number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0
print({
  figure: 'reach.million',
  value: median(times),
  unit: `s (${people} people, one statement)`,
  beside: 0.8,
  ratio: median(times) / 0.8,
})
print({ figure: 'reach.person', value: median(one), unit: 'ms (one person)' })

function share(holds: (n: number) => boolean): number {
  let count = 0
  for (let n = 0; n < people; n++) if (holds(n)) count++
  return count
}

/** So many people of both accounts: what each allows follows from their number. */
async function furnish(): Promise<void> {
  const digits = sql`(select 0 as d union all select 1 union all select 2 union all select 3 union all select 4
    union all select 5 union all select 6 union all select 7 union all select 8 union all select 9)`
  const numbers = sql`(select a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d + 100000 * g.d + 1000000 * h.d as n
    from ${digits} as a, ${digits} as b, ${digits} as c, ${digits} as e, ${digits} as f, ${digits} as g, ${digits} as h)`
  const soon = new Date(now.getTime() + 3_600_000)
  await sql`insert into wechat_reach (appId, openid, following, blocked, blockedAt, messageUntil, messageLeft, massUntil, massUsed)
    select ${officialAccount.appId}, concat('o', lpad(n, 27, '0')), n % 10 <> 0, n % 20 = 1, if(n % 20 = 1, ${now}, null),
      case when n % 25 = 2 then ${soon} when n % 3 = 0 then ${new Date(now.getTime() - 60_000)} end, 5,
      if(n % 7 = 3, ${month}, null), if(n % 7 = 3, 4, 0)
    from ${numbers} as numbers where n < ${people} order by n`.execute(db)
  await sql`insert into wechat_credit (appId, openid, templateId, remaining, reserved, changedAt)
    select ${template.appId}, concat('m', lpad(n, 27, '0')), ${template.templateId}, n % 3 = 0, 0, ${now}
    from ${numbers} as numbers where n < ${people} order by n`.execute(db)
  await sql`analyze table wechat_reach, wechat_credit`.execute(db)
}
