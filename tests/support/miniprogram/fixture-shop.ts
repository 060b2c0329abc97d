import { createServer, type Server } from 'node:http'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Banner, Brand } from '../../../server/modules/brand/contract.ts'
import * as account from './fixture-account.ts'
import * as data from './fixture-data.ts'
import { mallReplies } from './fixture-mall.ts'
import { rewardsReplies } from './fixture-rewards.ts'

type Body = Record<string, unknown>
type Reply = unknown
type Route = [
  method: string,
  pattern: RegExp,
  answer: (match: RegExpExecArray, body: Body, query: URLSearchParams, state: FixtureState) => Reply,
]

/** What the made-up shopper has done so far; tests look at it. */
export interface FixtureState {
  member: typeof data.member | null
  calls: { method: string; path: string; body: Body }[]
  subscribed: string[]
  delay: number
  /** a member who has nothing yet */
  empty: boolean
  /** how the shop calls itself and looks; null = as the pages are written */
  brand: Brand | null
  /** what the shop shows below the member code */
  banner: Banner | null
}

class Refused extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, zh: string) {
    super(zh)
    this.status = status
    this.code = code
  }
}

const items = <T>(list: T[]) => ({ items: list, next: null })
// What the receipts earned by the ledger; of the others one earned nothing, and one is not counted yet.
const credits = (asked: string[]) =>
  asked.flatMap((documentId, n) => {
    const entry = data.entries.find(each => each.documentId === documentId)
    return entry
      ? { documentId, points: entry.amount }
      : n < 4
        ? { documentId, points: 45 }
        : n === 4
          ? { documentId, points: 0 }
          : []
  })
const phoneCode = () => ({
  handle: '204815162',
  secret: 'c2VjcmV0LW9mLXRoaXMtcGhvbmUtb25seS1mb3ItdGVzdHM',
  serverNow: new Date().toISOString(),
  windowSeconds: 30,
  voucher: {
    digits: `9601204815162${'0'.repeat(198)}`,
    firstWindow: Math.floor(Date.now() / 21_600_000) * 720,
    windows: 2880,
  },
  pointsPerYuan: 100,
})
const member = (state: FixtureState) => {
  if (!state.member) throw new Refused(403, 'forbidden', '请先开卡')
  return state.member
}
const consentRows = (granted: boolean) =>
  data.terms.consents.map(({ purpose, channel }) => ({
    purpose,
    channel,
    granted,
    version: '2026-11',
    source: 'miniprogram',
    at: new Date().toISOString(),
  }))

