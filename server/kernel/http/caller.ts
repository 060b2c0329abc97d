import type { Scope } from '../scope.ts'
import type { Access } from './contract.ts'

/** A member of staff who is logged in. */
export interface StaffCaller {
  readonly kind: 'staff'
  readonly staffId: string
  readonly name: string
  readonly role: string
  readonly permissions: readonly string[]
  readonly scope: Scope
  readonly sessionId: string
  readonly ip: string
}

/** Someone in the mini-program; a member once `memberId` is there. */
export interface ShopperCaller {
  readonly kind: 'shopper'
  readonly appId: string
  readonly openid: string
  readonly unionid: string | null
  readonly memberId: string | null
}

export interface MemberCaller extends Omit<ShopperCaller, 'memberId'> {
  readonly memberId: string
}

/** A till that has signed its request. */
export interface TillCaller {
  readonly kind: 'till'
  readonly tillId: string
  readonly storeCode: string
  readonly tillCode: string
}

export interface PublicCaller {
  readonly kind: 'public'
  readonly ip: string
}

export type Caller = StaffCaller | ShopperCaller | MemberCaller | TillCaller | PublicCaller

/** The caller that an access lets in. */
export type CallerOf<A extends Access> = A extends 'public'
  ? PublicCaller
  : A extends 'shopper'
    ? ShopperCaller
    : A extends 'member'
      ? MemberCaller
      : A extends 'till'
        ? TillCaller
        : StaffCaller
