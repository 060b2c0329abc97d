import { generateKeyPairSync, sign } from 'node:crypto'
import { chain, couponVoucherText, linkDigits, memberVoucherText, signatureDigits, windowOf } from 'till-client/codes'
import { expect, it } from 'vitest'
import { checkSigned } from '../../sandbox/tills/check.ts'

// What the till's own machine says of a code when it has nothing but the public keys of this morning.
const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const keys = { '7': publicKey.export({ format: 'jwk' }).x ?? '' }
const signed = (text: string): string => text + signatureDigits(sign(null, Buffer.from(text), privateKey))
const at = '2026-11-23T02:00:10.000Z'
const handle = '123456789'
const check = (digits: string, when = at) => checkSigned({ digits, keys, at: when, toleranceWindows: 1 })

it('a signed coupon says what it takes off and until when; changed, or over its time, it is refused', () => {
  const until = new Date('2026-11-23T10:00:00.000Z')
  const digits = signed(
    couponVoucherText({ kid: 7, code: 'K0123456789ABC', handle, amountOff: 500, threshold: 3900, until }),
  )
  expect(check(digits)).toMatchObject({ kind: 'coupon', handle, amountOff: 500, threshold: 3900 })
  const dearer = digits.slice(0, 33) + '00009900' + digits.slice(41)
  expect(check(dearer)).toEqual({ kind: 'refused', of: 'coupon', why: 'forged' })
  expect(check(digits, '2026-11-23T10:00:00.000Z')).toEqual({ kind: 'refused', of: 'coupon', why: 'tooLate' })
})

it('a member’s signed code is good for its half minute, and nobody else’s key signs it', () => {
  const firstWindow = windowOf(new Date(at)) - 4
  const { anchor, links } = chain(handle, 10, 'ab'.repeat(12))
  const voucher = signed(memberVoucherText({ kid: 7, handle, tier: 2, firstWindow, windows: 10, anchor }))
  const digits = voucher + linkDigits(4, links[4] ?? '')
  expect(check(digits)).toEqual({ kind: 'member', handle, tier: 2, window: firstWindow + 4 })
  expect(check(digits, '2026-11-23T02:05:10.000Z')).toEqual({ kind: 'refused', of: 'member', why: 'tooLate' })
  expect(checkSigned({ digits, keys: {}, at, toleranceWindows: 1 })).toEqual({
    kind: 'refused',
    of: 'member',
    why: 'forged',
  })
})
