import { membersErrors } from '../contract.ts'
import type { SmsPort } from './deps.ts'

/**
 * An SMS gateway over HTTP: POST { phone, code, minutes, text } as JSON to `url`; any 2xx means taken.
 * Adapters of a provider, and the sandbox, answer it.
 */
export const httpSms = (url: string): SmsPort => ({
  async sendCode(phone, code, minutes) {
    const text = `您的验证码是 ${code},${minutes} 分钟内有效。工作人员不会向您索要验证码。`
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ phone, code, minutes, text }),
      signal: AbortSignal.timeout(5_000),
    }).catch(() => null)
    await answer?.body?.cancel()
    if (answer === null || !answer.ok) throw membersErrors.smsFailed()
  },
})
