import { z } from 'zod'
import { type Endpoint, endpoints } from '../src/endpoints/index.ts'
import { explain } from '../src/errors/table.ts'

/** The part of JSON Schema that the table's schemas come out as. */
interface Shape {
  type?: string | string[]
  /** Set in shapes.ts: what several shapes on the wire become. */
  told?: string
  const?: unknown
  enum?: unknown[]
  description?: string
  properties?: Record<string, Shape>
  required?: string[]
  items?: Shape
  anyOf?: Shape[]
  oneOf?: Shape[]
  additionalProperties?: Shape | boolean
}

const shapeOf = (schema: z.ZodType): Shape =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', target: 'draft-2020-12' }) as Shape

const isEmpty = ({ properties = {}, additionalProperties }: Shape): boolean =>
  Object.keys(properties).length === 0 && typeof additionalProperties !== 'object'

const field = (name: string, shape: Shape, needed: boolean, indent: string): string => {
  const note = shape.description === undefined ? '' : ` // ${shape.description}`
  const text = typeText(shape, indent)
  // A note about something with fields of its own stands above them.
  return text.includes('\n') && note !== ''
    ? `${indent}${note.trim()}\n${indent}${name}${needed ? '' : '?'}: ${text}`
    : `${indent}${name}${needed ? '' : '?'}: ${text}${note}`
}

const typeText = (shape: Shape, indent: string): string => {
  if (shape.told !== undefined) return shape.told
  const either = shape.anyOf ?? shape.oneOf
  if (either !== undefined) {
    const plain = [...new Set(either.map(one => typeText(one, indent)).filter(one => one !== 'null'))]
    if (plain.length === 1) return plain[0] ?? ''
    return plain.some(one => one.includes('\n')) ? plain.map(one => `\n${indent}| ${one}`).join('') : plain.join(' | ')
  }
  if (shape.const !== undefined) return JSON.stringify(shape.const)
  if (shape.enum !== undefined) return shape.enum.map(one => JSON.stringify(one)).join(' | ')
  if (shape.type === 'array') {
    const item = typeText(shape.items ?? {}, indent)
    return item.includes(' | ') && !item.startsWith('{') ? `(${item})[]` : `${item}[]`
  }
  if (shape.type === 'object') {
    if (isEmpty(shape)) return '{}'
    const inner = `${indent}  `
    const lines = Object.entries(shape.properties ?? {}).map(([name, one]) =>
      field(name, one, shape.required?.includes(name) === true, inner),
    )
    if (typeof shape.additionalProperties === 'object' && Object.keys(shape.additionalProperties).length > 0)
      lines.push(`${inner}[name]: ${typeText(shape.additionalProperties, inner)}`)
    else if (typeof shape.additionalProperties === 'object') lines.push(`${inner}[name]: anything`)
    const short = `{ ${lines.map(line => line.trim()).join(', ')} }`
    const isShort = short.length <= 80 && !/\n|\/\//.test(short)
    return isShort && indent !== '' ? short : `{\n${lines.join('\n')}\n${indent}}`
  }
  if (shape.type === 'integer' || shape.type === 'number') return 'number'
  if (shape.type === undefined) return 'anything'
  return Array.isArray(shape.type) ? shape.type.join(' | ') : shape.type
}

const answerOf = (row: Endpoint): string => {
  const reply = shapeOf(row.reply)
  if (row.answer === 'page') return 'address of the page'
  if (row.answer === 'file') return 'file'
  if (row.answer === 'fileOrJson') return `file | ${typeText(reply, '')}`
  return isEmpty(reply) ? 'nothing' : typeText(reply, '')
}

const inputOf = (row: Endpoint): string => {
  const parts = [shapeOf(row.query), shapeOf(row.body)].filter(shape => !isEmpty(shape) || shape.oneOf !== undefined)
  const [first, second] = parts
  const merged: Shape | undefined =
    first?.properties !== undefined && second?.properties !== undefined
      ? {
          type: 'object',
          properties: { ...first.properties, ...second.properties },
          required: [...(first.required ?? []), ...(second.required ?? [])],
        }
      : first
  const file = row.upload === null ? '' : 'file: { name: string, bytes: Uint8Array, type?: string }'
  if (merged === undefined) return file === '' ? '' : `{ ${file} }`
  const text = typeText(merged, '')
  return file === '' ? text : text.replace(/\n\}$/, `\n  ${file}\n}`)
}

const section = (name: string, row: Endpoint): string => {
  const traits = [
    row.auth === 'token' ? null : `credentials: ${row.auth}`,
    row.host === 'api' ? null : `host: ${row.host}`,
    row.idempotent ? 'may be repeated' : null,
    row.daily === null ? null : `${row.daily.toLocaleString('en')} a day`,
    row.source,
  ].filter(trait => trait !== null)
  const errors = row.errors.map(code => `${code} ${explain(code).en} (\`${explain(code).reaction}\`)`)
  return [
    `### ${name}`,
    row.does,
    `\`${row.method} ${row.path}\` · ${traits.join(' · ')}`,
    `\`\`\`ts\n${name}(${inputOf(row)}) → ${answerOf(row)}\n\`\`\``,
    ...(errors.length === 0 ? [] : [`Errors: ${errors.join(' · ')}`]),
  ].join('\n\n')
}

/** The reference page, made from the table. */
export const reference = (): string => {
  const areas = Object.entries<Record<string, Endpoint>>(endpoints)
  const count = areas.reduce((sum, [, rows]) => sum + Object.keys(rows).length, 0)
  const links = areas.map(([area, rows]) => `[${area}](#${area}) (${Object.keys(rows).length})`)
  const body = areas.map(([area, rows]) =>
    [`## ${area}`, ...Object.entries(rows).map(([name, row]) => section(`${area}.${name}`, row))].join('\n\n'),
  )
  return `<!-- Generated by \`npm run gen\` from src/endpoints. Not to be edited. -->

# Reference

${count} endpoints, each a function of the client: \`client.users.info({ openid })\`. Query and body are one object; the access token is added. 64-bit ids are
text. Codes that any call may meet (-1, 40001, 42001, 45009, 45011, 48001 …) are not repeated. The letter after a section says where the row was
seen: D official documents, S sources of other SDKs, U remembered. "May be repeated" means that the same call twice has the effect of one.

${links.join(' · ')}

${body.join('\n\n')}
`
}
