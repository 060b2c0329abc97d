import type { LedgerCheck } from '../../points/index.ts'
import { tiersRepository } from '../repository/tiers.ts'
import { reading, standingsOf, type TiersKernel } from './decide.ts'

const RUN = 500

/** Part of loyalty:verify: every member's tier once more from the ledger, beside the one that is written down. */
export const tierCheck = (kernel: TiersKernel): LedgerCheck => ({
  check: 'tiers',
  label: { zh: '会员等级', en: 'Tiers' },
  async run(db, today) {
    const versions = await tiersRepository(db).versions()
    if (versions.length === 0) return { looked: 0, differences: [] }
    const { facts } = reading(kernel)
    const differences = []
    let looked = 0
    for (let after = ''; ;) {
      const ids = await facts(db).membersAfter(after, RUN)
      const last = ids.at(-1)
      if (last === undefined) return { looked, differences }
      const stored = await tiersRepository(db).members(ids)
      for (const [memberId, { tier }] of await standingsOf(facts(db), versions, ids, today)) {
        looked += 1
        const written = stored.get(memberId)?.tier ?? 'none'
        if (written !== tier) differences.push({ subject: memberId, stored: written, derived: tier })
      }
      after = last
    }
  },
})
