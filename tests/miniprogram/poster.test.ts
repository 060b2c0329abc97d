import { afterEach, expect, test, vi } from 'vitest'
import { drawPoster, saveToAlbum, type Poster } from '../../miniprogram/src/packages/rewards/referral/poster.ts'

// The poster of an invitation, drawn on the phone: with the code that WeChat drew, or with the letters where it could not.
afterEach(() => vi.unstubAllGlobals())

/** A phone that writes down what is drawn; a letter is half as wide as it is high. */
function phone(answers: { save?: () => Promise<object> } = {}) {
  const texts: string[] = []
  const pictures: string[] = []
  const brush = {
    font: '',
    fillStyle: '',
    textAlign: '',
    fillRect: () => undefined,
    measureText(text: string) {
      return { width: Array.from(text).length * Number(/(\d+)px/.exec(brush.font)?.[1] ?? 0) }
    },
    fillText: (text: string) => texts.push(text),
    drawImage: ({ src }: { src: string }) => pictures.push(src),
  }
  vi.stubGlobal('wx', {
    createOffscreenCanvas: () => ({
      getContext: () => brush,
      createImage() {
        const image = { onload: () => undefined, onerror: () => undefined, source: '' }
        return Object.defineProperty(image, 'src', {
          get: () => image.source,
          set(source: string) {
            image.source = source
            setTimeout(() => (source.startsWith('broken') ? image.onerror() : image.onload()), 0)
          },
        })
      },
    }),
    canvasToTempFilePath: async () => ({ tempFilePath: 'wxfile://poster.png' }),
    saveImageToPhotosAlbum: answers.save,
  })
  return { texts, pictures }
}
const poster: Poster = {
  shop: '禾谷超市',
  colour: '#0e7a63',
  title: '王女士邀请你开会员卡，第一次购物就送你一百积分和一张很大很大很大很大的券',
  gift: '你得 100 积分',
  picture: 'data:image/png;base64,AAAA',
  code: 'K7M3PQ2A',
  hint: '微信扫码',
}

test('the code of the mini-program is on it, and long words go on in a further line', async () => {
  const seen = phone()
  expect(await drawPoster(poster)).toBe('wxfile://poster.png')
  expect(seen.pictures).toEqual([poster.picture])
  expect(seen.texts).toContain('K7M3PQ2A')
  expect(seen.texts.join('')).toContain(poster.title)
  expect(seen.texts).not.toContain(poster.title)
})

test('where WeChat draws no code, or a broken one, the letters are there', async () => {
  for (const picture of ['', 'broken']) {
    const seen = phone()
    await drawPoster({ ...poster, picture })
    expect([seen.pictures, seen.texts.includes('K7M3PQ2A')]).toEqual([[], true])
  }
})

test('who has refused the album for good is told so; who only does not want it now is left alone', async () => {
  const fails = (errMsg: string) => () => Promise.reject(Object.assign(new Error(errMsg), { errMsg }))
  phone({ save: async () => ({}) })
  expect(await saveToAlbum('x')).toBe('saved')
  phone({ save: fails('saveImageToPhotosAlbum:fail auth deny') })
  expect(await saveToAlbum('x')).toBe('denied')
  phone({ save: fails('saveImageToPhotosAlbum:fail cancel') })
  expect(await saveToAlbum('x')).toBe('no')
})
