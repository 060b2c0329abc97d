import { computed, reactive, ref } from 'vue'
import { errorText } from '../../../api/errors.ts'
import { tillDesk } from '../../../api/index.ts'
import { shopDayOf } from '../../../ui/format.ts'
import type { DeskReceipt } from './useDesk.ts'

type Quoted = Awaited<ReturnType<typeof tillDesk.deskQuoteReturn>>
type Returned = Awaited<ReturnType<typeof tillDesk.deskReturn>>

/** Goods of one receipt that come back: which, what it gives back, done. */
export function useDeskReturn(storeCode: () => string, locale: () => string, ownTill: string) {
  const form = reactive({
    tillCode: '',
    businessDate: shopDayOf(new Date()),
    receiptNo: '',
    /** The slip of the return: at which till, and its number. */
    ownTill,
    ownNo: '',
  })
  const quoted = ref<Quoted | null>(null)
  /** How much of each line comes back. */
  const back = reactive(new Map<number, number>())
  const done = ref<Returned | null>(null)
  const refusal = ref('')
  const busy = ref(false)
  /** The store of a slip whose code was read; '' = this one. */
  const boughtAt = ref('')
  let key = crypto.randomUUID()

  const original = () => ({
    ...(boughtAt.value === '' || boughtAt.value === storeCode() ? {} : { storeCode: boughtAt.value }),
    tillCode: form.tillCode.trim(),
    businessDate: form.businessDate,
    receiptNo: form.receiptNo.trim(),
  })
  const lines = () =>
    [...back]
      .filter(([, quantity]) => quantity > 0)
      .map(([lineNo, quantity]) => ({ lineNo, quantity: String(quantity) }))
  async function trying(run: () => Promise<void>): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    refusal.value = ''
    try {
      await run()
      return true
    } catch (error) {
      refusal.value = errorText(error, locale())
      return false
    } finally {
      busy.value = false
    }
  }

  const look = () =>
    trying(async () => {
      done.value = null
      quoted.value = null
      const all = await tillDesk.deskQuoteReturn({ body: { storeCode: storeCode(), original: original() } })
      key = crypto.randomUUID()
      back.clear()
      for (const line of all.lines) back.set(line.lineNo, Number(line.left))
      quoted.value = all
    })

  let turn = 0
  return {
    form,
    boughtAt,
    quoted,
    back,
    done,
    refusal,
    busy,
    ready: computed(
      () => quoted.value !== null && lines().length > 0 && form.ownTill.trim() !== '' && form.ownNo.trim() !== '',
    ),
    /** The slip was typed: it is of this store. */
    find: (): Promise<boolean> => {
      boughtAt.value = ''
      return look()
    },
    /** The code on a slip was read. */
    open: (receipt: DeskReceipt): Promise<boolean> => {
      boughtAt.value = receipt.storeCode
      Object.assign(form, {
        tillCode: receipt.tillCode,
        businessDate: receipt.businessDate,
        receiptNo: receipt.receiptNo,
      })
      if (form.ownTill === '' && receipt.storeCode === storeCode()) form.ownTill = receipt.tillCode
      return look()
    },
    /** Another number of pieces: what it gives back is asked anew. */
    change: async (lineNo: number, quantity: number): Promise<void> => {
      back.set(lineNo, quantity)
      const mine = ++turn
      const some = lines()
      if (some.length === 0 || quoted.value === null) return
      try {
        const now = await tillDesk.deskQuoteReturn({
          body: { storeCode: storeCode(), original: original(), lines: some },
        })
        if (mine === turn) quoted.value = now
        refusal.value = ''
      } catch (error) {
        if (mine === turn) refusal.value = errorText(error, locale())
      }
    },
    take: () =>
      trying(async () => {
        done.value = await tillDesk.deskReturn({
          body: {
            key,
            storeCode: storeCode(),
            tillCode: form.ownTill.trim(),
            receiptNo: form.ownNo.trim(),
            original: original(),
            lines: lines(),
          },
        })
        key = crypto.randomUUID()
        quoted.value = null
        back.clear()
        Object.assign(form, { receiptNo: '', ownNo: '' })
      }),
  }
}
