import type { Readable } from 'node:stream'
import type Router from '@koa/router'
import type { Context } from 'koa'
import { languageOf } from '../../kernel/http/language.ts'
import { mount } from '../../kernel/http/mount.ts'
import { narrowed } from '../../kernel/scope.ts'
import { ticketsApi } from './contract.ts'
import type { Tickets } from './service/index.ts'

/** A picture is shown and never run, whatever its bytes say; the browser of who may see it keeps it for an hour. */
function show(ctx: Context, { type, content }: { type: string; content: Readable }): void {
  ctx.type = type
  ctx.set('content-disposition', 'inline')
  ctx.set('content-security-policy', "default-src 'none'")
  ctx.set('cache-control', 'private, max-age=3600')
  ctx.body = content
}

export const ticketsRoutes = (router: Router, tickets: Tickets): void =>
  mount(router, ticketsApi, {
    list: ({ query }, caller) => tickets.list(query, caller),
    summary: ({ query }, caller) => tickets.summary(narrowed(caller.scope, query.storeCode)),
    get: ({ params }, caller, ctx) => tickets.get(params.ticketId, caller, languageOf(ctx)),
    open: ({ params, body }, caller, ctx) => tickets.open(params.memberId, body, caller, languageOf(ctx)),
    answer: ({ params, body }, caller, ctx) => tickets.answer(params.ticketId, body, caller, languageOf(ctx)),
    assign: ({ params, body }, caller, ctx) => tickets.assign(params.ticketId, body.storeCode, caller, languageOf(ctx)),
    classify: ({ params, body }, caller, ctx) => tickets.classify(params.ticketId, body.kind, caller, languageOf(ctx)),
    close: ({ params }, caller, ctx) => tickets.close(params.ticketId, caller, languageOf(ctx)),
    reopen: ({ params }, caller, ctx) => tickets.reopen(params.ticketId, caller, languageOf(ctx)),
    submit: ({ body }, shopper) => tickets.submit(shopper, body),
    mine: ({ query }, shopper) => tickets.mine(shopper, query),
    unread: (_, shopper) => tickets.unread(shopper),
    thread: ({ params }, shopper) => tickets.thread(shopper, params.ticketId),
    write: ({ params, body }, shopper) => tickets.write(shopper, params.ticketId, body),
    addPhoto: (_, shopper, ctx) => tickets.addPhoto(ctx.req, shopper),
    photo: async ({ params }, caller, ctx) => show(ctx, await tickets.photo(params.ticketId, params.photoId, caller)),
    myPhoto: async ({ params }, shopper, ctx) =>
      show(ctx, await tickets.myPhoto(params.ticketId, params.photoId, shopper)),
    read: ({ params }, shopper) => tickets.read(shopper, params.ticketId),
  })
