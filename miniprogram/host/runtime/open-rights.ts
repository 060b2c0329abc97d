import type { Builtin } from './builtins.ts'
import { askPermission, showModal, showToast } from './dialogs.ts'
import { miniprogram } from './package.ts'
import { act, phone, tellPhone } from './phone.ts'
import { agreeToPrivacy } from './privacy.ts'

const app = miniprogram.app.window.navigationBarTitleText

const openPagePath = (): string =>
  [...document.querySelectorAll<HTMLElement>('.wx-page')].findLast(page => page.offsetParent !== null)?.dataset[
    'page'
  ] ?? ''

/** What WeChat does for a button's `open-type`, each after the person's own consent. */
export const openRights: Record<string, (button: Builtin) => Promise<void>> = {
  async getPhoneNumber(button) {
    const allowed = await askPermission({
      app,
      title: '获取你的手机号',
      lines: ['用于开通会员卡，并找回以往的会员卡与积分'],
      choices: [],
      allow: '允许',
      refuse: '不允许',
    })
    if (allowed === null) return button.emit('getphonenumber', { errMsg: 'getPhoneNumber:fail user deny' })
    try {
      const { code } = await act<{ code: string }>('phone-code', { appId: phone.appId })
      button.emit('getphonenumber', { errMsg: 'getPhoneNumber:ok', code })
    } catch (error) {
      button.emit('getphonenumber', { errMsg: `getPhoneNumber:fail ${String(error)}` })
    }
  },
  async agreePrivacyAuthorization(button) {
    agreeToPrivacy()
    button.emit('agreeprivacyauthorization', {})
  },
  /** Opens the customer-service chat; with show-message-card the page's card stands ready there. */
  async contact(button) {
    const text = (name: string): string => {
      const value = button.data[name]
      return typeof value === 'string' ? value : ''
    }
    const card = { title: text('sendMessageTitle') || app, page: text('sendMessagePath') || openPagePath() }
    const shown = tellPhone({
      type: 'miniprogram.contact',
      from: text('sessionFrom'),
      ...(button.data['showMessageCard'] === true ? { card } : {}),
    })
    if (!shown) await showModal({ title: '客服会话', content: '真机上这里进入微信客服会话。', showCancel: false })
    button.emit('contact', { path: '', query: {} })
  },
  async openSetting() {
    showToast('真机上这里进入微信设置页', 1500)
  },
}
