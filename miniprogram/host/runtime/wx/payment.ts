import { showModal } from '../dialogs.ts'
import { act, phone, tellPhone } from '../phone.ts'
import { fail, succeed, type Callbacks } from './callbacks.ts'

/** What wx.requestPayment takes; the server signed it. */
interface PaymentRequest extends Callbacks {
  timeStamp: string
  nonceStr: string
  package: string
  signType?: string
  paySign: string
}

let asked = 0

/** The phone draws its pay sheet and says how it ended: `requestPayment:ok`, or `requestPayment:fail …`. */
function sheetOfPhone(request: Record<string, string>): Promise<string> | null {
  const id = ++asked
  if (!tellPhone({ type: 'miniprogram.pay', id, request })) return null
  return new Promise(resolve => {
    const onMessage = ({ source, data }: MessageEvent<{ type?: string; id?: number; errMsg?: string } | null>) => {
      if (source !== window.parent || data?.type !== 'miniprogram.paid' || data.id !== id) return
      window.removeEventListener('message', onMessage)
      resolve(data.errMsg ?? 'requestPayment:fail')
    }
    window.addEventListener('message', onMessage)
  })
}

// Without a phone around: one question in place of the sheet.
async function askHere(request: Record<string, string>): Promise<string> {
  if (!(await showModal({ title: '微信支付', content: '确认支付？' }))) return 'requestPayment:fail cancel'
  await act('pay', { appId: phone.appId, ...request })
  return 'requestPayment:ok'
}

/** The wx functions that concern money. */
export const payment = {
  /** WeChat's pay sheet; `fail cancel` when the person closes it. */
  requestPayment: async ({ timeStamp, nonceStr, paySign, ...options }: PaymentRequest) => {
    const request = { timeStamp, nonceStr, package: options.package, paySign }
    const errMsg = await (sheetOfPhone(request) ?? askHere(request)).catch((error: unknown) => String(error))
    if (errMsg === 'requestPayment:ok') return succeed(options, 'requestPayment')
    return fail(options, 'requestPayment', errMsg.replace(/^requestPayment:fail ?/, ''))
  },
}
