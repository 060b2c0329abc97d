import process from 'node:process'
import { Redis } from 'ioredis'
import { redisTokenStore, wechatClient } from '../../../wechat-api-ts/src/index.ts'

/**
 * One process with several callers, for the tests of tokens: `node caller.ts BASE_URL REDIS_URL PREFIX CALLERS`. Prints the ids of the
 * messages it has sent; waits for a line on stdin, so that all processes begin together.
 */
const [baseUrl = '', redisUrl = '', prefix = '', callers = '1'] = process.argv.slice(2)
const redis = new Redis(redisUrl)
const client = wechatClient({ appId: 'wxM', secret: 's', baseUrl, tokenStore: redisTokenStore(redis, { prefix }) })
await redis.ping()
process.stdout.write('ready\n')
for await (const line of process.stdin) {
  if (String(line).startsWith('end')) break
  const message = { openid: 'o', templateId: 't', data: {} }
  const sent = await Promise.all(Array.from({ length: Number(callers) }, () => client.sendTemplate(message)))
  process.stdout.write(`${sent.length}\n`)
}
redis.disconnect()
