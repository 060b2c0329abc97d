import { shop } from '../../../api/index.ts'
import { fill, inLanguage, words } from '../../../lib/i18n/index.ts'
import { loading } from '../../../lib/page.ts'

Page({
  data: {
    common: words().common,
    screen: 'loading',
    version: '',
    text: '',
    problem: '',
  },

  onLoad() {
    void this.load()
  },

  load() {
    return loading(this, async () => {
      const terms = await shop.members.terms()
      void wx.setNavigationBarTitle({ title: inLanguage(terms.title) })
      this.setData({
        screen: 'ready',
        text: inLanguage(terms.text),
        version: fill(words().enrol.version, { version: terms.version }),
      })
    })
  },
})
