import { computed, reactive, ref } from 'vue'
import { tillDesk } from '../../api/index.ts'
import { errorText } from '../../api/errors.ts'

type Identified = Awaited<ReturnType<typeof tillDesk.deskIdentify>>
type Member = Extract<Identified, { kind: 'member' }>['member']
type Coupon = Extract<Identified, { kind: 'member' }>['coupons'][number]

/** One customer at the phone: who, which coupon, how much, done. */
export function useDesk(storeCode: () => string, locale: () => string) {
  const found = ref<{ member: Member; coupons: readonly Coupon[]; byCoupon: boolean } | null>(null)
  const chosen = ref<Coupon | null>(null)
  const form = reactive({ yuan: '', receiptNo: '', tillCode: '' })
  const refusal = ref('')
  const busy = ref(false)
  let key = crypto.randomUUID()

  const amount = computed(() => {
    const fen = Math.round(Number(form.yuan) * 100)
    return Number.isFinite(fen) && fen > 0 ? fen : 0
  })
  const say = (text: { zh: string; en: string }): string => (locale() === 'en' ? text.en : text.zh)
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

  /** What this coupon takes off goods of that amount, or why it does not. */
  const quoted = ref<{ discount: number; why: string } | null>(null)
  let asked = 0
  async function quote(): Promise<void> {
    const mine = ++asked
    const coupon = chosen.value
    quoted.value = null
    if (coupon === null || amount.value === 0) return
    try {
      const price = await tillDesk.deskQuote({
        body: {
          storeCode: storeCode(),
          memberCode: memberCode(),
          couponCode: coupon.code,
          amount: amount.value,
        },
      })
      const refused = price.refusals[0]?.refusal ?? null
      if (mine === asked) quoted.value = { discount: price.discount, why: refused === null ? '' : say(refused.text) }
    } catch (error) {
      if (mine === asked) quoted.value = { discount: 0, why: errorText(error, locale()) }
    }
  }
  const memberCode = (): string | null =>
    found.value === null || found.value.byCoupon ? null : found.value.member.memberCode

  return {
    found,
    chosen,
    form,
    refusal,
    busy,
    amount,
    quoted,
    quote,

    identify: (code: string) =>
      trying(async () => {
        const what = await tillDesk.deskIdentify({ body: { storeCode: storeCode(), code } })
        key = crypto.randomUUID()
        quoted.value = null
        if (what.kind === 'member') {
          found.value = { member: what.member, coupons: what.coupons, byCoupon: false }
          chosen.value = what.coupons.find(one => one.usable) ?? null
        } else if (what.kind === 'coupon') {
          found.value = { member: what.member, coupons: [what.coupon], byCoupon: true }
          chosen.value = what.coupon.usable ? what.coupon : null
        } else {
          found.value = null
          refusal.value = say(what.text)
        }
        await quote()
      }),

    /** Redeems; the key stays the same until it is done, so a second tap does nothing twice. */
    redeem: (done: (discount: number) => void) =>
      trying(async () => {
        if (chosen.value === null) return
        const redeemed = await tillDesk.deskRedeem({
          body: {
            key,
            storeCode: storeCode(),
            tillCode: form.tillCode.trim(),
            receiptNo: form.receiptNo.trim(),
            memberCode: memberCode(),
            couponCode: chosen.value.code,
            amount: amount.value,
          },
        })
        key = crypto.randomUUID()
        done(redeemed.discount)
        found.value = null
        chosen.value = null
        quoted.value = null
        form.yuan = ''
        form.receiptNo = ''
      }),

    clear(): void {
      found.value = null
      chosen.value = null
      quoted.value = null
      refusal.value = ''
    },
  }
}
