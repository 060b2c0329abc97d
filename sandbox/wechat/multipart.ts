/** One field or file of a form. */
export interface Part {
  name: string
  /** '' for a field without a file. */
  filename: string
  contentType: string
  bytes: Buffer
}

const attribute = (head: string, name: string): string =>
  new RegExp(`[;\\s]${name}="([^"]*)"`, 'i').exec(head)?.[1] ??
  new RegExp(`[;\\s]${name}=([^;\\s]+)`, 'i').exec(head)?.[1] ??
  ''

/** Reads multipart/form-data; null when the boundary or the form is broken. */
export const readMultipart = (contentType: string, body: Buffer): Part[] | null => {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType)
  const mark = boundary?.[1] ?? boundary?.[2]
  if (mark === undefined) return null
  const line = Buffer.from(`--${mark}`)
  const parts: Part[] = []
  let at = body.indexOf(line)
  while (at >= 0) {
    const start = at + line.length
    if (body.toString('latin1', start, start + 2) === '--') return parts
    const next = body.indexOf(line, start)
    if (next < 0) return null
    const headEnd = body.indexOf('\r\n\r\n', start)
    if (headEnd < 0 || headEnd > next) return null
    const head = body.toString('utf8', start, headEnd)
    parts.push({
      name: attribute(head, 'name'),
      filename: attribute(head, 'filename'),
      contentType: /content-type:\s*([^\r\n]+)/i.exec(head)?.[1] ?? '',
      bytes: body.subarray(headEnd + 4, next - 2),
    })
    at = next
  }
  return null
}
