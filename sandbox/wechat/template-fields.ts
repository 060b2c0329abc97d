import type { Template } from '../accounts.ts'
import { object, text } from './call.ts'

// wechat-protocol §3.1: kinds and lengths of parameters, as WxJava checks them.
const longest: Record<string, number> = {
  thing: 20,
  character_string: 32,
  phone_number: 17,
  car_number: 8,
  const: 20,
  number: 32,
}
const kinds: Record<string, RegExp> = { number: /^-?\d+(\.\d+)?$/, character_string: /^[\x20-\x7e]+$/ }

/** Fields ready to be drawn, or the name of the one that is wrong in WeChat's words. */
export const readFields = (
  template: Template,
  data: Record<string, unknown>,
  strict: boolean,
): { fields: { label: string; value: string }[] } | { wrong: string } => {
  const values = object(data, 'data')
  if (values === null) return { wrong: 'argument invalid! data' }
  const known = new Set(template.fields.map(field => field.key))
  // A parameter that the template does not have is refused since the templates by category (§3.1).
  const foreign = Object.keys(values).find(key => !known.has(key))
  if (foreign !== undefined) return { wrong: `argument invalid! data.${foreign}.value invalid` }
  const fields: { label: string; value: string }[] = []
  for (const { key, label } of template.fields) {
    const value = text(object(values, key) ?? {}, 'value')
    const kind = key.replace(/\d+$/, '')
    if (value === '') {
      // "emtpy" is WeChat's own spelling.
      if (strict) return { wrong: `argument invalid! data.${key}.value is emtpy` }
      continue
    }
    if (value.length > (longest[kind] ?? 64) || kinds[kind]?.test(value) === false)
      return { wrong: `argument invalid! data.${key}.value invalid` }
    fields.push({ label, value })
  }
  return { fields }
}
