import { expect, test } from 'vitest'
import { contracts } from '../../../server/contracts.ts'
import { openapi } from '../../../server/kernel/http/openapi.ts'
import { operations } from '../../../till-client/src/operations.ts'

interface Described {
  summary: string
  security: Record<string, unknown>[]
  requestBody?: { content: Record<string, { schema: { properties?: object } }> }
  responses: Record<
    string,
    { content?: Record<string, { schema: { properties?: object; anyOf?: unknown; oneOf?: unknown } }> }
  >
}

const document = openapi({ title: '掌柜', version: '1' }, contracts) as {
  paths: Record<string, Record<string, Described>>
  components: { securitySchemes: Record<string, { in: string; name: string }> }
}

test('the OpenAPI tells a vendor every operation of a till: what it is for, its fields, its answer, and the four headers it is signed by', () => {
  const ofTills = contracts.flatMap(({ operations: all }) =>
    Object.values(all).filter(operation => operation.access === 'till'),
  )
  expect(ofTills.length).toBeGreaterThan(20)
  for (const { method, path, body } of ofTills) {
    const described = document.paths[`/api${path.replaceAll(/:(\w+)/g, '{$1}')}`]?.[method.toLowerCase()]
    const name = `${method} ${path}`
    expect(described?.summary.length, name).toBeGreaterThan(10)
    const headers = Object.keys(described?.security[0] ?? {}).map(key => document.components.securitySchemes[key]?.name)
    expect(headers, name).toEqual(['x-till-id', 'x-till-timestamp', 'x-till-nonce', 'x-till-signature'])
    if (body !== undefined)
      expect(
        Object.keys(described?.requestBody?.content['application/json']?.schema.properties ?? {}),
        name,
      ).not.toEqual([])
    const reply = described?.responses['200']?.content?.['application/json']?.schema
    expect(reply?.properties ?? reply?.anyOf ?? reply?.oneOf, name).toBeDefined()
  }
  // The typed client knows the same ones.
  const known = Object.values(operations).map(({ method, path }) => `${method} ${path}`)
  expect(known.toSorted()).toEqual(ofTills.map(({ method, path }) => `${method} /api${path}`).toSorted())
})
