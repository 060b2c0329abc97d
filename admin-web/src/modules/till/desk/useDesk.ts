import { computed, reactive, ref, shallowRef } from 'vue'
import type { PanelLine } from 'till-client/panel'
import { tillDesk } from '../../../api/index.ts'
import { errorText } from '../../../api/errors.ts'
import { type Decision, type Priced, priceSale, type Wish } from './desk-price.ts'

type Identified = Awaited<ReturnType<typeof tillDesk.deskIdentify>>
type Known = Extract<Identified, { kind: 'member' }>
export type DeskReceipt = Extract<Identified, { kind: 'receipt' }>['receipt']
/** What a receipt that is written down came to. */
export type DeskDone = Awaited<ReturnType<typeof tillDesk.deskSell>>

/** Who stands there; `byCoupon`: known by a coupon alone, which proves its holder. */
interface Found {
  readonly member: Known['member']
  readonly coupons: Known['coupons']
  readonly byCoupon: boolean
}

const NOTHING: Wish = { codes: [], points: 0 }

/** One customer at the desk: who, what is used, how much; held while they pay; done. */
export function useDesk(storeCode: () => string, locale: () => string) {
  const found = shallowRef<Found | null>(null)
  const form = reactive({ yuan: '', receiptNo: '', tillCode: '' })
  /** The goods, where the till has told them. */
  const goods = shallowRef<readonly PanelLine[] | null>(null)
  const decided = ref<Decision>(null)
  const wish = shallowRef<Wish>(NOTHING)
  const priced = shallowRef<Priced | null>(null)
  const refusal = ref('')
  const busy = ref(false)
  /** Until when the coupons are held for this customer. */
  const held = ref<{ lockKey: string; until: string } | null>(null)
  const done = shallowRef<DeskDone | null>(null)
  /** The receipt whose code was read: goods of it come back. */
  const receipt = shallowRef<DeskReceipt | null>(null)
  let key = crypto.randomUUID()

  const amount = computed(() => {
    const fen = Math.round(Number(form.yuan) * 100)
    return Number.isFinite(fen) && fen > 0 ? fen : 0
  })
  const say = (text: { zh: string; en: string }): string => (locale() === 'en' ? text.en : text.zh)
  let running: Promise<unknown> = Promise.resolve()
  async function attempt(run: () => Promise<void>): Promise<boolean> {
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
  /** One thing at a time: a second tap while something is under way does nothing. */
  function trying(run: () => Promise<void>): Promise<boolean> {
    if (busy.value) return Promise.resolve(false)
    const done = attempt(run)
    running = done
    return done
  }

  const asked = ({ codes, points }: Wish) => ({
    storeCode: storeCode(),
    // A coupon that was shown proves its holder, so that their card’s number stays out.
    memberCode: found.value === null || found.value.byCoupon ? null : found.value.member.memberCode,
    couponCodes: [...codes],
    points,
    amount: amount.value,
    lines: goods.value === null ? null : goods.value.map(line => ({ ...line })),
  })

  let turn = 0
  /** What it costs as decided, asked anew; the answer to the latest question stands. */
  async function price(): Promise<void> {
    const mine = ++turn
    const who = found.value
    if (who === null || amount.value === 0) {
      priced.value = null
      return
    }
    try {
      const lockKey = held.value?.lockKey ?? null
      const now = await priceSale(one => tillDesk.deskQuote({ body: { ...asked(one), lockKey } }), {
        decided: decided.value,
        wish: wish.value,
        shown: who.byCoupon ? who.coupons.map(coupon => coupon.code) : null,
      })
      if (mine !== turn) return
      priced.value = now
      wish.value = now.wish
    } catch (error) {
      if (mine !== turn) return
      priced.value = null
      refusal.value = errorText(error, locale())
    }
  }

  const quote = computed(() => priced.value?.quote ?? null)
  /** Something could be used, and nobody has said yet whether it is. */
  const isOpen = computed(() => priced.value?.proposal != null && decided.value === null && held.value === null)
  /** Something is used: it is to be held before the customer pays. */
  const uses = computed(() => (quote.value?.discount ?? 0) > 0 || (quote.value?.pointsPay.points ?? 0) > 0)
  /** Why something that was asked for does not count, to say aloud. */
  const why = computed(() => {
    const refused = quote.value?.refusals[0]?.refusal?.text ?? quote.value?.pointsPay.refusal ?? null
    return refused === null ? '' : say(refused)
  })
  /** It may be held and paid; who was known by a coupon is known no more without it. */
  const fits = computed(
    () =>
      amount.value > 0 &&
      quote.value !== null &&
      !isOpen.value &&
      (found.value?.byCoupon !== true || quote.value.discount > 0),
  )
  const ready = computed(() => fits.value && form.receiptNo.trim() !== '' && form.tillCode.trim() !== '')

  function forget(): void {
    found.value = null
    decided.value = null
    wish.value = NOTHING
    priced.value = null
    held.value = null
  }

  async function identify(code: string): Promise<void> {
    const what = await tillDesk.deskIdentify({ body: { storeCode: storeCode(), code } })
    done.value = null
    if (what.kind === 'receipt') {
      receipt.value = what.receipt
      return
    }
    if (what.kind !== 'member' && what.kind !== 'coupon') {
      refusal.value = say(what.text)
      return
    }
    forget()
    key = crypto.randomUUID()
    found.value =
      what.kind === 'member'
        ? { member: what.member, coupons: what.coupons, byCoupon: false }
        : { member: what.member, coupons: [what.coupon], byCoupon: true }
    // Who shows a coupon wants to use it.
    if (what.kind === 'coupon' && what.coupon.usable) decided.value = 'coupons'
    await price()
  }

  async function letGo(): Promise<void> {
    if (held.value === null) return
    const { lockKey } = held.value
    await tillDesk.deskRelease({ params: { lockKey }, body: { storeCode: storeCode() } })
    held.value = null
    await price()
  }

  /** The code by which whoever stands there is known; '' when nobody does. */
  const codeNow = (): string => {
    const who = found.value
    if (who === null) return ''
    return who.byCoupon ? (who.coupons[0]?.code ?? '') : who.member.memberCode
  }

  return {
    codeNow,
    found,
    form,
    goods,
    decided,
    wish,
    priced,
    quote,
    refusal,
    busy,
    held,
    done,
    receipt,
    amount,
    isOpen,
    uses,
    fits,
    ready,
    why,
    say,
    price,

    /** What a scanner has read is never lost: it waits until what is under way is done. */
    async identify(code: string): Promise<boolean> {
      while (busy.value) await running
      return trying(async () => {
        if (held.value !== null) await letGo()
        await identify(code)
      })
    },

    /** One of the three keys. */
    decide: async (what: Exclude<Decision, null>): Promise<void> => {
      if (held.value !== null || found.value === null) return
      decided.value = what
      await price()
    },

    /** A coupon is touched: it is used, or not any more. */
    touch: async (code: string): Promise<void> => {
      const { codes, points } = wish.value
      decided.value = 'own'
      wish.value = { codes: codes.includes(code) ? codes.filter(one => one !== code) : [...codes, code], points }
      await price()
    },

    /** Holds coupons and points while the customer pays. */
    hold: () =>
      trying(async () => {
        const lockKey = crypto.randomUUID()
        const { lockedUntil } = await tillDesk.deskLock({ body: { key: lockKey, ...asked(wish.value) } })
        held.value = { lockKey, until: lockedUntil }
      }),

    /** The customer does not pay after all. */
    letGo: () => trying(letGo),

    /** The receipt is paid; the key stays the same until it is told, so a second tap does nothing twice. */
    sell: () =>
      trying(async () => {
        done.value = await tillDesk.deskSell({
          body: {
            key,
            tillCode: form.tillCode.trim(),
            receiptNo: form.receiptNo.trim(),
            ...asked(wish.value),
            lockKey: held.value?.lockKey ?? null,
          },
        })
        key = crypto.randomUUID()
        forget()
        Object.assign(form, { yuan: '', receiptNo: '' })
        goods.value = null
      }),

    /** The member whose phone was spoken says the code that an SMS brought: they may spend now. */
    proves: (code: string) =>
      trying(async () => {
        const { memberCode } = await tillDesk.deskSmsProof({
          body: { storeCode: storeCode(), memberCode: found.value?.member.memberCode ?? '', code },
        })
        await identify(memberCode)
      }),
    sendSms: () =>
      trying(async () => {
        await tillDesk.deskSms({ body: { storeCode: storeCode(), memberCode: found.value?.member.memberCode ?? '' } })
      }),

    /** Nobody stands there any more; what was held is free. */
    clear: () =>
      trying(async () => {
        await letGo()
        forget()
        done.value = null
      }),
  }
}
export type Desk = ReturnType<typeof useDesk>
