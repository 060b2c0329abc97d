import { computed, ref } from 'vue'
import type { Desk } from './useDesk.ts'

/** A sale put aside: what it needs to go on. */
interface Waiting {
  readonly id: string
  readonly name: string
  readonly code: string
  readonly yuan: string
  readonly at: string
}

const MOST = 5
const placeOf = (storeCode: string): string => `zg.desk.waiting.${storeCode}`
function kept(storeCode: string): Waiting[] {
  try {
    return JSON.parse(sessionStorage.getItem(placeOf(storeCode)) ?? '[]') as Waiting[]
  } catch {
    return []
  }
}

/**
 * 挂单/取单 at the desk: who stood there and for how much waits in this window while the next is served. Nothing is held for them
 * meanwhile: who, coupons and price are asked anew.
 */
export function useWaiting(desk: Desk, storeCode: () => string) {
  const all = ref<Waiting[]>(kept(storeCode()))
  function keep(next: Waiting[]): void {
    all.value = next
    sessionStorage.setItem(placeOf(storeCode()), JSON.stringify(next))
  }
  const may = computed(
    () => desk.found.value !== null && desk.held.value === null && desk.goods.value === null && all.value.length < MOST,
  )
  return {
    all,
    may,
    /** The store has changed: another one’s sales wait. */
    reload: (): void => {
      all.value = kept(storeCode())
    },
    putAside: async (): Promise<void> => {
      const who = desk.found.value
      if (!may.value || who === null) return
      const code = desk.codeNow()
      const one = {
        id: crypto.randomUUID(),
        name: who.member.name,
        code,
        yuan: desk.form.yuan,
        at: new Date().toISOString(),
      }
      keep([...all.value, one])
      desk.form.yuan = ''
      await desk.clear()
    },
    takeUp: async (id: string): Promise<void> => {
      const one = all.value.find(each => each.id === id)
      if (one === undefined || desk.busy.value) return
      desk.form.yuan = one.yuan
      // A code that has turned meanwhile is said to be so, and the sale waits on.
      if (await desk.identify(one.code)) if (desk.found.value !== null) keep(all.value.filter(each => each.id !== id))
    },
    drop: (id: string): void => keep(all.value.filter(each => each.id !== id)),
  }
}
export type WaitingSales = ReturnType<typeof useWaiting>
