import type { Kernel } from '../../../kernel/module.ts'
import type { Audit } from '../../staff/index.ts'

/** Sends a verification code to a phone; rejects when it could not be sent. */
export interface SmsPort {
  sendCode(phone: string, code: string, minutes: number): Promise<void>
}

/** What members needs of the ports below it. */
export interface MembersNeeds {
  readonly audit: Audit
  /** The phone number behind the code of WeChat's phone button; throws when the code is used up or WeChat is away. */
  readonly phoneByCode: (appId: string, code: string) => Promise<string>
  /** Left out: the HTTP gateway at SMS_URL, and no SMS at all when that is empty. */
  readonly sms?: SmsPort
}

/** What every part of this module is made from. */
export interface MembersDeps extends Kernel {
  readonly audit: Audit
}
