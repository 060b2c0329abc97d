import { phoneSecret } from '../../lib/phone-code.ts'
import { signedCode, turningCode, windowNow } from '../../lib/turning.ts'

/** What of the code changes while one looks at it. */
export interface TurningView {
  code?: string
  qr?: string
  turns?: boolean
  left?: number
  seconds?: number
  caught?: boolean
}

const tick = 1000
const caughtFor = 5000

let timer: ReturnType<typeof setInterval> | undefined
let show: (view: TurningView) => void = () => undefined
let cardNo = ''
/** the window that is on the screen, and up to which one it was turned by hand */
let shown = 0
let ahead = 0
let caughtUntil = 0

function step(): void {
  const phone = phoneSecret()
  if (!phone) {
    show({ code: cardNo, qr: '', turns: false })
    return
  }
  const now = Date.now()
  const at = windowNow(phone, now)
  const window = Math.max(at.window, ahead)
  // turned by hand it stays for what is left of its own half minute too
  const rest = at.left + (window - at.window)
  const view: TurningView = {
    left: Math.min(1, rest),
    seconds: Math.ceil(rest * phone.windowSeconds),
    caught: now < caughtUntil,
  }
  if (window !== shown) {
    shown = window
    view.turns = true
    view.code = turningCode(phone, window)
    view.qr = ''
    // The first signed code of a day takes a moment; the digits are on the screen meanwhile.
    setTimeout(() => {
      const qr = signedCode(phone, window)
      if (qr && shown === window) show({ qr })
    }, 0)
  }
  show(view)
}

/** The code that turns every half minute, on whichever page shows it. */
export const turning = {
  /** Shows the code of now and turns it from here on; without a secret of this phone the card's number. */
  start(card: string, onView: (view: TurningView) => void): void {
    cardNo = card
    show = onView
    shown = 0
    step()
    clearInterval(timer)
    timer = setInterval(step, tick)
  },

  stop(): void {
    clearInterval(timer)
  },

  /** Turns to the next code at once: by hand, or because a screenshot was taken. One ahead of the clock, not more. */
  turn(caught: boolean): void {
    const phone = phoneSecret()
    if (!phone) return
    ahead = windowNow(phone, Date.now()).window + 1
    if (caught) caughtUntil = Date.now() + caughtFor
    step()
  },
}
