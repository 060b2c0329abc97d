import { ApiError, messageOf, shop } from '../../../api/index.ts'
import { dayText, whole } from '../../../lib/format.ts'
import { fill, language, words } from '../../../lib/i18n/index.ts'
import { dressWith, loading, say } from '../../../lib/page.ts'
import { loadStores, storeName } from '../../../lib/stores.ts'
import { en, zh } from './words.ts'

const own = { zh, en }

type Way = 'lastReceipt' | 'name'
type Proof = { kind: 'name'; name: string } | { kind: 'lastReceipt'; amount: string; date: string }

interface CardView {
  ref: string
  number: string
  where: string
  heading: string
  state: 'bound' | 'open' | 'proofNeeded' | 'blocked'
  ways: Way[]
  attemptsLeft: number
}

// What is on a card that may be somebody else's is not told: it is named by its number.
function namedBy({
  state,
  balancePoints,
  cardNo,
}: {
  state: CardView['state']
  balancePoints: number
  cardNo: string
}) {
  const { points, number } = own[language()]
  const name = fill(number, { number: cardNo })
  if (state !== 'bound' && state !== 'open') return { heading: name, number: '' }
  return { heading: fill(points, { points: whole(balancePoints) }), number: name }
}

Page({
  data: {
    t: own[language()],
    common: words().common,
    screen: 'loading',
    cards: [] as CardView[],
    proving: null as CardView | null,
    busy: false,
    problem: '',
  },

  onLoad() {
    dressWith(this, own)
    void this.load()
  },

  load() {
    return loading(this, async () => {
      const [{ items }] = await Promise.all([shop.members.myOldCards(), loadStores().catch(() => [])])
      this.show(items)
    })
  },

  show(
    items: {
      ref: string
      cardNo: string
      storeCode: string | null
      issuedOn: string | null
      balancePoints: number
      state: CardView['state']
      ways: Way[]
      attemptsLeft: number
    }[],
  ) {
    const t = own[language()]
    const cards = items.map(card => ({
      ref: card.ref,
      where: [
        card.storeCode ? storeName(card.storeCode) : '',
        card.issuedOn ? fill(t.issued, { day: dayText(card.issuedOn) }) : '',
      ]
        .filter(Boolean)
        .join(' · '),
      ...namedBy(card),
      state: card.state,
      ways: card.ways,
      attemptsLeft: card.attemptsLeft,
    }))
    this.setData({ screen: 'ready', cards, proving: null })
  },

  onBind({ currentTarget }: WechatMiniprogram.TouchEvent) {
    const card = this.data.cards.find(each => each.ref === currentTarget.dataset['ref'])
    if (!card) return
    if (card.state === 'proofNeeded') this.setData({ proving: card })
    else void this.bind(card.ref)
  },

  onProve({ detail }: WechatMiniprogram.CustomEvent<{ proof: Proof }>) {
    if (this.data.proving) void this.bind(this.data.proving.ref, detail.proof)
  },

  onCloseProof() {
    this.setData({ proving: null })
  },

  async bind(ref: string, proof?: Proof) {
    if (this.data.busy) return
    this.setData({ busy: true })
    try {
      const { items } = await shop.members.bindOldCard({ body: { ref, ...(proof ? { proof } : {}) } })
      this.show(items)
      say(own[language()].merged)
    } catch (error) {
      say(messageOf(error), 3000)
      const { proving } = this.data
      if (proving && error instanceof ApiError && typeof error.details['attemptsLeft'] === 'number')
        this.setData({ proving: { ...proving, attemptsLeft: error.details['attemptsLeft'] } })
      if (error instanceof ApiError && error.code === 'members.proofBlocked') void this.load()
    } finally {
      this.setData({ busy: false })
    }
  },

  onDone() {
    void wx.switchTab({ url: '/pages/code/code' })
  },
})
