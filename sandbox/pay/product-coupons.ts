import { z } from 'zod'
import type { World } from '../state/world.ts'

/** A coupon of 商品券 in somebody's card pack. */
interface UserCoupon {
  readonly code: string
  readonly stockId: string
  readonly openid: string
  readonly sendRequestNo: string
  state: 'EFFECTIVE' | 'USED' | 'DEACTIVATED'
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

const view = ({ code, state }: UserCoupon): Result => ({
  status: 200,
  data: { coupon_code: code, coupon_state: state },
})

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
    state: 'EFFECTIVE',
    done: new Map(),
  }
  couponsOf(world).set(made.code, made)
  return view(made)
}

const MOVES = {
  use: ['EFFECTIVE', 'USED'],
  return: ['USED', 'EFFECTIVE'],
  deactivate: ['EFFECTIVE', 'DEACTIVATED'],
} as const

function act(coupon: UserCoupon, move: keyof typeof MOVES, data: unknown): Result {
  const read = Act.safeParse(data)
  if (!read.success) return wrong(400, 'PARAM_ERROR', z.prettifyError(read.error))
  if (coupon.done.has(read.data.out_request_no)) return view(coupon)
  const [from, to] = MOVES[move]
  if (coupon.state !== from) return wrong(400, 'INVALID_REQUEST', '券状态不允许此操作')
  coupon.state = to
  coupon.done.set(read.data.out_request_no, move)
  return view(coupon)
}

/** 商品券 for one person (pay.weixin.qq.com/doc/v3/partner, product-coupon); null when the path is another's. */
export function productCouponWork(world: World, method: string, path: string, data: unknown): Result | null {
  const found = /^\/v3\/marketing\/partner\/product-coupon\/users\/([^/]+)\/coupons(?:\/([^/]+)(?:\/(\w+))?)?$/.exec(
    path,
  )
  if (found === null) return null
  const [openid, code, then] = [1, 2, 3].map(at => decodeURIComponent(found[at] ?? ''))
  if (method === 'POST' && code === '') return send(world, openid ?? '', data)
  const coupon = couponsOf(world).get(code ?? '')
  if (coupon === undefined || coupon.openid !== openid) return wrong(404, 'NOT_FOUND', '用户券不存在')
  if (method === 'GET' && then === '') return view(coupon)
  if (method === 'POST' && (then === 'use' || then === 'return' || then === 'deactivate'))
    return act(coupon, then, data)
  return wrong(404, 'RESOURCE_NOT_EXISTS', '接口不存在')
}
