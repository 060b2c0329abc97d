import { messageOf, shop } from '../../../api/index.ts'
import { words } from '../../../lib/i18n/index.ts'
import { dress, say } from '../../../lib/page.ts'
import { choosePhotos, uploadPhoto } from '../../../lib/photo.ts'
import { loadStores, storeName } from '../../../lib/stores.ts'
import { askForMessage, onceKey, prepareToAsk } from '../../../lib/subscribe.ts'

const kinds = ['points', 'coupon', 'price', 'quality', 'return', 'invoice', 'complaint', 'other'] as const
type Kind = (typeof kinds)[number]
const start: { kind: Kind } = { kind: 'other' }

const limit = 600
const mostPhotos = 4

Page({
  data: {
    t: words().ask,
    large: false,
    kinds: [] as { kind: Kind; name: string }[],
    ...start,
    text: '',
    length: 0,
    limit,
    place: '',
    withReceipt: false,
    photos: [] as { file: string; photoId: string }[],
    mostPhotos,
    uploading: false,
    busy: false,
  },

  storeCode: null as string | null,
  documentId: null as string | null,
  // one key for this question: tapping twice, or again after a broken line, asks once
  key: '',

  onLoad(query) {
    const { help } = words()
    const kind = kinds.find(each => each === query['kind']) ?? 'other'
    this.key = onceKey()
    this.storeCode = query['store'] || null
    this.documentId = query['receipt'] || null
    dress(this, 'ask')
    // Of goods that were chosen on the receipt the question begins with their name.
    const goods = query['goods'] ? `${decodeURIComponent(query['goods'])} ` : ''
    this.setData({
      text: goods,
      length: goods.length,
      kinds: kinds.map(each => ({ kind: each, name: help.kinds[each] })),
      kind,
      withReceipt: this.documentId !== null,
    })
    void prepareToAsk()
    this.showPlace()
    void loadStores().then(
      () => this.showPlace(),
      () => {},
    )
  },

  showPlace() {
    this.setData({ place: this.storeCode ? storeName(this.storeCode) : words().ask.storeNone })
  },

  onKind({ currentTarget }: WechatMiniprogram.TouchEvent) {
    this.setData({ kind: currentTarget.dataset['kind'] as Kind })
  },

  onText({ detail }: WechatMiniprogram.Input) {
    this.setData({ text: detail.value, length: detail.value.length })
  },

  onChooseStore({ detail }: WechatMiniprogram.CustomEvent<{ storeCode: string | null }>) {
    this.storeCode = detail.storeCode
    this.showPlace()
  },

  // Photos go up while the shopper writes; what is sent then is small.
  async onAddPhoto() {
    if (this.data.uploading) return
    const files = await choosePhotos(mostPhotos - this.data.photos.length)
    this.setData({ uploading: files.length > 0 })
    for (const file of files) {
      try {
        const photoId = await uploadPhoto(file)
        this.setData({ photos: [...this.data.photos, { file, photoId }] })
      } catch (error) {
        say(messageOf(error), 3000)
        break
      }
    }
    this.setData({ uploading: false })
  },

  onPhoto({ currentTarget }: WechatMiniprogram.TouchEvent) {
    const current = String(currentTarget.dataset['file'])
    void wx.previewImage({ current, urls: this.data.photos.map(({ file }) => file) })
  },

  onDropPhoto({ currentTarget }: WechatMiniprogram.TouchEvent) {
    const gone = currentTarget.dataset['id']
    this.setData({ photos: this.data.photos.filter(({ photoId }) => photoId !== gone) })
  },

  async onSubmit() {
    const { text, kind, busy, uploading, photos } = this.data
    if (busy || uploading) return
    if (text.trim() === '') {
      say(words().ask.needText)
      return
    }
    this.setData({ busy: true })
    // The pop-up has to follow the tap at once; whatever the answer, the question goes out.
    await askForMessage('ticketSubmit')
    try {
      const ticket = await shop.tickets.submit({
        body: {
          key: this.key,
          kind,
          text: text.trim(),
          storeCode: this.storeCode,
          documentId: this.documentId,
          photos: photos.map(({ photoId }) => photoId),
        },
      })
      say(words().ask.sent)
      void wx.redirectTo({ url: `/packages/service/thread/thread?ticketId=${ticket.id}` })
    } catch (error) {
      say(messageOf(error), 3000)
    } finally {
      this.setData({ busy: false })
    }
  },
})
