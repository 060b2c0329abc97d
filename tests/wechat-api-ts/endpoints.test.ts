import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
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

  it('takes and gives 64-bit ids digit for digit: none of them is a number anywhere', () => {
    const wide = /^(msg_?id|msg_data_id|publish_id|menuid|feedback_id)$/
    const found: string[] = []
    const walk = (place: string, shape: unknown): void => {
      if (typeof shape !== 'object' || shape === null) return
      for (const [name, one] of Object.entries(shape)) {
        if (wide.test(name) && typeof one === 'object') {
          found.push(place)
          const { type, told } = one as { type?: unknown; told?: unknown }
          expect(told ?? type, `${place}.${name}`).toBe('string')
        }
        walk(place, one)
      }
    }
    for (const row of endpointList)
      for (const schema of [row.query, row.body, row.reply])
        walk(row.name, z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))
    expect(new Set(found).size).toBeGreaterThan(10)
    const id = '3717005636572528642'
    expect(endpoints.mass.status.body.parse({ msg_id: id })).toEqual({ msg_id: id })
    expect(endpoints.mass.status.body.safeParse({ msg_id: 3_717_005 }).success).toBe(false)
    expect(endpoints.mass.byTag.reply.parse({ msg_id: 30124, msg_data_id: id })).toEqual({
      msg_id: '30124',
      msg_data_id: id,
    })
  })

  it('tells right requests from wrong ones', () => {
    const body = { touser: 'o1', msgtype: 'text', text: { content: 'hello' } }
    expect(endpoints.service.send.body.safeParse(body).success).toBe(true)
    expect(endpoints.service.send.body.safeParse({ ...body, msgtype: 'image' }).success).toBe(false)
    expect(endpoints.qrcodes.create.body.safeParse({ action_name: 'QR_SCENE', action_info: {} }).success).toBe(false)
  })
})

it('says of everything exported what it promises', () => {
  const source = join(import.meta.dirname, '../../wechat-api-ts/src')
  const named = /^export (?:async )?(?:const|function|interface|type|class) (\w+)/
  let said = 0
  for (const file of globSync('**/*.ts', { cwd: source })) {
    const lines = readFileSync(join(source, file), 'utf8').split('\n')
    for (const [at, line] of lines.entries()) {
      const name = named.exec(line)?.[1]
      if (name === undefined) continue
      expect(lines[at - 1] ?? '', `${file}: ${name}`).toMatch(/\*\/$/)
      said++
    }
  }
  expect(said).toBeGreaterThan(140)
})
