import { crc32, deflateSync } from 'node:zlib'

const levels = 16

/** A PNG of one colour in 16 steps of opacity: a tenth of the size of a full-colour one. `alpha` is 0–255 per pixel, `color` '#RRGGBB'. */
export function paletteImage(alpha: number[], size: number, color: string): Buffer {
  const rgb = [1, 3, 5].map(at => Number.parseInt(color.slice(at, at + 2), 16))
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([4, 3, 0, 0, 0], 8) // four bits a pixel, palette
  const rows = Array.from({ length: size }, (_, y) => packRow(alpha.slice(y * size, (y + 1) * size)))
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(Array.from({ length: levels }, () => rgb).flat())),
    chunk('tRNS', Buffer.from(Array.from({ length: levels }, (_, level) => Math.round((level * 255) / (levels - 1))))),
    chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function packRow(alpha: number[]): Buffer {
  const row = Buffer.alloc(1 + Math.ceil(alpha.length / 2))
  alpha.forEach((value, x) => {
    const level = Math.round((value * (levels - 1)) / 255)
    const at = 1 + (x >> 1)
    row[at] = (row[at] ?? 0) | (x % 2 === 0 ? level << 4 : level)
  })
  return row
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(8 + body.length)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), 4 + body.length)
  return framed
}
