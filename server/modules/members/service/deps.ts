import type { Kernel } from '../../../kernel/module.ts'
import type { Db, Tx } from '../../../kernel/db.ts'
import type { Scope } from '../../../kernel/scope.ts'
import type { FilesApi } from '../../files/index.ts'
import type { Audit } from '../../staff/index.ts'
import type { WechatPerson } from './new-member.ts'
import type { KeptPart, MemberPart } from './parts.ts'
import type { TimelinePart } from './timeline.ts'

/** Sends a verification code to a phone; rejects when it could not be sent. */
export interface SmsPort {
  sendCode(phone: string, code: string, minutes: number): Promise<void>
}

/** Where a new member came from. */
export interface Origin {
  readonly codeId: string
  readonly storeCode: string | null
  readonly staffId: string | null
  readonly at: Date
}

/** Who can be a recruiter (开卡人), and what they are called. */
export interface Recruiters {
  staffNames(db: Db, ids: readonly string[]): Promise<Map<string, string>>
  /** Who is meant by a user name or a name in a file: text → id. */
  staffMeant(db: Db, texts: readonly string[]): Promise<Map<string, string>>
  colleagues(scope: Scope): Promise<readonly { staffId: string; name: string }[]>
}

/** What members needs of the ports below it. */
export interface MembersNeeds {
  readonly audit: Audit
  readonly recruiters: Recruiters
  /** By which channel code somebody came; null when by none. */
  readonly originOf: (person: WechatPerson, scene: string | null) => Promise<Origin | null>
  /** Which account of ours an appId is: an openid of the official account is not one of the mini-program. */
  readonly accountOf: (appId: string) => { kind: 'official' | 'miniprogram'; name: string } | null
  /** The phone number behind the code of WeChat's phone button; throws when the code is used up or WeChat is away. */
  readonly phoneByCode: (appId: string, code: string) => Promise<string>
  /** What the modules above keep of a member, for merges and for the export of a person; asked once all are made. */
  readonly parts: () => readonly MemberPart[]
  /** What else is kept of a person and stays where it is when members are merged; asked once all are made. */
  readonly kept: () => readonly KeptPart[]
  /** What the modules above tell of a member in the timeline; asked once all are made. */
  readonly timeline: () => readonly TimelinePart[]
  /** The names of stores, for files that people read. */
  readonly storeNames: (codes: readonly string[]) => Promise<ReadonlyMap<string, string>>
  /** Where the copies of persons are kept, sealed. */
  readonly files: Pick<FilesApi, 'store' | 'get' | 'read' | 'discard'>
  /** Moves all points of a household's wallet to another account, in the caller's transaction, once for each key. */
  readonly moveWallet: (tx: Tx, move: { key: string; from: string; to: string; note: string }) => Promise<void>
  /** Left out: the HTTP gateway at SMS_URL, and no SMS at all when that is empty. */
  readonly sms?: SmsPort
}

/** What every part of this module is made from. */
export interface MembersDeps extends Kernel, Pick<MembersNeeds, 'accountOf' | 'moveWallet'> {
  readonly audit: Audit
  readonly recruiters: Recruiters
}
