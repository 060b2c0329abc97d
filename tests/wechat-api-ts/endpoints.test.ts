import { describe, expect, it } from 'vitest'
import { endpointAt, endpointList, endpoints, isKnownPath } from '../../wechat-api-ts/src/endpoints/index.ts'

describe('the table of endpoints', () => {
  it('has every method and path once, and a sentence for each', () => {
    const routes = endpointList.map(row => `${row.host} ${row.method} ${row.path}`)
    expect(new Set(routes).size).toBe(routes.length)
    for (const row of endpointList) {
      expect(row.path, row.name).toMatch(/^\/[\w/-]+$/)
      expect(row.does, row.name).toMatch(/\.$/)
      expect(row.source, row.name).toMatch(/^§\d\.\d+ [DSU]$/)
      expect(row.method === 'GET' && row.upload !== null, row.name).toBe(false)
    }
  })

  it('is found by route', () => {
    expect(endpointAt('POST', '/cgi-bin/message/template/send')?.name).toBe('templates.send')
    expect(endpointAt('GET', '/cgi-bin/message/template/send')).toBeNull()
    expect(isKnownPath('/cgi-bin/message/template/send')).toBe(true)
    expect(isKnownPath('/cgi-bin/nothing')).toBe(false)
  })

  it('tells right requests from wrong ones', () => {
    const body = { touser: 'o1', msgtype: 'text', text: { content: 'hello' } }
    expect(endpoints.service.send.body.safeParse(body).success).toBe(true)
    expect(endpoints.service.send.body.safeParse({ ...body, msgtype: 'image' }).success).toBe(false)
    expect(endpoints.qrcodes.create.body.safeParse({ action_name: 'QR_SCENE', action_info: {} }).success).toBe(false)
  })
})
