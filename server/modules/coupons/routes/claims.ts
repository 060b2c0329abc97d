import { Readable } from 'node:stream'
import type { Handlers } from '../../../kernel/http/mount.ts'
import { languageOf } from '../../../kernel/http/language.ts'
import type { bulkOperations } from '../contract/bulk.ts'
import type { claimOperations } from '../contract/claims.ts'
import type { ClaimRoom } from '../service/claim-room.ts'

/** Operation → service call: what can be claimed, codes, and files. */
export const claimRoutes = (room: ClaimRoom): Handlers<typeof claimOperations & typeof bulkOperations> => ({
  couponCentre: ({ query }, caller) => room.centre.list(caller.memberId, query.storeCode ?? null),
  claim: async ({ params, body }, caller) =>
    room.answer(await room.claims.claim(caller.memberId, params.offerId, body.key)),
  claimStatus: async ({ params }, caller) =>
    room.answer(await room.claims.status(caller.memberId, params.offerId, params.key)),
  couponNames: (_input, caller) => room.names.of(caller.memberId),
  redeemCode: ({ body }, caller) => room.codes.redeem(caller.memberId, body.code, body.key),
  offer: ({ params }) => room.offers.of(params.templateId),
  putOffer: ({ params, body }, caller) => room.offers.put(caller, params.templateId, body),
  addPublicCode: ({ params, body }, caller) => room.codes.add(caller, params.templateId, body),
  switchPublicCode: ({ params, body }, caller) => room.codes.turn(caller, params.codeId, body.on),

  bulks: ({ query }, caller) => room.bulks.list(query, caller),
  bulk: ({ params }, caller) => room.bulks.one(params.bulkId, caller),
  uploadBulk: (_input, caller, ctx) => room.bulks.receive(ctx.req, caller),
  startBulk: ({ body }, caller) => room.bulks.start(caller, body),
  runBulk: ({ params }, caller) => room.bulks.run(caller, params.bulkId),
  decideBulk: ({ params, body }, caller) => room.bulks.decide(caller, params.bulkId, body.agree, body.note),
  stopBulk: ({ params }, caller) => room.bulks.stop(caller, params.bulkId),
  resumeBulk: ({ params }, caller) => room.bulks.resume(caller, params.bulkId),
  bulkErrors: async ({ params }, caller, ctx) => {
    // Asked first, so that what is out of reach answers as an error and not as a torn file.
    await room.bulks.one(params.bulkId, caller)
    ctx.type = 'text/csv; charset=utf-8'
    ctx.attachment(`errors-${params.bulkId}.csv`)
    ctx.body = Readable.from(room.bulks.errorFile(params.bulkId, caller, languageOf(ctx)))
  },
})
