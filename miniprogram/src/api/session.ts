import type { Transport } from '../../../server/kernel/http/client.ts'
import { forget, store, stored } from '../lib/storage.ts'
import { words } from '../lib/i18n/index.ts'
import { needsPrivacyConsent } from '../lib/privacy.ts'
import { operations } from './operations.ts'
import { ApiError, request } from './request.ts'

let opening: Promise<string> | null = null

function loginCode(): Promise<string> {
  return new Promise((resolve, reject) => {
    wx.login({
      success: ({ code }) => resolve(code),
      fail: () => reject(new ApiError('offline', 0, words().errors.offline)),
    })
  })
}

// Whatever a page may try: nothing of the shopper leaves the phone before she has accepted the privacy guide.
async function open(): Promise<string> {
  if (await needsPrivacyConsent()) throw new ApiError('unasked', 0, words().privacy.refused)
  const { appId } = wx.getAccountInfoSync().miniProgram
  const session = (await request({ ...operations.wechat.openSession, body: { code: await loginCode(), appId } })) as {
    token: string
  }
  store('token', session.token)
  return session.token
}

// Many calls may find out at once that the session is over; they share one log-in.
function reopen(): Promise<string> {
  opening ??= open().finally(() => {
    opening = null
  })
  return opening
}

/** Does something in the shopper's session, which is opened silently when there is none or it has run out. */
export async function inSession<T>(act: (token: string) => Promise<T>): Promise<T> {
  const token = stored('token') ?? (await reopen())
  try {
    return await act(token)
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error
    return await act(await reopen())
  }
}

/** Carries a call in the shopper's session. */
export const send: Transport = call => inSession(token => request({ ...call, token }))

/** Forgets who was here: after closing the membership. */
export function endSession(): void {
  forget('token', 'card', 'phoneSecret', 'signedCoupons', 'wallet', 'store', 'origin')
}
