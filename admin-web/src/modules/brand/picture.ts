/** The longest side of a logo, in pixels: enough for a phone of threefold density. */
const SIDE = 240

/** Draws a picture anew, square and small, as a data URI; rejects when the file is no picture. */
export async function logoOf(file: Blob): Promise<string> {
  const picture = await createImageBitmap(file)
  const side = Math.min(SIDE, Math.max(picture.width, picture.height))
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = side
  const scale = side / Math.max(picture.width, picture.height)
  const [width, height] = [picture.width * scale, picture.height * scale]
  canvas.getContext('2d')?.drawImage(picture, (side - width) / 2, (side - height) / 2, width, height)
  picture.close()
  return canvas.toDataURL('image/png')
}