const routes: Route[] = [
  ...mallReplies.map(([method, pattern, reply]): Route => [method, pattern, (match, _b, _q, state) => reply({ isMember: state.member !== null, isEmpty: state.empty, id: match[1] ?? '' })]),
  ...rewardsReplies.map(([method, pattern, reply]): Route => [method, pattern, (_m, _b, query) => reply(query)]),
  ['POST', /^\/__sim\/people\/([^/]+)\/js-code$/, () => ({ code: 'js-code' })],
  ['POST', /^\/__sim\/people\/([^/]+)\/phone-code$/, () => ({ code: 'phone-code' })],
  ['POST', /^\/__sim\/people\/([^/]+)\/subscribe$/, () => ({})],
  ['GET', /^\/__sim\/people\/[^/]+\/choices$/, () => ({})],
  ['GET', /^\/__sim\/templates$/, () => [{ templateId: 'tmpl-coupon', title: '优惠券到账提醒' }, { templateId: 'tmpl-ticket', title: '客服回复通知' }]],
  ['POST', /^\/api\/shop\/session$/, (_m, _b, _q, state) => ({ token: 'token', expiresIn: 3600, member: state.member !== null })],
  ['GET', /^\/api\/public\/stores$/, () => ({ items: data.stores })],
  ['GET', /^\/api\/shop\/terms$/, () => data.terms],
  ['GET', /^\/api\/shop\/me$/, (_m, _b, _q, state) => ({ member: state.member })],
  ['PUT', /^\/api\/shop\/me$/, (_m, body, _q, state) => (state.member = Object.assign(member(state), body))],
  ['POST', /^\/api\/shop\/sms-codes$/, () => ({ expiresInSeconds: 300, retryAfterSeconds: 60 })],
  ['POST', /^\/api\/shop\/enrolment$/, (_m, _b, _q, state) => ({ outcome: 'enrolled', member: (state.member = { ...data.member }), oldCards: data.oldCards })],
  ['GET', /^\/api\/shop\/me\/old-cards$/, () => ({ items: data.oldCards })],
  ['POST', /^\/api\/shop\/me\/old-cards$/, (_m, body) => ({ items: data.oldCards.map(card => (card.ref === body['ref'] ? { ...card, state: 'bound' } : card)) })],
  ['GET', /^\/api\/shop\/me\/consents$/, () => ({ items: consentRows(false), history: consentRows(false).slice(0, 1) })],
  ['PUT', /^\/api\/shop\/me\/consents$/, (_m, body) => ({ items: consentRows(false).map(row => ({ ...row, ...(body['consents'] as Body[]).find(each => each['purpose'] === row.purpose && each['channel'] === row.channel) })), history: consentRows(true) })],
  ['GET', /^\/api\/shop\/me\/receipts\/claim-requests$/, (_m, _b, _q, state) => ({ items: state.empty ? [] : account.lateClaims })],
  ['POST', /^\/api\/shop\/me\/receipts\/claim-requests$/, () => ({ outcome: 'waiting', claimId: 'c', dueOn: '2026-11-24' })],
  ['GET', /^\/api\/shop\/me\/requests$/, (_m, _b, _q, state) => ({ items: state.empty ? [] : account.personRequests })],
  ['POST', /^\/api\/shop\/me\/exports$/, () => account.personRequests[0]],
  ['GET', /^\/api\/shop\/me\/exports\/[^/]+$/, () => ({ name: 'copy', text: '【个人资料】\nname: 王小明', json: '{}' })],
  ['GET', /^\/api\/shop\/me\/household$/, (_m, _b, _q, state) => (state.empty ? { ...account.household, role: 'none', members: [], code: null } : account.household)],
  ['POST', /^\/api\/shop\/me\/household(\/\w+)?$/, () => account.household],
  ['POST', /^\/api\/shop\/me\/close$/, (_m, _b, _q, state) => ((state.member = null), null)],
  ['GET', /^\/api\/public\/points\/rate$/, () => ({ points: 1, fen: 100 })],
  ['GET', /^\/api\/shop\/me\/points$/, () => ({ balance: 1286, active: 1286, debt: 0, pending: 63, expiring: { points: 320, on: '2026-12-31' }, updatedAt: null })],
  ['GET', /^\/api\/shop\/me\/points\/entries$/, () => items(data.entries)],
  ['GET', /^\/api\/shop\/me\/receipts\/points$/, (_m, _b, query) => ({ items: credits((query.get('documentIds') ?? '').split(',')) })],
  ['GET', /^\/api\/shop\/me\/receipts\/[^/]+\/points$/, () => data.receiptPoints],
  ['GET', /^\/api\/shop\/receipts$/, (_m, _b, query, state) => (member(state), { ...items(data.receipts.filter(each => each.businessDate.startsWith(query.get('month') ?? ''))), asOf: data.receipts[0]?.businessDate })],
  ['GET', /^\/api\/shop\/receipts\/[^/]+$/, () => data.receiptDetail],
  ['GET', /^\/api\/shop\/receipts\/[^/]+\/coupons$/, (_m, _b, _q, state) => items(state.empty ? [] : data.receiptCoupons)],
  ['GET', /^\/api\/shop\/receipts\/[^/]+\/invoice$/, () => ({ documentId: 'd', invoiceable: 5840, state: 'none', isAsked: false })],
  ['GET', /^\/api\/shop\/receipts\/([^/]+)\/invoice\/request$/, match => account.invoice(match[1] ?? '')],
  ['POST', /^\/api\/shop\/receipts\/[^/]+\/invoice\/request$/, () => account.invoice('asked')],
  ['DELETE', /^\/api\/shop\/receipts\/[^/]+\/invoice\/request$/, () => account.invoice('withdrawn')],
  ['GET', /^\/api\/shop\/me\/coupons$/, (_m, _b, query) => ({ items: data.coupons[(query.get('tab') ?? 'usable') as 'usable'], counts: { usable: 4, used: 1, gone: 2, endingToday: 1 } })],
  ['GET', /^\/api\/shop\/me\/coupons\/([^/]+)$/, match => Object.values(data.coupons).flat().find(each => each.couponId === match[1])],
  ['GET', /^\/api\/shop\/coupon-centre$/, () => items(data.offers)],
  ['POST', /^\/api\/shop\/coupon-centre\/[^/]+\/claim$/, () => ({ outcome: 'claimed', couponId: 'c' })],
  ['GET', /^\/api\/shop\/coupon-centre\/[^/]+\/claims\/[^/]+$/, () => ({ outcome: 'claimed', couponId: 'c' })],
  ['GET', /^\/api\/shop\/coupon-names$/, () => data.couponNames],
  ['POST', /^\/api\/shop\/me\/coupons\/[^/]+\/gift$/, () => data.gift('giver')],
  ['POST', /^\/api\/shop\/me\/gifts\/[^/]+\/take-back$/, () => ({ ...data.gift('giver'), state: 'back' })],
  ['GET', /^\/api\/shop\/gifts\/[^/]+$/, () => data.gift(null)],
  ['POST', /^\/api\/shop\/gifts\/[^/]+\/take$/, () => ({ ...data.gift('taker'), state: 'taken' })],
  ['POST', /^\/api\/shop\/coupon-codes$/, () => ({ couponId: 'c', isNew: true })],
  ['POST', /^\/api\/shop\/me\/code$/, (_m, _b, _q, state) => (member(state), phoneCode())],
  ['GET', /^\/api\/shop\/me\/signed-coupons$/, () => ({ items: [] })],
  ['GET', /^\/api\/public\/brand\/banner$/, (_m, _b, _q, state) => ({ banner: state.banner })],
  ['GET', /^\/api\/public\/brand$/, (_m, _b, _q, state) => ({ brand: state.brand })],
  ['GET', /^\/api\/shop\/tickets$/, () => items(data.tickets)],
  ['GET', /^\/api\/shop\/tickets\/unread$/, () => ({ unread: 1 })],
  ['GET', /^\/api\/shop\/tickets\/[^/]+$/, () => ({ ...data.tickets[0], messages: data.thread })],
  ['POST', /^\/api\/shop\/tickets$/, () => ({ ...data.tickets[0], messages: data.thread })],
  ['POST', /^\/api\/shop\/tickets\/[^/]+\/messages$/, (_m, body) => ({ ...data.tickets[0], state: 'open', messages: [...data.thread, { id: 'new', author: 'shopper', text: body['text'], photos: [], at: new Date().toISOString() }] })],
  ['POST', /^\/api\/shop\/tickets\/[^/]+\/read$/, () => null],
  ['GET', /^\/api\/shop\/wechat\/payments$/, (_m, _b, _q, state) => ({ items: state.empty ? [] : account.payments })],
  ['GET', /^\/api\/shop\/moments$/, () => ({ items: [askMoment('couponClaim', 'tmpl-coupon', 0), askMoment('enrol', 'tmpl-coupon', 0), askMoment('ticketSubmit', 'tmpl-ticket', 0)] })],
  ['POST', /^\/api\/shop\/moments$/, (_m, body, _q, state) => {
    for (const answer of body['answers'] as { templateId: string; accepted: boolean }[]) if (answer.accepted) state.subscribed.push(answer.templateId)
    return { items: [askMoment('couponClaim', 'tmpl-coupon', state.subscribed.length), askMoment('enrol', 'tmpl-coupon', state.subscribed.length)] }
  }],
] // prettier-ignore

