// The kinds of picture that every phone can draw; a drawing (SVG) may hold a script and is none of them.
type PictureType = 'image/jpeg' | 'image/png' | 'image/webp'

/** What kind of picture bytes are, by how they begin, whatever their name says; null for anything else. Needs 12 bytes. */
export function pictureType(head: Buffer): PictureType | null {
  if (head.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex'))) return 'image/jpeg'
  if (head.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))) return 'image/png'
  const [riff, webp] = [head.toString('latin1', 0, 4), head.toString('latin1', 8, 12)]
  return riff === 'RIFF' && webp === 'WEBP' ? 'image/webp' : null
}
