import { describe, expect, it } from 'vitest'
import ConsoleEntries from '../../admin-web/src/modules/wechat/ConsoleEntries.vue'
import { isPublicAddress, WECHAT } from '../../admin-web/src/modules/wechat/useAccountState.ts'
import { stage } from './stage.ts'

describe('the address that is copied into WeChat’s console', () => {
  const account = {
    appId: 'wx1',
    kind: 'official' as const,
    name: '',
    state: 'active' as const,
    source: 'admin' as const,
    isDefault: true,
    mode: 'safe' as const,
    baseUrl: WECHAT,
  }
  const entries = (callbackUrl: string, baseUrl = WECHAT) =>
    stage(ConsoleEntries, {
      account: { ...account, baseUrl },
      entries: { callbackUrl, token: 't', aesKey: 'A'.repeat(43) },
    })

  it.each([
    ['https://crm.example.com/wechat/wx1', true],
    ['http://crm.example.com/wechat/wx1', true],
    ['https://crm.example.com:8443/wechat/wx1', false],
    ['http://127.0.0.1:3000/wechat/wx1', false],
    ['http://10.0.0.4/wechat/wx1', false],
    ['http://[::1]/wechat/wx1', false],
    ['http://localhost/wechat/wx1', false],
    ['https://shop.local/wechat/wx1', false],
  ])('%s: WeChat can come there: %s', (address, can) => {
    expect(isPublicAddress(address)).toBe(can)
    expect(entries(address).find('[data-private]').exists()).toBe(!can)
  })

  it('is left alone where calls go to a stand-in: that one comes anywhere', () => {
    expect(entries('http://127.0.0.1:3000/wechat/wx1', 'http://127.0.0.1:4000').find('[data-private]').exists()).toBe(
      false,
    )
  })
})
