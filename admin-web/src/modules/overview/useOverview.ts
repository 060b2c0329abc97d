import { computed, type ComputedRef, type Ref } from 'vue'
import { campaigns, coupons, erp, members, sales, tickets, tiers, tillDesk, wechat } from '../../api/index.ts'
import { useSession } from '../../app/session.ts'
import { dayPlus, shopDayOf } from '../../ui/format.ts'
import { type Load, useLoad, usePolling } from '../../ui/useLoad.ts'

type Summary = Awaited<ReturnType<typeof sales.summary>>
type Daily = Awaited<ReturnType<typeof sales.daily>>['items']
type Arrival = Awaited<ReturnType<typeof sales.arrival>>
type Sending = Awaited<ReturnType<typeof wechat.sending>>
type Tickets = Awaited<ReturnType<typeof tickets.summary>>
type Complaints = Awaited<ReturnType<typeof tickets.list>>['items']
type Fresh = Awaited<ReturnType<typeof members.summary>>
type Uses = Awaited<ReturnType<typeof coupons.couponDay>>
type Visitors = Awaited<ReturnType<typeof tiers.tierVisitors>>
type Campaigns = Awaited<ReturnType<typeof campaigns.list>>['items']

/** Everything the overview reads, each by itself, so that one refusal or failure does not empty the page. */
export function useOverview(storeCode: Ref<string>): {
  today: string
  numbers: Load<{ summary: Summary; daily: Daily } | null>
  arrival: Load<Arrival | null>
  sending: Load<Sending | null>
  waiting: Load<Tickets | null>
  /** Complaints that wait for us, longest first. */
  complaints: Load<Complaints | null>
  quarantine: Load<number | null>
  odd: Load<number | null>
  invoices: Load<{ asked: number; redNeeded: number } | null>
  fresh: Load<Fresh | null>
  /** New members and used coupons of the day that the numbers are of, and of the week before it. */
  joined: Load<Fresh | null>
  uses: Load<Uses | null>
  visitors: Load<Visitors | null>
  active: Load<Campaigns | null>
  missing: ComputedRef<{ day: string; arrived: number; due: number; missing: string[] } | null>
} {
  const session = useSession()
  const today = shopDayOf(new Date())
  const store = (): { storeCode?: string } => (storeCode.value === '' ? {} : { storeCode: storeCode.value })
  const numbers = useLoad(
    async () => {
      if (!session.may('sales.read')) return null
      const summary = await sales.summary({ query: store() })
      const to = summary.asOf ?? summary.day
      const { items } = await sales.daily({ query: { from: dayPlus(to, -13), to, ...store() } })
      return { summary, daily: items }
    },
    () => storeCode.value,
  )
  const arrival = useLoad(async () =>
    session.may('sales.read') ? sales.arrival({ query: { from: dayPlus(today, -2), to: today } }) : null,
  )
  const sending = useLoad(async () => (session.may('wechat.read') ? wechat.sending() : null))
  const waiting = useLoad(
    async () => (session.may('tickets.read') ? tickets.summary({ query: store() }) : null),
    () => storeCode.value,
  )
  const complaints = useLoad(
    async () =>
      session.may('tickets.read')
        ? (await tickets.list({ query: { state: 'open', kind: 'complaint', limit: 5, ...store() } })).items
        : null,
    () => storeCode.value,
  )
  const quarantine = useLoad(async () =>
    session.may('imports.read') ? (await erp.quarantineGroups({ query: {} })).total : null,
  )
  const odd = useLoad(async () => (session.may('till.alerts') ? (await tillDesk.alertCount()).open : null))
  const invoices = useLoad(async () => (session.may('till.invoice') ? tillDesk.invoiceWork() : null))
  const fresh = useLoad(
    async () =>
      session.may('members.read')
        ? members.summary({ query: { from: dayPlus(today, -13), to: today, ...store() } })
        : null,
    () => storeCode.value,
  )
  const day = computed(() => numbers.value?.summary.day ?? null)
  const joined = useLoad(
    async () =>
      day.value !== null && session.may('members.read')
        ? members.summary({ query: { from: dayPlus(day.value, -7), to: day.value, ...store() } })
        : null,
    day,
  )
  const uses = useLoad(
    async () =>
      day.value !== null && session.may('coupons.read')
        ? coupons.couponDay({ query: { day: day.value, ...store() } })
        : null,
    day,
  )
  const visitors = useLoad(
    async () =>
      session.may('members.read') && session.may('sales.read') ? tiers.tierVisitors({ query: store() }) : null,
    () => storeCode.value,
  )
  const active = useLoad(async () => {
    if (!session.may('campaigns.read')) return null
    const pages = await Promise.all(
      (['issuing', 'sending', 'paused', 'scheduled'] as const).map(state =>
        campaigns.list({ query: { state, limit: 10 } }),
      ),
    )
    return pages.flatMap(page => page.items)
  })
  usePolling(async () => {
    await Promise.all([sending.reload(), waiting.reload(), complaints.reload(), active.reload()])
  }, 15)
  /** The last day whose files are due: how many stores have arrived, and who is missing. */
  const missing = computed(() => {
    const found = arrival.value
    if (found === null) return null
    for (const day of found.days.toReversed()) {
      const due = found.cells.filter(cell => cell.day === day && cell.state !== 'pending' && cell.state !== 'closed')
      if (due.length === 0) continue
      const late = due.filter(cell => cell.state === 'missing')
      return {
        day,
        due: due.length,
        arrived: due.length - late.length,
        missing: late.map(cell => found.stores.find(one => one.code === cell.storeCode)?.name ?? cell.storeCode),
      }
    }
    return null
  })
  return {
    today,
    numbers,
    arrival,
    sending,
    waiting,
    complaints,
    quarantine,
    odd,
    invoices,
    fresh,
    joined,
    uses,
    visitors,
    active,
    missing,
  }
}
