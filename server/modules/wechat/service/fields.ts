/** WeChat's limit of a `thing` field of a template. */
const THING = 20

/** A text as a template's `thing` field takes it: one line of at most 20 characters, the cut shown by an ellipsis. */
export function thingField(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  if (line.length <= THING) return line
  // By code points, so that no character is cut in half.
  let short = ''
  for (const sign of line) {
    if (short.length + sign.length > THING - 1) break
    short += sign
  }
  return `${short}…`
}
