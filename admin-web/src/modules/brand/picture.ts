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

/** A banner's picture, three to one, sharp on a phone of threefold density. */
const BANNER = { width: 1029, height: 343 }

/** Draws a picture anew as a banner shows it: the middle of it, three to one; rejects when the file is no picture. */
export async function bannerOf(file: File): Promise<File> {
  const picture = await createImageBitmap(file)
  const canvas = document.createElement('canvas')
  Object.assign(canvas, BANNER)
  const scale = Math.max(BANNER.width / picture.width, BANNER.height / picture.height)
  const [width, height] = [picture.width * scale, picture.height * scale]
  const paper = canvas.getContext('2d')
  if (paper) {
    // What is see-through in the file stands on white, on dark phones too.
    paper.fillStyle = '#ffffff'
    paper.fillRect(0, 0, BANNER.width, BANNER.height)
    paper.drawImage(picture, (BANNER.width - width) / 2, (BANNER.height - height) / 2, width, height)
  }
  picture.close()
  const blob = await new Promise<Blob | null>(done => canvas.toBlob(done, 'image/jpeg', 0.88))
  if (blob === null) throw new Error('not drawn')
  return new File([blob], file.name, { type: 'image/jpeg' })
}
