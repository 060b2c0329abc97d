import { z } from 'zod'
import { Impossible } from '../state/actions.ts'
import type { Person } from '../state/person.ts'
import type { World } from '../state/world.ts'
import { notifyCoupon } from './notify.ts'
import { rfc3339 } from './state.ts'

/** A coupon of 商品券 in somebody's card pack. */
interface UserCoupon {
  readonly code: string
  readonly stockId: string
  readonly openid: string
  readonly sendRequestNo: string
  readonly sentAt: number
  state: 'CONFIRMING' | 'EFFECTIVE' | 'USED' | 'DEACTIVATED' | 'DELETED'
  usedAt: number | null
  /** out_request_no of what was done to it: the same again is the same. */
  readonly done: Map<string, string>
}

interface Result {
  status: number
  data: unknown
}
const wrong = (status: number, code: string, message: string): Result => ({ status, data: { code, message } })

const RequestNo = z.string().regex(/^[\w-]{6,128}$/)
const Send = z.object({
  product_coupon_id: z.string().min(1),
  stock_id: z.string().min(1),
  appid: z.string().min(1),
  brand_id: z.string().min(1),
  coupon_code: z.string().regex(/^[\w-]{1,40}$/),
  send_request_no: RequestNo,
})
const Act = z.object({ stock_id: z.string(), out_request_no: RequestNo.max(40) })

const packs = new WeakMap<World, Map<string, UserCoupon>>()
/** The card packs of a world, by coupon code. */
export function couponsOf(world: World): Map<string, UserCoupon> {
  const known = packs.get(world) ?? new Map<string, UserCoupon>()
  packs.set(world, known)
  return known
}

const addresses = new WeakMap<World, string>()

/** What queries and news say of a coupon. */
const told = ({ code, stockId, openid, state, usedAt }: UserCoupon) => ({
  coupon_code: code,
  coupon_state: state,
  stock_id: stockId,
  openid,
  ...(usedAt === null ? {} : { use_time: rfc3339(usedAt) }),
})
const view = (coupon: UserCoupon): Result => ({ status: 200, data: told(coupon) })

/** The brand hears of everything that becomes of a coupon, whoever did it. */
const tell = (world: World, coupon: UserCoupon, what: 'SEND' | 'USE' | 'RETURN' | 'DELETE' | 'DEACTIVATE'): void =>
  notifyCoupon(world, addresses.get(world) ?? '', what, told(coupon))

function send(world: World, openid: string, data: unknown): Result {
  const read = Send.safeParse(data)
  if (!read.success) return wrong(400, 'PARAM_ERROR', z.prettifyError(read.error))
  const given = read.data
  if (world.byOpenid.get(openid)?.appId !== given.appid) return wrong(400, 'PARAM_ERROR', 'appid和openid不匹配')
  const before = couponsOf(world).get(given.coupon_code)
  if (before !== undefined)
    return before.openid === openid && before.sendRequestNo === given.send_request_no
      ? view(before)
      : wrong(400, 'ALREADY_EXISTS', '券code已存在')
  // A batch whose number ends in -full stands for one that is used up.
  if (given.stock_id.endsWith('-full')) return wrong(403, 'RULE_LIMIT', '批次预算不足')
  const made: UserCoupon = {
    code: given.coupon_code,
    stockId: given.stock_id,
    openid,
    sendRequestNo: given.send_request_no,
    sentAt: world.now(),
    // Whoever gives it out has to say yes to it (doc/v3/partner/4016435562).
    state: 'CONFIRMING',
    usedAt: null,
    done: new Map(),
  }
  couponsOf(world).set(made.code, made)
  tell(world, made, 'SEND')
  return view(made)
}

const MOVES = {
  confirm: ['CONFIRMING', 'EFFECTIVE'],
  use: ['EFFECTIVE', 'USED'],
  return: ['USED', 'EFFECTIVE'],
  deactivate: ['EFFECTIVE', 'DEACTIVATED'],
} as const

