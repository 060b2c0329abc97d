/** What stands on the poster, from the top down. */
export interface Poster {
  shop: string
  /** The retailer's own colour; the writing on it is white. */
  colour: string
  title: string
  gift: string
  /** The mini-program code as WeChat drew it; '' where it could not. */
  picture: string
  code: string
  hint: string
}

/** What is used of a canvas; WeChat's types say nothing of its brush. */
interface Brush {
  font: string
  fillStyle: string
  textAlign: string
  fillRect(x: number, y: number, width: number, height: number): void
  fillText(text: string, x: number, y: number): void
  measureText(text: string): { width: number }
  drawImage(image: WechatMiniprogram.Image, x: number, y: number, width: number, height: number): void
}

const WIDTH = 750
const HEIGHT = 1000
const EDGE = 60

function loadPicture(
  canvas: WechatMiniprogram.OffscreenCanvas,
  source: string,
): Promise<WechatMiniprogram.Image | null> {
  if (!source) return Promise.resolve(null)
  return new Promise(resolve => {
    const image = canvas.createImage()
    // A picture of a canvas knows only these two.
    /* oxlint-disable unicorn/prefer-add-event-listener */
    image.onload = () => resolve(image)
    image.onerror = () => resolve(null)
    /* oxlint-enable unicorn/prefer-add-event-listener */
    image.src = source
  })
}

/** Text in lines of at most so many pixels, three of them; breaks where it must, as Chinese does. */
function lines(brush: Brush, text: string, width: number): string[] {
  const all: string[] = ['']
  for (const part of text.match(/[A-Za-z0-9¥.,]+\s?|[^A-Za-z0-9]/gu) ?? []) {
    const last = all.length - 1
    if (brush.measureText(`${all[last] ?? ''}${part}`).width > width) all.push(part)
    else all[last] += part
  }
  return all.slice(0, 3)
}

/** Draws the poster of an invitation on the phone and returns the path of its picture. */
export async function drawPoster({ shop, colour, title, gift, picture, code, hint }: Poster): Promise<string> {
  const canvas = wx.createOffscreenCanvas({ type: '2d', width: WIDTH, height: HEIGHT })
  const brush = canvas.getContext('2d') as Brush
  const say = (text: string, y: number, size: number, colour: string, weight = 400): number => {
    brush.font = `${weight} ${size}px "PingFang SC", "Noto Sans SC", sans-serif`
    brush.fillStyle = colour
    const all = lines(brush, text, WIDTH - EDGE * 2)
    all.forEach((line, at) => brush.fillText(line, WIDTH / 2, y + at * size * 1.4))
    return y + all.length * size * 1.4
  }
  brush.fillStyle = '#ffffff'
  brush.fillRect(0, 0, WIDTH, HEIGHT)
  brush.fillStyle = colour
  brush.fillRect(0, 0, WIDTH, 420)
  brush.textAlign = 'center'
  let y = say(shop, 96, 34, '#ffffffcc')
  y = say(title, y + 44, 48, '#ffffff', 600)
  if (gift) say(gift, y + 24, 36, '#fbe3d8', 600)
  const image = await loadPicture(canvas, picture)
  if (image) brush.drawImage(image, WIDTH / 2 - 170, 460, 340, 340)
  say(code, image ? 870 : 640, image ? 44 : 88, '#1c2321', 600)
  say(hint, 930, 28, '#56605c')
  const { tempFilePath } = await wx.canvasToTempFilePath({ canvas, fileType: 'png' })
  return tempFilePath
}

/** Puts a picture into the album; 'denied' where the person has refused that for good, 'no' where they did not want it now. */
export async function saveToAlbum(filePath: string): Promise<'saved' | 'denied' | 'no'> {
  try {
    await wx.saveImageToPhotosAlbum({ filePath })
    return 'saved'
  } catch (error) {
    const said = String((error as { errMsg?: string }).errMsg ?? error)
    return /auth/i.test(said) ? 'denied' : 'no'
  }
}
