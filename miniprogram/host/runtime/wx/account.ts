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
  getAccountInfoSync: () => ({ miniProgram: { appId: phone.appId, envVersion: 'develop', version: '' } }),
  requestSubscribeMessage: (options: Callbacks & { tmplIds: string[] }) =>
    report(options, 'requestSubscribeMessage', () => askToSubscribe(options.tmplIds)),
}

interface SubscribeTemplate {
  templateId: string
  title: string
}

async function askToSubscribe(templateIds: string[]): Promise<Record<string, string>> {
  const known = await look<SubscribeTemplate[]>(`templates?appId=${encodeURIComponent(phone.appId)}`).catch(() => [])
  const titles = templateIds.map(id => known.find(template => template.templateId === id)?.title ?? id)
  const ticked = await askPermission({
    app,
    title: '发送一次性订阅消息',
    lines: ['允许后,可收到一次以下内容的服务通知'],
    choices: titles,
    allow: '允许',
    refuse: '取消',
  })
  const answers = templateIds.map((templateId, index) => ({
    templateId,
    status: ticked?.[index] === true ? 'accept' : 'reject',
  }))
  await act('subscribe', { appId: phone.appId, templates: answers })
  return Object.fromEntries(answers.map(({ templateId, status }) => [templateId, status]))
}