// The same reply with its lists and counts empty.
function emptied(reply: Reply): Reply {
  if (reply === null || typeof reply !== 'object' || !('items' in reply)) return reply
  return { ...reply, items: [], counts: { usable: 0, used: 0, gone: 0, endingToday: 0 } }
}

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.png': 'image/png',
}

/** A made-up shop, WeChat and static site in one, on a port of its own. */
export async function fixtureShop(
  site: string,
  port = 0,
): Promise<{ server: Server; base: string; state: FixtureState }> {
  const state: FixtureState = {
    member: { ...data.member },
    calls: [],
    subscribed: [],
    delay: 0,
    empty: false,
    brand: null,
    banner: null,
  }
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', 'http://shop')
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const body = chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as Body) : {}
      const route = routes.find(([method, pattern]) => method === request.method && pattern.test(url.pathname))
      if (!route) {
        const file = path.join(site, url.pathname === '/' ? 'index.html' : url.pathname)
        const content = await readFile(file).catch(() => null)
        response
          .writeHead(content ? 200 : 404, { 'content-type': types[path.extname(file)] ?? 'text/plain' })
          .end(content ?? 'not here')
        return
      }
      state.calls.push({ method: request.method ?? '', path: url.pathname, body })
      await new Promise(resolve => setTimeout(resolve, state.delay))
      try {
        const match = route[1].exec(url.pathname)
        const full = match && route[2](match, body, url.searchParams, state)
        const reply = state.empty ? emptied(full) : full
        response
          .writeHead(reply === null ? 204 : 200, { 'content-type': 'application/json' })
          .end(reply === null ? '' : JSON.stringify(reply))
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        response
          .writeHead(error.status, { 'content-type': 'application/json' })
          .end(JSON.stringify({ code: error.code, zh: error.message, en: error.message }))
      }
    })()
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  const used = typeof address === 'object' && address ? address.port : port
  return { server, base: `http://127.0.0.1:${used}`, state }
}

const askMoment = (moment: string, templateId: string, remaining: number) => ({
  moment,
  templates: [{ templateId, remaining }],
  wording: { zh: '新券到账提醒我', en: 'Tell me about new coupons' },
})
