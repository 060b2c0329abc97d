import { randomBytes } from 'node:crypto'

/** A file to upload. WeChat refuses one without a name, and tells its kind by the name's ending. */
export interface Upload {
  name: string
  bytes: Uint8Array
  /** Media type; default by the name's ending. */
  type?: string
}

const types: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  bmp: 'image/bmp',
  amr: 'audio/amr',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
}

const typeOf = ({ name, type }: Upload): string =>
  type ?? types[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream'

// A quote or line break in a name would end the header it stands in.
const quoted = (name: string): string => name.replace(/["\r\n]/g, '_')

/** A multipart body of some fields and one file; the length is known, which WeChat requires (it refuses chunked bodies). */
export const multipart = (
  fields: Readonly<Record<string, string>>,
  field: string,
  file: Upload,
): { body: Uint8Array; contentType: string } => {
  const boundary = `----wechat${randomBytes(12).toString('hex')}`
  const parts = Object.entries(fields).map(([name, value]) =>
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`),
  )
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(field)}"; filename="${quoted(file.name)}"\r\nContent-Type: ${typeOf(file)}\r\n\r\n`
  return {
    body: Buffer.concat([...parts, Buffer.from(head), file.bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    contentType: `multipart/form-data; boundary=${boundary}`,
  }
}
