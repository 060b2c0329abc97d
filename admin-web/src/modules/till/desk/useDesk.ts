import { computed, reactive, ref } from 'vue'
import { tillDesk } from '../../api/index.ts'
import { errorText } from '../../api/errors.ts'

type Identified = Awaited<ReturnType<typeof tillDesk.deskIdentify>>
type Member = Extract<Identified, { kind: 'member' }>['member']
type Coupon = Extract<Identified, { kind: 'member' }>['coupons'][number]
type Quote = Awaited<ReturnType<typeof tillDesk.deskQuote>>

/** What was told of a receipt that is done. */
export interface DeskDone {
  readonly discount: number
  readonly points: number
  readonly earned: number
}

/** One customer at the phone: who, which coupon, points or not, how much; held while they pay; done. */
export function useDesk(storeCode: () => string, locale: () => string) {
  const found = ref<{ member: Member; coupons: readonly Coupon[]; byCoupon: boolean } | null>(null)
  const chosen = ref<Coupon | null>(null)
  const form = reactive({ yuan: '', receiptNo: '', tillCode: '', usePoints: false })
  const refusal = ref('')
  const busy = ref(false)
  /** Until when the coupon is held for this customer, and what was asked for when it was. */
  const held = ref<{ lockKey: string; until: string } | null>(null)
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

  const memberCode = (): string | null =>
    found.value === null || found.value.byCoupon ? null : found.value.member.memberCode
  const wish = (points: number) => ({
    storeCode: storeCode(),
    memberCode: memberCode(),
    couponCode: chosen.value?.code ?? null,
    points,
    amount: amount.value,
  })

  /** What goods of that amount cost with it, and why something does not count. */
  const quoted = ref<{ quote: Quote | null; why: string } | null>(null)
  let asked = 0
  async function quote(): Promise<void> {
    const mine = ++asked
    quoted.value = null
    if (found.value === null || amount.value === 0) return
    const ask = (points: number) =>
      tillDesk.deskQuote({ body: { ...wish(points), lockKey: held.value?.lockKey ?? null } })
    try {
      const plain = await ask(0)
      const { most } = plain.pointsPay
      const price = form.usePoints && most.points > 0 ? await ask(most.points) : plain
      const refused = price.refusals[0]?.refusal?.text ?? price.pointsPay.refusal
      if (mine === asked) quoted.value = { quote: price, why: refused === null ? '' : say(refused) }
    } catch (error) {
      if (mine === asked) quoted.value = { quote: null, why: errorText(error, locale()) }
    }
  }
  const points = (): number => quoted.value?.quote?.pointsPay.points ?? 0

  function forget(): void {
    found.value = null
    chosen.value = null
    quoted.value = null
    held.value = null
    form.usePoints = false
  }

  return {
    found,
    chosen,
    form,
    refusal,
    busy,
    amount,
    quoted,
    held,
    quote,
    say,

    identify: (code: string) =>
      trying(async () => {
        const what = await tillDesk.deskIdentify({ body: { storeCode: storeCode(), code } })
        key = crypto.randomUUID()
        forget()
        if (what.kind === 'member') {
          found.value = { member: what.member, coupons: what.coupons, byCoupon: false }
          chosen.value = what.coupons.find(one => one.usable) ?? null
        } else if (what.kind === 'coupon') {
          found.value = { member: what.member, coupons: [what.coupon], byCoupon: true }
          chosen.value = what.coupon.usable ? what.coupon : null
        } else refusal.value = say(what.text)
        await quote()
      }),

    /** Holds the coupon while the customer pays. */
    hold: () =>
      trying(async () => {
        const lockKey = crypto.randomUUID()
        const { lockedUntil } = await tillDesk.deskLock({ body: { key: lockKey, ...wish(points()) } })
        held.value = { lockKey, until: lockedUntil }
      }),

    /** The customer does not pay after all. */
    letGo: () =>
      trying(async () => {
        if (held.value === null) return
        const { lockKey } = held.value
        await tillDesk.deskRelease({ params: { lockKey }, body: { storeCode: storeCode() } })
        held.value = null
        await quote()
      }),

    /** The receipt is paid; the key stays the same until it is told, so a second tap does nothing twice. */
    sell: (done: (what: DeskDone) => void) =>
      trying(async () => {
        const told = await tillDesk.deskSell({
          body: {
            key,
            tillCode: form.tillCode.trim(),
            receiptNo: form.receiptNo.trim(),
            ...wish(points()),
            lockKey: held.value?.lockKey ?? null,
          },
        })
        key = crypto.randomUUID()
        done(told)
        forget()
        form.yuan = ''
        form.receiptNo = ''
      }),

    clear(): void {
      refusal.value = ''
      forget()
    },
  }
}
export type Desk = ReturnType<typeof useDesk>
