// A bare number of 16 digits or more; digits inside names and texts need no care.
const wide = /[:,[\s]-?\d{16}/
const integer = /^-?\d+$/

// WeChat's msgid and msg_data_id exceed 2^53: JSON.parse alone would change their last digits
// (protocol note §2.3). The third argument gives the digits as they were written.
const keepDigits = (_key: string, value: unknown, context?: { source?: string }): unknown =>
  typeof value === 'number' && !Number.isSafeInteger(value) && integer.test(context?.source ?? '')
    ? context?.source
    : value

const parse = (text: string): unknown => (wide.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text))

/** Parses JSON; integers beyond 2^53 come back as strings, digit for digit. Throws SyntaxError. */
export const parseLossless = (text: string): unknown => {
  try {
    return parse(text)
  } catch {
    // Old nicknames carry raw control characters inside strings, which JSON forbids.
    // oxlint-disable-next-line no-control-regex
    return parse(text.replace(/[\u0000-\u001f]/g, ''))
  }
}

// oxlint-disable-next-line no-control-regex
const unwritable = /[\u0000-\u0007\u000b\u000e-\u001f]/g
const half = /\p{Surrogate}/gu

const writable = (_key: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replace(unwritable, '').replace(half, '\u{fffd}') : value

/**
 * Writes JSON in raw characters, never as \uXXXX, which WeChat refuses (47002, protocol note §2.3): control characters that
 * have no other form are left out, half a surrogate pair becomes U+FFFD.
 */
export const writeRawJson = (value: unknown): string => {
  const plain = JSON.stringify(value)
  return plain.includes('\\u') ? JSON.stringify(value, writable) : plain
}
