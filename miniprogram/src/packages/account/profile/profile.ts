import { messageOf, shop } from '../../../api/index.ts'
import { keepHolder } from '../../../lib/card.ts'
import { groupsOfFour } from '../../../lib/format.ts'
import { words } from '../../../lib/i18n/index.ts'
import { dress, loading, say } from '../../../lib/page.ts'
import { loadStores, storeName } from '../../../lib/stores.ts'

type Gender = 'female' | 'male' | null
type Change = NonNullable<NonNullable<Parameters<typeof shop.members.updateMe>[0]>['body']>

Page({
  data: {
    t: words().profile,
    common: words().common,
    screen: 'loading',
    name: '',
    savedName: '',
    phone: '',
    cardNo: '',
    birthdayText: '',
    genders: [] as string[],
    gender: '',
    place: '',
    problem: '',
  },

  onLoad() {
    const { profile } = words()
    dress(this, 'profile')
    this.setData({ genders: [profile.female, profile.male, profile.secret] })
    void this.load()
  },

  load() {
    return loading(this, async () => {
      const [{ member }] = await Promise.all([shop.members.me(), loadStores().catch(() => [])])
      if (member) this.show(member)
    })
  },

  show(member: {
    name: string
    phone: string
    cardNo: string
    birthday: string | null
    gender: Gender
    homeStore: string | null
  }) {
    const t = words().profile
    this.setData({
      screen: 'ready',
      name: member.name,
      savedName: member.name,
      phone: member.phone,
      cardNo: groupsOfFour(member.cardNo),
      birthdayText: member.birthday ? t.birthdayKnown : t.birthdayHint,
      gender: member.gender ? t[member.gender] : t.secret,
      place: member.homeStore ? storeName(member.homeStore) : t.storeNone,
    })
  },

  async change(body: Change) {
    try {
      const member = await shop.members.updateMe({ body })
      keepHolder(member)
      this.show(member)
      say(words().common.saved)
    } catch (error) {
      say(messageOf(error))
    }
  },

  onName({ detail }: WechatMiniprogram.Input) {
    this.setData({ name: detail.value })
  },

  onNameDone() {
    const name = this.data.name.trim()
    if (name !== '' && name !== this.data.savedName) void this.change({ name })
  },

  onBirthday() {
    void wx.navigateTo({ url: '/packages/rewards/birthday/birthday' })
  },

  onGender({ detail }: WechatMiniprogram.PickerChange) {
    const gender: Gender = (['female', 'male', null] as const)[Number(detail.value)] ?? null
    void this.change({ gender })
  },

  onChooseStore({ detail }: WechatMiniprogram.CustomEvent<{ storeCode: string | null }>) {
    void this.change({ homeStore: detail.storeCode })
  },
})
