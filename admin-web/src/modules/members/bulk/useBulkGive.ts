import { ref, type Ref } from 'vue'
import { coupons } from '../../../api/index.ts'
import { operations } from '../../../api/operations.ts'
import { sendFile } from '../../../api/send.ts'

export type Checked = Awaited<ReturnType<typeof coupons.bulk>>

const idOf = (reply: unknown): string => {
  const id: unknown = typeof reply === 'object' && reply !== null ? Reflect.get(reply, 'fileId') : undefined
  if (typeof id !== 'string') throw new Error('the upload was not answered with a file id')
  return id
}
/** How often the result of a check is asked for before the page stops waiting. */
const LOOKS = 40

/**
 * Coupons for several members, by the way that a file goes: the server checks each row first, does it under a key of the
 * row, and asks for a second person where it is much.
 */
export function useBulkGive(): {
  checked: Ref<Checked | null>
  check: (cardNos: readonly string[], templateId: string, reason: string) => Promise<boolean>
  give: () => Promise<'running' | 'waiting'>
  forget: () => void
} {
  const checked = ref<Checked | null>(null)
  let turn = 0
  return {
    checked,
    /** Whether the check has ended; a slow one goes on without this page. */
    async check(cardNos, templateId, reason) {
      const mine = ++turn
      checked.value = null
      const list = new File([['card number', ...cardNos].join('\n')], 'selection.csv', { type: 'text/csv' })
      const fileId = idOf(await sendFile(operations.coupons.uploadBulk.path, list))
      const { bulkId } = await coupons.startBulk({ body: { kind: 'issue', fileId, templateId, reason } })
      for (let look = 0; look < LOOKS; look++) {
        const found = await coupons.bulk({ params: { bulkId } })
        // Something else is meant by now: nobody waits for this one.
        if (mine !== turn) return true
        if (found.bulk.state !== 'reading') {
          checked.value = found
          return true
        }
        await new Promise(resolve => setTimeout(resolve, 500))
      }
      return false
    },
    async give() {
      if (checked.value === null) throw new Error('nothing has been checked')
      const { state } = await coupons.runBulk({ params: { bulkId: checked.value.bulk.bulkId } })
      return state === 'waiting' ? 'waiting' : 'running'
    },
    forget() {
      turn += 1
      checked.value = null
    },
  }
}
