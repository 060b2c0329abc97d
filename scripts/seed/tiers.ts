import { setTimeout as wait } from 'node:timers/promises'
import type { Call } from '../callers.ts'

const rules = {
  window: { kind: 'rolling', months: 12 },
  by: 'spend',
  upgrade: 'atOnce',
  downgrade: 'oneStep',
  graceDays: 30,
  tiers: [
    { code: 'basic', name: { zh: '普通会员', en: 'Member' }, threshold: 0 },
    { code: 'silver', name: { zh: '银卡会员', en: 'Silver' }, threshold: 200_000, benefits: { pointsPercent: 120 } },
    {
      code: 'gold',
      name: { zh: '金卡会员', en: 'Gold' },
      threshold: 500_000,
      benefits: { pointsPercent: 150, exclusiveRewards: true },
    },
  ],
}

/** Tiers by what was spent in the last twelve months: tried over the year's receipts first, then adopted. */
export async function prepareTiers(call: Call): Promise<void> {
  const { dryRunId } = await call<{ dryRunId: string }>('POST', '/api/admin/tiers/dry-runs', rules)
  for (let waited = 0; waited < 60_000; waited += 200) {
    const { state } = await call<{ state: string }>('GET', `/api/admin/tiers/dry-runs/${dryRunId}`)
    if (state === 'failed') throw new Error('the dry run of the tiers failed')
    if (state === 'done') {
      await call('POST', `/api/admin/tiers/dry-runs/${dryRunId}/adopt`, { note: '首次启用会员等级' })
      return
    }
    await wait(200)
  }
  throw new Error('the dry run of the tiers did not end')
}