const NEWS = { use: 'USE', return: 'RETURN', deactivate: 'DEACTIVATE' } as const

function move(world: World, coupon: UserCoupon, how: keyof typeof MOVES): boolean {
  const [from, to] = MOVES[how]
  if (coupon.state !== from) return false
  coupon.state = to
  coupon.usedAt = to === 'USED' ? world.now() : null
  if (how !== 'confirm') tell(world, coupon, NEWS[how])
  return true
}

function act(world: World, coupon: UserCoupon, how: keyof typeof MOVES, data: unknown): Result {
  const read = Act.safeParse(data)
  if (!read.success) return wrong(400, 'PARAM_ERROR', z.prettifyError(read.error))
  if (coupon.done.has(read.data.out_request_no)) return view(coupon)
  if (!move(world, coupon, how)) return wrong(400, 'INVALID_REQUEST', '券状态不允许此操作')
  coupon.done.set(read.data.out_request_no, how)
  return view(coupon)
}

/** 商品券 for one person (pay.weixin.qq.com/doc/v3/partner, product-coupon); null when the path is another's. */
export function productCouponWork(world: World, method: string, path: string, data: unknown): Result | null {
  const root = '/v3/marketing/partner/product-coupon'
  if (method === 'POST' && path === `${root}/notify-configs`) {
    const read = z.object({ notify_url: z.url() }).safeParse(data)
    if (!read.success) return wrong(400, 'PARAM_ERROR', z.prettifyError(read.error))
    addresses.set(world, read.data.notify_url)
    return { status: 200, data: read.data }
  }
  // Every batch is there, but those whose number ends in -missing.
  const stock = /\/product-coupons\/[^/]+\/stocks\/([^/]+)$/.exec(path)?.[1]
  if (method === 'GET' && stock !== undefined)
    return stock.endsWith('-missing')
      ? wrong(404, 'RESOURCE_NOT_EXISTS', '批次不存在')
      : { status: 200, data: { stock_id: decodeURIComponent(stock), state: 'SENDING' } }
  const found = /^\/v3\/marketing\/partner\/product-coupon\/users\/([^/]+)\/coupons(?:\/([^/]+)(?:\/(\w+))?)?$/.exec(
    path,
  )
  if (found === null) return null
  const [openid, code, then] = [1, 2, 3].map(at => decodeURIComponent(found[at] ?? ''))
  if (method === 'POST' && code === '') return send(world, openid ?? '', data)
  const coupon = couponsOf(world).get(code ?? '')
  if (coupon === undefined || coupon.openid !== openid) return wrong(404, 'NOT_FOUND', '用户券不存在')
  if (method === 'GET' && then === '') return view(coupon)
  if (method === 'POST' && (then === 'confirm' || then === 'use' || then === 'return' || then === 'deactivate'))
    return act(world, coupon, then, data)
  return wrong(404, 'RESOURCE_NOT_EXISTS', '接口不存在')
}

const inPack = (world: World, { openids }: Person): UserCoupon[] => {
  const own = new Set(Object.values(openids))
  return [...couponsOf(world).values()].filter(({ openid, state }) => own.has(openid) && state !== 'DELETED')
}

/** What a person has in the card pack, the newest first. */
export const packOf = (world: World, person: Person) =>
  inPack(world, person)
    .toReversed()
    .map(({ code, stockId, state, sentAt, usedAt }) => ({ code, stockId, state, sentAt, usedAt }))

/** A person uses a coupon with a payment, has it given back, or throws it away; the brand is told. */
export function onPhone(world: World, person: Person, code: string, what: 'use' | 'return' | 'remove'): void {
  const coupon = inPack(world, person).find(each => each.code === code)
  if (coupon === undefined) throw new Impossible('no such coupon in the card pack')
  if (what === 'remove') {
    coupon.state = 'DELETED'
    tell(world, coupon, 'DELETE')
  } else if (!move(world, coupon, what)) throw new Impossible('券状态不允许此操作 / not in this state')
}
