import { afterEach, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { newDraft } from '../../admin-web/src/modules/coupons/draft.ts'
import TillSays from '../../admin-web/src/modules/coupons/TillSays.vue'
import { draftOf } from '../../admin-web/src/modules/tiers/draft.ts'
import DraftSentence from '../../admin-web/src/modules/tiers/DraftSentence.vue'
import DefinitionMark from '../../admin-web/src/ui/DefinitionMark.vue'
import { stage } from './stage.ts'

// What a form or a number says of itself while it is being looked at.
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('the draft of the tiers reads as the sentence that it will be, with an example that follows it', async () => {
  const draft = draftOf(null)
  const shown = stage(DraftSentence, { draft })
  expect(shown.find('[data-sentence]').text()).toBe(
    '按最近 12 个月内的消费额定级，达到门槛当天升级；保级不足时每次降一级（软着陆），宽限 30 天',
  )
  expect(shown.find('[data-example]').text()).toBe('例：近 12 个月消费 ¥11,000 → 金卡会员')
  await shown.setProps({
    draft: { ...draft, by: 'visits', window: 'calendar', months: 3, tiers: draft.tiers.slice(0, 2) },
  })
  expect(shown.find('[data-sentence]').text()).toContain('按每 3 个自然月内的到店天数定级')
  expect(shown.find('[data-example]').text()).toBe('例：一个周期（3 个自然月）内到店 3,200 天 → 银卡会员')
  // Nothing to reach: no example.
  await shown.setProps({ draft: { ...draft, tiers: draft.tiers.slice(0, 1) } })
  expect(shown.find('[data-example]').exists()).toBe(false)
  shown.unmount()
})

it('the till’s sentence stands also for a coupon without any condition', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ items: [] })))
  const plain = { ...newDraft(), amount: 5, threshold: 0 }
  const shown = stage(TillSays, { draft: plain })
  expect(shown.findAll('li').map(line => line.text())).toEqual(['用券 −¥5.00'])
  await shown.setProps({ draft: { ...plain, kind: 'percentOff', fold: 8.8 } })
  expect(shown.find('li').text()).toBe('用券打 8.8 折')
  shown.unmount()
})

it('a number that was read over ten minutes ago turns amber while the page stands open, and says so', async () => {
  vi.useFakeTimers({ now: Date.parse('2026-11-22T10:06:00Z') })
  const shown = stage(DefinitionMark, { text: '口径', at: '2026-11-22T10:06:00Z' })
  const mark = shown.find('button')
  vi.advanceTimersByTime(9 * 60_000)
  await nextTick()
  expect([mark.classes('stale'), mark.attributes('aria-label')?.includes('已过')]).toEqual([false, false])
  vi.advanceTimersByTime(2 * 60_000)
  await nextTick()
  expect(mark.classes('stale')).toBe(true)
  expect(mark.attributes('aria-label')).toContain('已过 11 分钟')
  // Read again, it is fresh again.
  await shown.setProps({ at: '2026-11-22T10:16:30Z' })
  expect(mark.classes('stale')).toBe(false)
  shown.unmount()
})
