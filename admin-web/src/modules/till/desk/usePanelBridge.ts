import { onBeforeUnmount, onMounted, watch } from 'vue'
import { isToPanel, type FromPanel, type ToPanel } from 'till-client/panel'
import { tillDesk } from '../../../api/index.ts'
import type { Desk } from './useDesk.ts'

/** Fen of a basket; lines are yuan as text. */
const sumOf = (lines: readonly { readonly net: string }[]): number =>
  lines.reduce((sum, { net }) => sum + Math.round(Number(net) * 100), 0)

/**
 * The till beside the panel: it tells its basket, what its scanner read and that the customer has paid; it is told what is due,
 * what was written down and why something does not go on (till-client/panel). Only this very window is heard.
 */
export function usePanelBridge(desk: Desk, language: () => 'zh' | 'en'): void {
  let receiptNo = ''
  let paper: 58 | 80 | undefined
  /** Who stood there with a basket that the till has put aside: they are looked up again when it comes back. */
  const aside = new Map<string, string>()
  const tell = (message: FromPanel): void => window.postMessage(message, window.location.origin)

  const tellDue = (): void => {
    const quote = desk.quote.value
    // What is to be paid is open until a key has said what is used.
    if (quote === null || receiptNo === '' || desk.isOpen.value || desk.done.value !== null) return
    tell({
      from: 'panel',
      say: 'due',
      receiptNo,
      total: quote.total,
      discount: quote.discount,
      points: quote.pointsPay.points,
      pointsFen: quote.pointsPay.fen,
      payable: quote.payable,
      earns: quote.points,
      shares: quote.shares,
      isHeld: desk.held.value !== null,
      heldUntil: desk.held.value?.until ?? null,
    })
  }
  async function tellDone(): Promise<void> {
    const done = desk.done.value
    if (done === null || done.receiptNo !== receiptNo) return
    const { redemptionId, discount, pointsFen, payable, earned, balance } = done
    const slip =
      paper === undefined
        ? null
        : await tillDesk
            .deskPrint({ params: { redemptionId }, body: { paper, language: language() } })
            .catch(() => null)
    tell({
      from: 'panel',
      say: 'done',
      receiptNo,
      redemptionId,
      discount,
      pointsFen,
      payable,
      earned,
      balance,
      print: slip?.lines ?? null,
    })
  }

  async function hear(message: ToPanel): Promise<void> {
    if (message.say === 'code') return void (await desk.identify(message.code))
    if (message.say === 'basket') {
      // Coupons are held for the goods as they were: another basket is another price.
      if (desk.held.value !== null) await desk.letGo()
      const isOther = message.receiptNo !== receiptNo
      // Another receipt is another customer: nobody pays with who stood there before.
      if (isOther && receiptNo !== '') {
        if (desk.found.value !== null) aside.set(receiptNo, desk.codeNow())
        await desk.clear()
      }
      receiptNo = message.receiptNo
      paper = undefined
      desk.done.value = null
      desk.goods.value = message.lines
      Object.assign(desk.form, {
        tillCode: message.tillCode,
        receiptNo,
        yuan: (sumOf(message.lines) / 100).toFixed(2),
      })
      const known = aside.get(receiptNo)
      if (!isOther || known === undefined) return desk.price()
      aside.delete(receiptNo)
      await desk.identify(known)
      return
    }
    if (message.receiptNo !== receiptNo) return
    if (message.say === 'dropped') {
      await desk.clear()
      receiptNo = ''
      desk.goods.value = null
      Object.assign(desk.form, { yuan: '', receiptNo: '' })
      return
    }
    paper = message.print
    // Written down already: said again. Else the answer follows when it is.
    if (desk.done.value === null) await desk.sell()
    else await tellDone()
  }
  // One after the other: a till that says two things at once means them in that order.
  let said = Promise.resolve()
  const listen = ({ source, origin, data }: MessageEvent): void => {
    if (source !== window || origin !== window.location.origin || !isToPanel(data)) return
    said = said.then(() => hear(data)).catch(() => undefined)
  }
  onMounted(() => {
    window.addEventListener('message', listen)
    tell({ from: 'panel', say: 'ready' })
  })
  onBeforeUnmount(() => window.removeEventListener('message', listen))
  watch([desk.quote, desk.isOpen, desk.held], tellDue)
  watch(desk.done, () => void tellDone())
  watch(
    () => desk.refusal.value || desk.why.value,
    text => {
      if (text !== '' && receiptNo !== '') tell({ from: 'panel', say: 'refused', receiptNo, text })
    },
  )
}
