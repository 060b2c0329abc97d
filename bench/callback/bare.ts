// The plain way: Koa that reads and verifies the same pushes with the same codec, answers `success` and keeps nothing.
import Koa from 'koa'
import process from 'node:process'
import { acknowledged, callbackCodec } from 'wechat-api-ts'
import { account } from './pushes.ts'

const codec = callbackCodec(account)
const app = new Koa()
app.use(async ctx => {
  if (ctx.method !== 'POST') {
    ctx.body = ''
    return
  }
  const parts: Buffer[] = []
  for await (const part of ctx.req) parts.push(part)
  codec.read(ctx.query, Buffer.concat(parts))
  ctx.body = acknowledged
})
app.listen(Number(process.env['BARE_PORT']), '127.0.0.1')
