import type { Language } from '../../../kernel/http/language.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { csvOf } from '../../../kernel/sheet.ts'
import { DryRunResult, TierRules } from '../contract.ts'
import type { DryRunRecord } from '../repository/tiers.ts'
import type { TiersKernel } from './decide.ts'
import { groundOf, pageOf } from './dry-run-page.ts'
import type { TiersNeeds } from './ports.ts'

const HEADS = {
  zh: ['会员卡号', '姓名', '归属门店', '原等级', '新等级', '变动', '计算值'],
  en: ['Card number', 'Name', 'Home store', 'Tier', 'New tier', 'Change', 'Value'],
} as const
const CHANGES = {
  zh: { first: '首次定级', up: '升级', down: '降级' },
  en: { first: 'First tier', up: 'Up', down: 'Down' },
} as const

/**
 * Everybody of a scope whose tier a dry run would change, as pieces of a CSV: those who have no tier yet too. Names are masked.
 * Reckoned page by page while it is read, by the day and the rules of the run, so it says the same after its adoption.
 */
export async function* moversFile(
  kernel: TiersKernel,
  members: Pick<TiersNeeds['members'], 'briefs'>,
  run: DryRunRecord,
  { scope, language }: { scope: Scope; language: Language },
): AsyncGenerator<string> {
  const { db } = kernel
  const rules = TierRules.parse(JSON.parse(run.rulesJson))
  const ground = await groundOf(kernel, rules, DryRunResult.parse(JSON.parse(run.resultJson)))
  const tiers = [...ground.versions.flatMap(one => one.rules.tiers), ...rules.tiers]
  const names = new Map(tiers.map(tier => [tier.code, tier.name[language]]))
  const rank = (code: string | null): number => rules.tiers.findIndex(tier => tier.code === code)
  const words = CHANGES[language]
  yield csvOf([[...HEADS[language]]])
  for (let after = ''; ;) {
    const page = await pageOf(kernel, db, ground, after, scope)
    if (page === null) return
    const movers = page.members.filter(one => one.from !== one.to)
    const briefs = await members.briefs(
      db,
      movers.map(one => one.memberId),
    )
    const rows = movers.map(({ memberId, from, to, value }) => {
      const brief = briefs.get(memberId)
      const change = from === null ? words.first : rank(to) > rank(from) ? words.up : words.down
      return [
        brief?.cardNo ?? memberId,
        brief?.name ?? '',
        brief?.homeStore ?? '',
        from === null ? '' : (names.get(from) ?? from),
        names.get(to) ?? to,
        change,
        rules.by === 'spend' ? (value / 100).toFixed(2) : String(value),
      ]
    })
    // Without the mark of its beginning: the first piece has it.
    if (rows.length > 0) yield csvOf(rows).slice(1)
    after = page.last
  }
}
