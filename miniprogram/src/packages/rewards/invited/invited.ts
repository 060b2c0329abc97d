import { messageOf, shop } from '../../../api/index.ts'
import { fill, language, words } from '../../../lib/i18n/index.ts'
import { dressWith, loading, say } from '../../../lib/page.ts'
import { conditionText, offerText } from '../referral/offer.ts'
import { en, zh } from './words.ts'

const own = { zh, en }

/** The code of an invitation: `?r=` of a shared card, or the word 'r.<code>' inside a scanned code. */
export function invitationCode({ r = '', scene = '' }: Record<string, string | undefined>): string {
  return r || decodeURIComponent(scene).replace(/^r\./, '')
}

Page({
  data: {
    t: zh,
    common: words().common,
    screen: 'loading',
    problem: '',
    invites: '',
    youGet: '',
    mine: '',
    friendGets: '',
    friends: '',
    note: '',
    hint: '',
    canAccept: false,
    isMember: false,
    busy: false,
  },

  code: '',

  onLoad(query: Record<string, string | undefined>) {
    dressWith(this, own)
    this.code = invitationCode(query)
    void this.load()
  },

  load() {
    return loading(this, async () => {
      const { terms, inviterName, isMember, isOwn } = await shop.rewards.invitation({ params: { code: this.code } })
      const t = own[language()]
      const name = inviterName || '**'
      this.setData({
        screen: 'ready',
        invites: fill(t.invites, { name }),
        youGet: terms.invitee ? fill(t.youGet, { what: conditionText(t, terms) }) : t.youGetNothing,
        mine: terms.invitee ? offerText(t, terms.invitee) : '',
        friendGets: fill(t.friendGets, { name }),
        friends: terms.inviter ? offerText(t, terms.inviter) : '',
        note: fill(t.note, { name }),
        hint: isOwn ? t.own : isMember ? t.member : terms.isOn ? '' : t.off,
        canAccept: !isMember && terms.isOn,
        isMember,
      })
    })
  },

  async onAccept() {
    if (this.data.busy) return
    this.setData({ busy: true })
    try {
      await shop.rewards.acceptInvitation({ params: { code: this.code } })
      this.onEnrol()
    } catch (error) {
      say(messageOf(error))
    } finally {
      this.setData({ busy: false })
    }
  },

  onEnrol() {
    void wx.navigateTo({ url: '/packages/enrol/enrol/enrol' })
  },

  onCard() {
    void wx.switchTab({ url: '/pages/code/code' })
  },
})
