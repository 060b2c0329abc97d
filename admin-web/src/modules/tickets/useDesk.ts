import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { tickets } from '../../api/index.ts'
import { type List, useList } from '../../ui/useList.ts'
import { type Load, useLoad, usePolling } from '../../ui/useLoad.ts'

export type TicketRow = Awaited<ReturnType<typeof tickets.list>>['items'][number]
export type Ticket = Awaited<ReturnType<typeof tickets.get>>
export type Summary = Awaited<ReturnType<typeof tickets.summary>>

/** The desk: the queue, the ticket in hand (kept in the address), and looking again every few seconds. */
export function useDesk(): {
  list: List<TicketRow>
  summary: Load<Summary>
  ticketId: ComputedRef<string | null>
  ticket: Ref<Ticket | null>
  failed: Ref<unknown>
  open: (id: string | null) => void
  took: (ticket: Ticket) => void
  again: () => Promise<void>
} {
  const route = useRoute()
  const router = useRouter()
  const list = useList<TicketRow>(
    ({ q, filters, cursor, limit }) => tickets.list({ query: { q, cursor, limit, ...filters } }),
    {
      filters: { state: 'open', kind: '', storeCode: '' },
    },
  )
  const summary = useLoad(() => tickets.summary())
  const ticketId = computed(() => {
    const id = route.params['ticketId']
    return typeof id === 'string' && id !== '' ? id : null
  })
  const ticket = ref<Ticket | null>(null)
  const failed = ref<unknown>(null)
  let turn = 0
  async function again(): Promise<void> {
    const id = ticketId.value
    if (id === null) {
      ticket.value = null
      return
    }
    const mine = ++turn
    try {
      const found = await tickets.get({ params: { ticketId: id } })
      if (mine !== turn) return
      ticket.value = found
      failed.value = null
    } catch (error) {
      if (mine === turn) failed.value = error
    }
  }
  watch(
    ticketId,
    id => {
      if (ticket.value?.id !== id) ticket.value = null
      void again()
    },
    { immediate: true },
  )
  usePolling(() => Promise.all([list.reload(), summary.reload(), again()]).then(() => undefined), 6)
  return {
    list,
    summary,
    ticketId,
    ticket,
    failed,
    open: id => void router.push({ path: id === null ? '/tickets' : `/tickets/${id}`, query: route.query }),
    took: changed => {
      turn += 1
      ticket.value = changed
      void list.reload()
      void summary.reload()
    },
    again,
  }
}
