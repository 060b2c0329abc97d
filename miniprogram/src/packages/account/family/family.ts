import { messageOf, shop } from '../../../api/index.ts'
import { dayText, shopDay } from '../../../lib/format.ts'
import { fill, words } from '../../../lib/i18n/index.ts'
import { ask, dressWith, loading, say } from '../../../lib/page.ts'
import * as own from './words.ts'

type Household = Awaited<ReturnType<typeof shop.members.myHousehold>>

Page({
  data: {
    t: own.zh,
    common: words().common,
    screen: 'loading',
    role: 'none',
    isOff: false,
    head: '',
    inviteNote: '',
    code: '',
    members: [] as { id: string; name: string; since: string }[],
    word: '',
    busy: false,
    problem: '',
  },

  onLoad() {
    dressWith(this, own)
    void this.load()
  },

  load() {
    return loading(this, async () => this.show(await shop.members.myHousehold()))
  },

  show({ limit, role, headName, members, code }: Household) {
    const t = this.data.t
    this.setData({
      screen: 'ready',
      role,
      isOff: limit === 0 && role === 'none',
      head: fill(t.headOf, { name: headName || t.noName }),
      inviteNote: fill(t.inviteNote, { limit }),
      code: code ?? '',
      members: members.map(({ memberId, name, joinedAt }) => ({
        id: memberId,
        name: name || t.noName,
        since: dayText(shopDay(joinedAt)),
      })),
      word: '',
    })
  },

  async run(call: () => Promise<Household>) {
    if (this.data.busy) return
    this.setData({ busy: true })
    try {
      this.show(await call())
    } catch (error) {
      say(messageOf(error), 3000)
    } finally {
      this.setData({ busy: false })
    }
  },

  onInvite() {
    void this.run(() => shop.members.inviteToHousehold())
  },

  onCopy() {
    void wx.setClipboardData({ data: this.data.code })
  },

  onWord({ detail }: WechatMiniprogram.Input) {
    this.setData({ word: detail.value.trim() })
  },

  onJoin() {
    const { word } = this.data
    if (word.length >= 4) void this.run(() => shop.members.joinHousehold({ body: { code: word } }))
  },

  sure(act: keyof typeof own.zh.doIt): Promise<boolean> {
    const t = this.data.t
    return ask(t.doIt[act], t.sure, t.title)
  },

  async onRemove({ currentTarget }: WechatMiniprogram.TouchEvent) {
    const memberId = String(currentTarget.dataset['id'])
    if (await this.sure('remove')) void this.run(() => shop.members.leaveHousehold({ body: { memberId } }))
  },

  async onLeave() {
    const { role, members } = this.data
    const handed: { newHeadId?: string } | null = role === 'head' && members.length > 0 ? await this.choose() : {}
    if (handed === null) return
    // A head who hands the wallet to nobody ends the household.
    const act = role === 'head' && handed.newHeadId === undefined ? 'dissolve' : 'leave'
    if (await this.sure(act)) void this.run(() => shop.members.leaveHousehold({ body: handed }))
  },

  /** To whom a head who leaves gives the wallet; nobody = the household ends. Null = the head stays. */
  async choose(): Promise<{ newHeadId?: string } | null> {
    const { t, members } = this.data
    // A sheet has six lines at most.
    const heirs = members.slice(0, 5)
    const itemList = [...heirs.map(({ name }) => fill(t.handTo, { name })), t.dissolve]
    const chosen = await wx.showActionSheet({ itemList }).catch(() => null)
    if (chosen === null) return null
    const heir = heirs[chosen.tapIndex]
    return heir === undefined ? {} : { newHeadId: heir.id }
  },
})
