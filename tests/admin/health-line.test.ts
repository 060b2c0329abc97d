import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import HealthLine from '../../admin-web/src/modules/overview/HealthLine.vue'
import { stage } from './stage.ts'

// The shop's day begins at 16:00 UTC.
const now = (at: string): void => {
  vi.setSystemTime(new Date(at))
}
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
  now('2026-11-22T04:00:00.000Z')
})
afterEach(() => {
  vi.useRealTimers()
})

const toneOf = (asOf: string | null): string[] => {
  const line = stage(HealthLine, { arrival: null, sending: null, asOf })
  const said = line.findAll('.zg-small').map(one =>
    one
      .classes()
      .filter(name => /^zg-(warn|quiet)$/.test(name))
      .join(),
  )
  expect(line.text()).toMatch(asOf === null ? /^$/ : /^数据截至 \S/)
  line.unmount()
  return said
}

it('the day of the figures stands there quietly while they are those of yesterday’s close, and in amber once they are older', () => {
  expect(toneOf('2026-11-22')).toEqual(['zg-quiet'])
  expect(toneOf('2026-11-21')).toEqual(['zg-quiet'])
  expect(toneOf('2026-11-20')).toEqual(['zg-warn'])
  expect(toneOf('2025-11-21')).toEqual(['zg-warn'])
  // No figures have no age.
  expect(toneOf(null)).toEqual([])
})

it('figures grow old at the shop’s midnight, not at the machine’s', () => {
  now('2026-11-22T15:59:59.000Z')
  expect(toneOf('2026-11-21')).toEqual(['zg-quiet'])
  now('2026-11-22T16:00:00.000Z')
  expect(toneOf('2026-11-21')).toEqual(['zg-warn'])
  expect(toneOf('2026-11-22')).toEqual(['zg-quiet'])
})

it('stores whose sales have not come and a queue that stands still have their colour and are named', () => {
  const arrival = { day: '2026-11-21', arrived: 2, due: 2, missing: [] as string[] }
  const sending = { planned: 0, sending: 0, oldestSeconds: 300, failedToday: 0, unknownToday: 0 }
  const dots = (props: Record<string, unknown>): { dots: string[]; text: string } => {
    const line = stage(HealthLine, { arrival, sending, asOf: null, ...props })
    const seen = { dots: line.findAll('i').map(dot => dot.classes().join()), text: line.text() }
    line.unmount()
    return seen
  }
  expect(dots({}).dots).toEqual(['good', 'good'])
  const late = dots({
    arrival: { ...arrival, arrived: 1, missing: ['城南店'] },
    sending: { ...sending, oldestSeconds: 301 },
  })
  expect(late.dots).toEqual(['warn', 'bad'])
  expect(late.text).toContain('缺 城南店')
  expect(late.text).toContain('积压')
})
