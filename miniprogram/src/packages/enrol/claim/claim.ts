import { ApiError, messageOf, shop } from '../../../api/index.ts'
import { keepHolder } from '../../../lib/card.ts'
import { fill, words } from '../../../lib/i18n/index.ts'
import { ask, dress, say } from '../../../lib/page.ts'

type Way = 'lastReceipt' | 'name'
type Proof = { kind: 'name'; name: string } | { kind: 'lastReceipt'; amount: string; date: string }

// The phone number belongs to a member already: the same person, or a number that was sold again.
Page({
  data: {
    t: words().claim,
    question: '',
    proving: false,
    ways: [] as Way[],
    attemptsLeft: 0,
    busy: false,
  },

  claimId: '',

  onLoad(query) {
    const { claim } = words()
    this.claimId = query['id'] ?? ''
    dress(this, 'claim')
    this.setData({
      question: fill(claim.question, { name: decodeURIComponent(query['name'] ?? '') }),
      ways: (query['ways'] ?? '').split(',').filter((way): way is Way => way === 'lastReceipt' || way === 'name'),
      attemptsLeft: Number(query['left'] ?? 0),
    })
  },

  onMine() {
    this.setData({ proving: true })
  },

  onProve({ detail }: WechatMiniprogram.CustomEvent<{ proof: Proof }>) {
    void this.settle(() => shop.members.proveClaim({ params: { claimId: this.claimId }, body: detail.proof }))
  },

  async onNotMine() {
    const { doIt, notMine, notMineSure } = words().claim
    if (await ask(doIt, notMineSure, notMine))
      void this.settle(() => shop.members.declineClaim({ params: { claimId: this.claimId } }))
  },

  async settle(act: () => ReturnType<typeof shop.members.declineClaim>) {
    if (this.data.busy) return
    this.setData({ busy: true })
    try {
      const result = await act()
      if (result.outcome === 'enrolled') {
        keepHolder(result.member)
        const toChoose = result.oldCards.some(card => card.state !== 'bound')
        if (toChoose) void wx.redirectTo({ url: '/packages/enrol/old-cards/old-cards' })
        else void wx.switchTab({ url: '/pages/code/code' })
      } else {
        this.setData({ attemptsLeft: result.attemptsLeft })
        say(fill(words().claim.wrong, { count: result.attemptsLeft }))
      }
    } catch (error) {
      if (error instanceof ApiError && typeof error.details['attemptsLeft'] === 'number')
        this.setData({ attemptsLeft: error.details['attemptsLeft'] })
      say(messageOf(error), 3000)
    } finally {
      this.setData({ busy: false })
    }
  },
})
