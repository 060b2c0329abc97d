import { encryptFrame, randomFrameHead, readAesKey, sign, writeXml } from 'wechat-api-ts'

/** The account that is pushed to, in safe mode. */
export const account = {
  kind: 'official' as const,
  appId: 'wxbench0123456789a',
  secret: 'bench',
  token: 'benchToken',
  aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  mode: 'safe' as const,
}

/** Ready-made HTTP requests with one signed and encrypted text message each, all different. */
export function pushes(count: number, first: number): Buffer[] {
  const key = readAesKey(account.aesKey)
  const now = Math.floor(Date.now() / 1000)
  return Array.from({ length: count }, (_, index) => {
    const text = writeXml({
      ToUserName: 'gh_bench',
      FromUserName: `oBench${String((first + index) % 5000).padStart(22, '0')}`,
      CreateTime: now,
      MsgType: 'text',
      Content: '你好，请问今天上海青还有货吗？',
      MsgId: String(24_000_000_000_000_000n + BigInt(first + index)),
    })
    const encrypted = encryptFrame(key, account.appId, text, randomFrameHead())
    const nonce = String(first + index)
    const body = Buffer.from(writeXml({ ToUserName: 'gh_bench', Encrypt: encrypted }))
    const query = new URLSearchParams({
      signature: sign(account.token, String(now), nonce),
      timestamp: String(now),
      nonce,
      encrypt_type: 'aes',
      msg_signature: sign(account.token, String(now), nonce, encrypted),
    })
    const head = `POST /wechat/${account.appId}?${query.toString()} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\n\r\n`
    return Buffer.concat([Buffer.from(head), body])
  })
}
