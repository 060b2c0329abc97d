import type * as crypto from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { smsCodes } from '../server/modules/members/service/sms-codes.ts'
import { turningDigits, windowOfCode } from '../server/modules/members/service/turning-code.ts'
import { hashPassword, verifyPassword } from '../server/modules/staff/service/password.ts'
import { tillApi } from '../server/modules/till/contract.ts'
import { callbackCodec, encryptFrame, readAesKey, sign, writeXml } from '../wechat-api-ts/src/index.ts'
import { newTill, send } from './modules/till/tills.ts'
import { ApiError } from './support/http.ts'
import { world, type World } from './support/world.ts'

// What a caller sends is compared with a secret in constant time, everywhere: Node's own comparison decides, and nothing else.
const { verdict } = vi.hoisted(() => ({ verdict: { of: 'its own' } }))
vi.mock('node:crypto', async original => {
  const real = await original<typeof crypto>()
  const timingSafeEqual: typeof real.timingSafeEqual = (a, b) =>
    verdict.of === 'its own' ? real.timingSafeEqual(a, b) : verdict.of === 'always'
  return { ...real, timingSafeEqual }
})

let shop: World
beforeAll(async () => {
  shop = await world()
})
afterEach(() => {
  verdict.of = 'its own'
})
afterAll(() => shop.close())

/** Another text of the same length. */
const other = (text: string): string => text.replace(/.$/, last => (last === '1' ? '2' : '1'))

const wechat = { appId: 'wx1', token: 'a-token', aesKey: 'A'.repeat(43) }
const [timestamp, nonce] = ['1717171717', 'n']
const text = writeXml({
  ToUserName: 'gh_1',
  FromUserName: 'o1',
  CreateTime: 1717171717,
  MsgType: 'text',
  Content: 'hi',
  MsgId: '1',
})
const accepts = (run: () => unknown): boolean => {
  try {
    run()
    return true
  } catch {
    return false
  }
}
/** Whether a call gets past its door; an error behind the door is none of this test's business. */
const enters = (run: () => Promise<unknown>, refusal: string): Promise<boolean> =>
  run().then(
    () => true,
    (error: unknown) => {
      if (error instanceof ApiError) return error.code !== refusal
      throw error
    },
  )

/** Each place that compares a secret: makes a question that is answered with the right secret, or with another of its length. */
const places: Record<string, () => Promise<(isRight: boolean) => Promise<boolean> | boolean>> = {
  'the signature of WeChat’s verification': async () => {
    const codec = callbackCodec({ ...wechat, mode: 'plain' })
    const right = sign(wechat.token, timestamp, nonce)
    return isRight =>
      accepts(() => codec.verifyUrl({ signature: isRight ? right : other(right), timestamp, nonce, echostr: 'e' }))
  },
  'the signature of a plain push': async () => {
    const codec = callbackCodec({ ...wechat, mode: 'plain' })
    const right = sign(wechat.token, timestamp, nonce)
    return isRight => accepts(() => codec.read({ signature: isRight ? right : other(right), timestamp, nonce }, text))
  },
  'the msg_signature of a sealed push': async () => {
    const codec = callbackCodec({ ...wechat, mode: 'safe' })
    const key = readAesKey(wechat.aesKey)
    const sealed = encryptFrame(key, wechat.appId, text)
    const right = sign(wechat.token, timestamp, nonce, sealed)
    const signature = sign(wechat.token, timestamp, nonce)
    const body = writeXml({ ToUserName: 'gh_1', Encrypt: sealed })
    return isRight =>
      accepts(() =>
        codec.read(
          { signature, timestamp, nonce, encrypt_type: 'aes', msg_signature: isRight ? right : other(right) },
          body,
        ),
      )
  },
  'the signature of a till': async () => {
    const till = await newTill(shop, 'S01', '01')
    return isRight =>
      enters(
        () =>
          send(shop, { ...till, key: isRight ? till.key : other(till.key) }, 'POST', '/till/quote', {
            nothing: 'that a quote needs',
          }),
        'till.badSignature',
      )
  },
  'the word that keeps other sites out of the admin': async () => {
    const owner = await shop.as('owner')
    const { csrf } = owner.session
    return isRight => {
      owner.session.csrf = isRight ? csrf : other(csrf)
      return enters(
        () => owner.call(tillApi).registerTill({ body: { storeCode: '', tillCode: '', name: '' } }),
        'common.badCsrf',
      )
    }
  },
  'a password': async () => {
    const hash = await hashPassword('right and long enough')
    return isRight => verifyPassword(isRight ? 'right and long enough' : 'wrong and long enough', hash)
  },
  'a code by SMS': async () => {
    let code = ''
    const codes = smsCodes(shop.kernel, {
      sendCode: async (_, sent) => {
        code = sent
      },
    })
    return async isRight => {
      const phone = `138${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`
      await codes.send(phone, phone)
      return codes.take(phone, isRight ? code : other(code)).then(
        () => true,
        () => false,
      )
    }
  },
  'a turning code': async () => {
    const right = turningDigits('a secret', 5)
    const shown = (digits: string): string => `97${'0'.repeat(9)}${digits}0`
    return isRight => windowOfCode(shown(isRight ? right : other(right)), 'a secret', 5, 0) !== null
  },
}

describe('what a caller sends is compared with a secret by Node’s constant-time comparison', () => {
  it.each(Object.keys(places))('%s', async name => {
    const ask = await places[name]?.()
    if (ask === undefined) throw new Error(name)
    expect(await ask(true)).toBe(true)
    expect(await ask(false)).toBe(false)
    verdict.of = 'always'
    expect(await ask(false), 'a wrong one of the same length is refused by something else than the comparison').toBe(
      true,
    )
    verdict.of = 'never'
    expect(await ask(true), 'a right one is accepted without the comparison').toBe(false)
  })
})

it('no source compares a signature, a digest or a keyed hash of what came in with ===', () => {
  const root = path.join(import.meta.dirname, '..')
  const secret =
    /(?:\w*[sS]ignature|\w*[cC]srf(?:Token)?|(?:hashOf|sign|signTill|digestOf|turningDigits)\([^)]*\)|\.digest\([^)]*\))/
      .source
  const comparison = new RegExp(`${secret}\\s*[!=]==(?!\\s*(?:null|undefined|''|0)\\b)|[!=]==\\s*(?:\\w+\\.)?${secret}`)
  const found = ['server', 'wechat-api-ts/src', 'till-client/src'].flatMap(folder =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts'))
      .flatMap(name =>
        readFileSync(path.join(root, folder, name), 'utf8')
          .split('\n')
          .filter(line => comparison.test(line))
          .map(line => `${folder}/${name}: ${line.trim()}`),
      ),
  )
  expect(found).toEqual([])
  expect(comparison.test('if (right !== hashOf(phone, code)) throw')).toBe(true)
  expect(comparison.test('single(query, name) === signature')).toBe(true)
})
