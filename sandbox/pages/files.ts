import type { ServerResponse } from 'node:http'
import type { World } from '../state/world.ts'
import { qrPng } from '../wechat/picture.ts'

/** wechat-protocol §3.7: the picture of a code by its ticket, without a token; 404 for a bad one. */
export const sendQrCode = (world: World, ticket: string, response: ServerResponse): void => {
  for (const desk of world.consoles.values()) {
    const code = desk.codes.get(ticket)
    if (code === undefined) continue
    return void response.writeHead(200, { 'content-type': 'image/png' }).end(qrPng(code.url))
  }
  response.writeHead(404).end()
}

/** A file of an account, for the phone and for the product's downloads. */
export const sendMedia = (world: World, appId: string, mediaId: string, response: ServerResponse): void => {
  const media = world.consoles.get(appId)?.media.get(mediaId)
  if (media === undefined) return void response.writeHead(404, { 'access-control-allow-origin': '*' }).end()
  response
    .writeHead(200, {
      'content-type': media.contentType,
      'content-length': media.bytes.length,
      'cache-control': 'max-age=3600',
      'access-control-allow-origin': '*',
    })
    .end(media.bytes)
}
