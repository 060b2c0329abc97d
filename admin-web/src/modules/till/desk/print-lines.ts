/** Gives lines to the browser's printer, in a font whose every Chinese character is as wide as two letters. */
export function printLines(lines: readonly string[], mm: 58 | 80): void {
  const frame = document.createElement('iframe')
  frame.hidden = true
  document.body.append(frame)
  const page = frame.contentDocument
  if (page === null) return frame.remove()
  const style = page.createElement('style')
  style.textContent = `@page { size: ${mm}mm auto; margin: 2mm } body { margin: 0 } pre { font: 3mm/1.4 'Noto Sans Mono CJK SC', SimSun, monospace; margin: 0 }`
  const text = page.createElement('pre')
  text.textContent = lines.join('\n')
  page.head.append(style)
  page.body.append(text)
  frame.contentWindow?.addEventListener('afterprint', () => frame.remove())
  frame.contentWindow?.print()
}
