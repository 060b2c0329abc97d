import type { Call } from '../callers.ts'

const rules = [
  {
    name: '营业时间',
    patterns: ['营业时间', '几点开门', '几点关门'],
    text: '门店营业时间：大卖场 7:30–22:00，社区店 7:00–21:30。节假日安排以门店公告为准。',
  },
  {
    name: '怎么开发票',
    patterns: ['发票'],
    text: '点菜单「会员码」进入小程序，在「小票」里打开这张小票，点「开发票」即可申请。',
  },
]

/** What the official account answers by itself, and the channel codes that hang in the shop: one at a shelf, one a guide. */
export async function prepareWechat(call: Call): Promise<void> {
  const { items } = await call<{ items: { appId: string; kind: string }[] }>('GET', '/api/admin/wechat/accounts')
  const appId = items.find(({ kind }) => kind === 'official')?.appId
  for (const { name, patterns, text } of rules)
    await call('POST', '/api/admin/wechat/replies', {
      appId,
      kind: 'text',
      name,
      match: { patterns: patterns.map(pattern => ({ how: 'contains', text: pattern })) },
      messages: [{ type: 'text', text }],
    })
  await call('POST', '/api/admin/wechat/codes', { kind: 'shelf', name: '米面货架', storeCode: 'S01' })
  const people = await call<{ items: { staffId: string; role: string; stores: string[] }[] }>(
    'GET',
    '/api/admin/wechat/code-people',
  )
  const guide = people.items.find(({ role }) => role === 'guide')
  if (guide !== undefined)
    await call('POST', '/api/admin/wechat/codes', {
      kind: 'store_staff',
      name: '导购名片',
      staffId: guide.staffId,
      storeCode: guide.stores[0] ?? 'S01',
    })
}
