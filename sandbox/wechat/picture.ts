import { crc32, deflateSync } from 'node:zlib'
import { encode } from 'uqr'

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const whole = Buffer.alloc(body.length + 8)
  whole.writeUInt32BE(data.length, 0)
  body.copy(whole, 4)
  whole.writeUInt32BE(crc32(body), body.length + 4)
  return whole
}

/** A PNG in grey; `dark` tells whether a pixel is black. */
const png = (size: number, dark: (x: number, y: number) => boolean): Buffer => {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(size, 0)
  head.writeUInt32BE(size, 4)
  head[8] = 8
  const rows = Buffer.alloc(size * (size + 1))
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) rows[y * (size + 1) + 1 + x] = dark(x, y) ? 0 : 255
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** A QR code of a text as PNG, about `width` pixels wide. */
export const qrPng = (text: string, width = 430): Buffer => {
  const { data, size } = encode(text, { ecc: 'M', border: 2 })
  const dot = Math.max(1, Math.floor(width / size))
  return png(size * dot, (x, y) => data[Math.floor(y / dot)]?.[Math.floor(x / dot)] === true)
}
