import { z } from 'zod'
import type { Contract, Operation } from './contract.ts'

type Json = Record<string, unknown>

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json
  return json
}

function fields(schema: z.ZodType | undefined, where: 'path' | 'query'): Json[] {
  if (schema === undefined) return []
  const json = schemaOf(schema, 'input') as { properties?: Record<string, unknown>; required?: string[] }
  return Object.entries(json.properties ?? {}).map(([name, value]) => ({
    name,
    in: where,
    required: where === 'path' || (json.required ?? []).includes(name),
    schema: value,
  }))
}

const SECURITY: Readonly<Record<string, Json[]>> = {
  public: [],
  shopper: [{ shopper: [] }],
  member: [{ shopper: [] }],
  // All four together: who, when, once, and signed.
  till: [{ tillId: [], tillTimestamp: [], tillNonce: [], tillSignature: [] }],
}

function operationOf(module: string, name: string, operation: Operation): Json {
  const body =
    operation.upload === true
      ? {
          content: {
            'multipart/form-data': {
              schema: { type: 'object', properties: { file: { type: 'string', format: 'binary' } } },
            },
          },
        }
      : operation.body === undefined
        ? undefined
        : { required: true, content: { 'application/json': { schema: schemaOf(operation.body, 'input') } } }
  return {
    operationId: `${module}.${name}`,
    tags: [module],
    summary: operation.summary,
    'x-access': operation.access,
    security: SECURITY[operation.access] ?? [{ staff: [] }],
    parameters: [...fields(operation.params, 'path'), ...fields(operation.query, 'query')],
    ...(body === undefined ? {} : { requestBody: body }),
    responses: {
      ...(operation.reply instanceof z.ZodVoid
        ? { 204: { description: 'Done' } }
        : {
            200: {
              description: 'OK',
              content: { 'application/json': { schema: schemaOf(operation.reply, 'output') } },
            },
          }),
      default: {
        description: 'An error',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  }
}

const text = { type: 'string' }

/** The OpenAPI 3.1 document of all contracts; `x-access` says who may call each operation. */
export function openapi(info: { title: string; version: string }, contracts: readonly Contract[]): Json {
  const paths: Record<string, Json> = {}
  for (const { module, operations } of contracts) {
    for (const [name, operation] of Object.entries(operations)) {
      const path = `/api${operation.path.replaceAll(/:(\w+)/g, '{$1}')}`
      ;(paths[path] ??= {})[operation.method.toLowerCase()] = operationOf(module, name, operation)
    }
  }
  return {
    openapi: '3.1.0',
    info,
    paths,
    components: {
      securitySchemes: {
        staff: { type: 'apiKey', in: 'cookie', name: 'zg_session' },
        shopper: { type: 'http', scheme: 'bearer' },
        tillId: { type: 'apiKey', in: 'header', name: 'x-till-id' },
        tillTimestamp: { type: 'apiKey', in: 'header', name: 'x-till-timestamp' },
        tillNonce: { type: 'apiKey', in: 'header', name: 'x-till-nonce' },
        tillSignature: {
          type: 'apiKey',
          in: 'header',
          name: 'x-till-signature',
          description:
            'HMAC-SHA256 in hex, with the till’s key, over id, timestamp, nonce, "METHOD path" and the body, joined by line feeds',
        },
      },
      schemas: {
        Error: {
          type: 'object',
          required: ['code', 'message', 'zh', 'en'],
          properties: { code: text, message: text, zh: text, en: text, details: {}, requestId: text },
        },
      },
    },
  }
}
