import { code128Widths } from './code128.ts'
import { qrCode } from './qr.ts'

const quiet = 10
const qrQuiet = 2

// Drawn as one path; the image is stretched to its box, so that a module can be a whole number of pixels wide.
function svg(width: number, height: number, path: string): string {
  const source =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width * 8}" height="${height * 8}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${width}v${height}H0z"/><path fill="#000" d="${path}"/></svg>`
  return `data:image/svg+xml,${encodeURIComponent(source)}`
}

/** Code 128 of a text as an image source, one unit high, with a quiet zone of ten modules at either side. */
export function barcodeImage(text: string): { source: string; modules: number } {
  const widths = code128Widths(text)
  let x = quiet
  let path = ''
  widths.forEach((width, index) => {
    if (index % 2 === 0) path += `M${x} 0h${width}v1h-${width}z`
    x += width
  })
  return { source: svg(x + quiet, 1, path), modules: x + quiet }
}

/** QR code of a text (error correction M) as a square image source with a quiet zone of two modules. */
export function qrImage(text: string): string {
  const rows = qrCode(text)
  const size = rows.length + qrQuiet * 2
  const path = rows
    .map((row, y) => row.map((dark, x) => (dark ? `M${x + qrQuiet} ${y + qrQuiet}h1v1h-1z` : '')).join(''))
    .join('')
  return svg(size, size, path)
}
