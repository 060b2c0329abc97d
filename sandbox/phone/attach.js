import { h, icon } from './dom.js'
import { account, doing } from './store.js'
import { t } from './words.js'

const base64Of = async file => {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

/** A picture of the phone's own: shelves in a colour of the moment, so that one can be sent without looking for a file. */
const drawnPhoto = () =>
  new Promise(resolve => {
    const canvas = document.createElement('canvas')
    canvas.width = 720
    canvas.height = 540
    const pen = canvas.getContext('2d')
    const hue = Math.floor(Math.random() * 360)
    pen.fillStyle = `hsl(${hue} 30% 88%)`
    pen.fillRect(0, 0, 720, 540)
    for (let shelf = 0; shelf < 3; shelf++) {
      for (let box = 0; box < 9; box++) {
        pen.fillStyle = `hsl(${(hue + box * 26 + shelf * 70) % 360} 55% ${52 + ((box * 7) % 20)}%)`
        const tall = 80 + ((box * 37 + shelf * 53) % 50)
        pen.fillRect(36 + box * 73, 156 + shelf * 170 - tall, 58, tall)
      }
      pen.fillStyle = '#8a6f52'
      pen.fillRect(20, 156 + shelf * 170, 680, 12)
    }
    canvas.toBlob(resolve, 'image/jpeg', 0.8)
  })

/** A short beep as WAV, for voice messages. */
const drawnVoice = () => {
  const [rate, seconds] = [8000, 2]
  const count = rate * seconds
  const view = new DataView(new ArrayBuffer(44 + count))
  const write = (at, text) => [...text].forEach((sign, i) => view.setUint8(at + i, sign.charCodeAt(0)))
  write(0, 'RIFF')
  view.setUint32(4, 36 + count, true)
  write(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, rate, true)
  view.setUint32(28, rate, true)
  view.setUint16(32, 1, true)
  view.setUint16(34, 8, true)
  write(36, 'data')
  view.setUint32(40, count, true)
  for (let at = 0; at < count; at++)
    view.setUint8(44 + at, 128 + 60 * Math.sin((2 * Math.PI * 330 * at) / rate) * Math.max(0, 1 - at / count))
  return new Blob([view], { type: 'audio/wav' })
}

/** What somebody can send besides words; a mini-program's customer service takes pictures only (wechat-protocol §1.6). */
export const attachPanel = (thread, go) => {
  const program = account(thread)?.kind === 'miniprogram'
  const send = body =>
    doing('send', { appId: thread, ...body }).catch(error => go.say(t('refused', { text: error.message })))
  const sendFile = async (type, name, file) => send({ type, name, base64: await base64Of(file) })
  const picker = (accept, type) => {
    const input = h('input', { type: 'file', accept, hidden: true })
    input.addEventListener('change', () => input.files?.[0] && void sendFile(type, input.files[0].name, input.files[0]))
    return input
  }
  const album = picker('image/*', 'image')
  const film = picker('video/mp4', 'video')
  const tile = (name, label, act) =>
    h(
      'button.tile',
      { onclick: () => void act(), 'data-attach': name },
      h('span', {}, icon(name, 26)),
      h('small', {}, t(label)),
    )
  return h(
    'div.attach',
    {},
    tile('camera', 'camera', async () => sendFile('image', 'photo.jpg', await drawnPhoto())),
    tile('album', 'album', () => album.click()),
    program
      ? null
      : [
          tile('voice', 'kindVoice', () => sendFile('voice', 'voice.wav', drawnVoice())),
          tile('film', 'kindVideo', () => film.click()),
          tile('pin', 'kindLocation', () =>
            send({ type: 'location', latitude: 31.2304, longitude: 121.4737, label: '禾谷超市 滨江路社区店' }),
          ),
          tile('link', 'kindLink', () =>
            send({
              type: 'link',
              title: '周末做什么菜',
              description: '三样时令菜，半小时上桌',
              url: 'https://example.com/recipes',
            }),
          ),
        ],
    album,
    film,
  )
}
