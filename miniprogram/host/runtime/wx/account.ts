import { askPermission, showModal } from '../dialogs.ts'
import { miniprogram } from '../package.ts'
import { act, look, phone } from '../phone.ts'
import { needsPrivacyConsent } from '../privacy.ts'
import { report, succeed, type Callbacks } from './callbacks.ts'

const app = miniprogram.app.window.navigationBarTitleText

/** The wx functions that concern who the person is and what she allows. */
export const account = {
  login: (options?: Callbacks) =>
    report(options, 'login', () => act<{ code: string }>('js-code', { appId: phone.appId })),
  checkSession: (options?: Callbacks) => succeed(options, 'checkSession'),
  getPrivacySetting: (options?: Callbacks) =>
    succeed(options, 'getPrivacySetting', {
      needAuthorization: needsPrivacyConsent(),
      privacyContractName: '《用户隐私保护指引》',
    }),
  openPrivacyContract: (options?: Callbacks) =>
    report(options, 'openPrivacyContract', async () => {
      await showModal({
        title: '用户隐私保护指引',
        content: '真机上这里显示在微信公众平台填写的隐私保护指引。',
        showCancel: false,
      })
      return {}
    }),
  /** With subscriptions it tells what was answered for good (总是保持以上选择), as WeChat does. */
  getSetting: (options?: Callbacks) =>
    report(options, 'getSetting', async () => ({
      authSetting: {},
      subscriptionsSetting: { mainSwitch: true, itemSettings: await keptChoices() },
    })),
  getAccountInfoSync: () => ({ miniProgram: { appId: phone.appId, envVersion: 'develop', version: '' } }),
  requestSubscribeMessage: (options: Callbacks & { tmplIds: string[] }) =>
    report(options, 'requestSubscribeMessage', () => askToSubscribe(options.tmplIds)),
}

interface SubscribeTemplate {
  templateId: string
  title: string
}

function keptChoices(): Promise<Record<string, string>> {
  const choices = `people/${encodeURIComponent(phone.person ?? '')}/choices?appId=${encodeURIComponent(phone.appId)}`
  return look<Record<string, string>>(choices).catch((): Record<string, string> => ({}))
}

/** 总是保持以上选择: what was answered for good is answered at once, and with nothing left to ask no pop-up is shown. */
async function askToSubscribe(templateIds: string[]): Promise<Record<string, string>> {
  const kept = await keptChoices()
  const remembered = templateIds.flatMap(id => (kept[id] === undefined ? [] : [[id, kept[id]] as const]))
  const open = templateIds.filter(id => kept[id] === undefined)
  if (remembered.length > 0)
    await act('subscribe', {
      appId: phone.appId,
      templates: remembered.map(([templateId, status]) => ({ templateId, status })),
    })
  const asked = open.length === 0 ? {} : await popUp(open)
  return { ...Object.fromEntries(remembered), ...asked }
}

async function popUp(templateIds: string[]): Promise<Record<string, string>> {
  let always = false
  const known = await look<SubscribeTemplate[]>(`templates?appId=${encodeURIComponent(phone.appId)}`).catch(() => [])
  const titles = templateIds.map(id => known.find(template => template.templateId === id)?.title ?? id)
  const ticked = await askPermission({
    app,
    title: '发送一次性订阅消息',
    lines: ['允许后，可收到一次以下内容的服务通知'],
    choices: titles,
    keep: { text: '总是保持以上选择，不再询问', decide: ticked => (always = ticked) },
    allow: '允许',
    refuse: '取消',
  })
  const answers = templateIds.map((templateId, index) => ({
    templateId,
    status: ticked?.[index] === true ? 'accept' : 'reject',
  }))
  await act('subscribe', { appId: phone.appId, templates: answers, always })
  return Object.fromEntries(answers.map(({ templateId, status }) => [templateId, status]))
}
