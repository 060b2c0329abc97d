import { encode } from 'uqr'
import type { wechat } from '../../api/index.ts'

export type CodeRow = Awaited<ReturnType<typeof wechat.code>>

const WIDE = 720
// Four modules of white around, as ISO 18004 asks.
const QUIET = 88
const CAPTION = 132

async function pictureOf(code: CodeRow): Promise<ImageBitmap> {
  const reply = await fetch(`/api/admin/wechat/codes/${code.codeId}/image`)
  if (!reply.ok) throw new Error(String(reply.status))
  return createImageBitmap(await reply.blob())
}

/** Draws a code with its caption, always black on white: store and recruiter in two lines, as it is printed. */
export async function drawCode(canvas: HTMLCanvasElement, code: CodeRow, lines: readonly string[]): Promise<void> {
  canvas.width = WIDE
  canvas.height = WIDE + CAPTION
  const pen = canvas.getContext('2d')
  if (pen === null) return
  pen.fillStyle = '#ffffff'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  const room = WIDE - 2 * QUIET
  if (code.opens === 'mini') {
    pen.drawImage(await pictureOf(code), QUIET, QUIET, room, room)
  } else {
    const { data, size } = encode(code.url, { ecc: 'M', border: 0 })
    const step = Math.floor(room / size)
    const from = Math.round((WIDE - step * size) / 2)
    pen.fillStyle = '#000000'
    data.forEach((row, y) =>
      row.forEach((dark, x) => {
        if (dark) pen.fillRect(from + x * step, from + y * step, step, step)
      }),
    )
  }
  pen.fillStyle = '#1c2321'
  pen.textAlign = 'center'
  const font = getComputedStyle(document.body).fontFamily
  lines.forEach((line, at) => {
    pen.font = `${at === 0 ? '600 40px' : '400 32px'} ${font}`
    pen.fillText(line, WIDE / 2, WIDE + 30 + at * 48, WIDE - 2 * QUIET)
  })
}

/** The code as a PNG. */
export async function codePng(code: CodeRow, lines: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = document.createElement('canvas')
  await drawCode(canvas, code, lines)
  const blob = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve, 'image/png'))
  return new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0))
}

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c
})
const crc32 = (bytes: Uint8Array): number => {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (CRC[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

/** Files as one ZIP, stored as they are (pictures do not shrink), names in UTF-8. */
export function zipOf(files: readonly { name: string; bytes: Uint8Array<ArrayBuffer> }[]): BlobPart[] {
  const parts: BlobPart[] = []
  const index: Uint8Array<ArrayBuffer>[] = []
  let at = 0
  for (const { name, bytes } of files) {
    const title = new TextEncoder().encode(name)
    const head = (signature: number, more: number): DataView => {
      const view = new DataView(new ArrayBuffer(30 + more))
      view.setUint32(0, signature, true)
      return view
    }
    const fields = (view: DataView, from: number): void => {
      view.setUint16(from, 20, true)
      view.setUint16(from + 2, 0x0800, true)
      view.setUint16(from + 8, 0x21, true)
      view.setUint32(from + 10, crc32(bytes), true)
      view.setUint32(from + 14, bytes.length, true)
      view.setUint32(from + 18, bytes.length, true)
      view.setUint16(from + 22, title.length, true)
    }
    const local = head(0x04034b50, 0)
    fields(local, 4)
    const central = head(0x02014b50, 16)
    central.setUint16(4, 20, true)
    fields(central, 6)
    central.setUint32(42, at, true)
    parts.push(local.buffer as ArrayBuffer, title, bytes)
    index.push(new Uint8Array(central.buffer as ArrayBuffer), title)
    at += 30 + title.length + bytes.length
  }
  const size = index.reduce((sum, part) => sum + part.length, 0)
  const end = new DataView(new ArrayBuffer(22))
  end.setUint32(0, 0x06054b50, true)
  end.setUint16(8, files.length, true)
  end.setUint16(10, files.length, true)
  end.setUint32(12, size, true)
  end.setUint32(16, at, true)
  return [...parts, ...index, end.buffer]
}
