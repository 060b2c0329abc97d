// The plain ways, beside which the intake is measured; PLAIN_WAY says which. They answer without keeping anything:
//   read       Koa that reads the body
//   decrypt    Koa that also verifies, decrypts and parses, with our codec
//   co-wechat  the npm middleware of that name, which verifies, decrypts and parses
import coWechat from 'co-wechat'
import Koa from 'koa'
import process from 'node:process'
import { acknowledged, callbackCodec } from 'wechat-api-ts'
import { account } from './pushes.ts'

async function bodyOf(request: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts)
}

const codec = callbackCodec(account)
const { token, appId: appid, aesKey: encodingAESKey } = account
const ways: Record<string, Koa.Middleware> = {
  async read(ctx) {
    if (ctx.method === 'POST') await bodyOf(ctx.req)
    ctx.body = acknowledged
  },
  async decrypt(ctx) {
    if (ctx.method === 'POST') codec.read(ctx.query, await bodyOf(ctx.req))
    ctx.body = acknowledged
  },
  'co-wechat': coWechat({ token, appid, encodingAESKey }).middleware(async () => ''),
}
const way = ways[process.env['PLAIN_WAY'] ?? '']
if (way === undefined) throw new Error(`PLAIN_WAY: ${Object.keys(ways).join(' | ')}`)
new Koa().use(way).listen(Number(process.env['PLAIN_PORT']), '127.0.0.1')
