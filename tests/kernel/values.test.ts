import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, daysBetween, shopDay, shopInstant } from '../../server/kernel/clock.ts'
import { readConfig } from '../../server/kernel/config.ts'
import { isId, newId } from '../../server/kernel/ids.ts'
import {
  allocate,
  fenFromDecimal4,
  formatDecimal4,
  multiply4,
  parseDecimal4,
  truncate4,
} from '../../server/kernel/money.ts'
import { decodeCursor, encodeCursor, pageFrom } from '../../server/kernel/page.ts'
import { createVault, maskName, maskPhone } from '../../server/kernel/vault.ts'

describe('money', () => {
  it('reads what an ERP writes, exactly, and nothing else', () => {
    expect(parseDecimal4('1,280.5')).toBe(12_805_000n)
    expect(parseDecimal4('-0.83')).toBe(-8_300n)
    expect(parseDecimal4('1.23450')).toBe(12_345n)
    for (const bad of ['', '¥78.00', '1.23456', 'abc', '1.2.3', '--1']) expect(parseDecimal4(bad)).toBeNull()
  })
  it('writes what it has read', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }),
        value => parseDecimal4(formatDecimal4(value)) === value,
      ),
    )
  })
  it('cuts points toward zero, on both sides', () => {
    expect([truncate4(639_999n), truncate4(-639_999n)]).toEqual([63, -63])
  })
  it('rounds half away from zero', () => {
    expect([fenFromDecimal4(10_050n), fenFromDecimal4(-10_050n)]).toEqual([101, -101])
    expect(multiply4(8_300n, 79_600n)).toBe(66_068n)
  })
  it('allocates all of a total and at most one unit more than fair to anyone', () => {
    const weights = fc
      .array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 30 })
      .filter(list => list.some(weight => weight > 0n))
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }), weights, (total, list) => {
        const shares = allocate(total, list)
        const sum = list.reduce((a, b) => a + b, 0n)
        expect(shares.reduce((a, b) => a + b, 0n)).toBe(total)
        for (const [i, share] of shares.entries()) {
          const fair = (total * (list[i] ?? 0n)) / sum
          expect(share - fair <= 1n && fair - share <= 1n).toBe(true)
        }
      }),
    )
  })
})

describe('ids', () => {
  it('rise, also within one millisecond, and have the form of ours', () => {
    const ids = Array.from({ length: 20_000 }, newId)
    expect(ids.every(isId)).toBe(true)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.toSorted()).toEqual(ids)
  })
})

describe('days', () => {
  it('belong to the shop, not to the machine', () => {
    expect(shopDay(new Date('2026-11-21T15:59:59Z'))).toBe('2026-11-21')
    expect(shopDay(new Date('2026-11-21T16:00:00Z'))).toBe('2026-11-22')
    // Whatever was asked before: neighbours across midnight, other zones, zones off the hour.
    const zones = ['Asia/Shanghai', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns']
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...zones), fc.integer({ min: -300, max: 300 }), fc.nat(365)), {
          minLength: 2,
        }),
        asked =>
          asked.every(([zone, minutes, day]) => {
            const at = new Date(Date.UTC(2026, 0, 1 + day, 16) + minutes * 30_000)
            return (
              shopDay(at, zone) === new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(at)
            )
          }),
      ),
    )
    expect(shopInstant('2026-11-22 00:30')?.toISOString()).toBe('2026-11-21T16:30:00.000Z')
    expect(shopInstant('2015-02-29 08:00')).toBeNull()
  })
  it('add and subtract', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -4_000, max: 4_000 }),
        days => daysBetween('2026-02-28', addDays('2026-02-28', days)) === days,
      ),
    )
  })
})

describe('cursors', () => {
  it('carry the sort values and survive forgery as null', () => {
    expect(decodeCursor(encodeCursor(['2026-11-22', 5]))).toEqual(['2026-11-22', 5])
    expect(decodeCursor('not a cursor')).toBeNull()
    expect(pageFrom([1, 2, 3], 2, row => [row])).toEqual({ items: [1, 2], next: encodeCursor([2]) })
    expect(pageFrom([1, 2], 2, row => [row]).next).toBeNull()
  })
})

describe('the vault', () => {
  const lookup = Buffer.alloc(32, 1)
  const old = createVault(new Map([['v1', Buffer.alloc(32, 2)]]), lookup)
  const both = createVault(
    new Map([
      ['v1', Buffer.alloc(32, 2)],
      ['v2', Buffer.alloc(32, 3)],
    ]),
    lookup,
  )
  it('opens what an older key has sealed, seals with the newest', () => {
    expect(both.open(old.seal('13812341234'))).toBe('13812341234')
    expect(both.seal('x')).toMatch(/^v2\./)
    expect(() => old.open(both.seal('x'))).toThrow('v2')
  })
  it('refuses what was altered', () => {
    const sealed = old.seal('王小明')
    const [version, iv, tag, body = ''] = sealed.split('.')
    const flipped = Buffer.from(body, 'base64url')
    flipped[0] = (flipped[0] ?? 0) ^ 1
    expect(() => old.open([version, iv, tag, flipped.toString('base64url')].join('.'))).toThrow()
  })
  it('finds by a keyed hash that differs by kind', () => {
    expect(both.hash('phone', '1')).toBe(old.hash('phone', '1'))
    expect(old.hash('phone', '1')).not.toBe(old.hash('name', '1'))
  })
  it('masks', () => {
    expect([maskPhone('13812341234'), maskName('王小明'), maskName('')]).toEqual(['138****1234', '王**', ''])
  })
})

describe('the configuration', () => {
  it('lists every problem at once', () => {
    expect(() =>
      readConfig({ DATABASE_URL: 'postgres://x', PORT: '99999', VAULT_KEYS: 'v1:short', WECHAT_ACCOUNTS: '{oops' }),
    ).toThrow(/DATABASE_URL[\s\S]*VAULT_KEYS|VAULT_KEYS[\s\S]*DATABASE_URL/)
    try {
      readConfig({ DATABASE_URL: 'postgres://x', PORT: '99999', VAULT_KEYS: 'v1:short', WECHAT_ACCOUNTS: '{oops' })
      throw new Error('it was accepted')
    } catch (error) {
      const problems = error instanceof Error && 'problems' in error ? (error.problems as string[]) : []
      const named = problems.map(problem => problem.split(':')[0])
      expect(named.toSorted()).toEqual([
        'DATABASE_URL',
        'PORT',
        'REDIS_URL',
        'VAULT_KEYS',
        'VAULT_LOOKUP_KEY',
        'WECHAT_ACCOUNTS',
      ])
    }
  })
})
