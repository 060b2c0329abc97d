import type { Page } from 'playwright-core'

/** What a picture would betray, said in words; an empty list is a page that stands. */
export async function faultsOf(page: Page, rooms: readonly string[]): Promise<string[]> {
  const found = await page.evaluate<string[]>(look)
  const text = await page.locator('body').innerText()
  const keys = new RegExp(String.raw`\b(?:${rooms.join('|')})\.[a-z]\w*(?:\.\w+)+`, 'g')
  return [
    ...found,
    ...(text.match(keys) ?? []).map(key => `bare key ${key}`),
    ...(text.match(/\bundefined\b|\bNaN\b|\[object |\{\w+\}|Invalid Date/g) ?? []).map(word => `says ${word}`),
  ]
}

/** Runs in the page: wider than the window; text cut off without dots; text upon text. */
const look = `(() => {
  const faults = []
  const wide = document.documentElement.scrollWidth - window.innerWidth
  if (wide > 0) faults.push('wider than the window by ' + wide + ' px')
  const say = element => element.tagName.toLowerCase() + '.' + String(element.className).slice(0, 40) + ' "' + element.textContent.trim().slice(0, 40) + '"'
  const texts = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement
    if (element === null || node.textContent.trim() === '' || element.closest('svg, canvas, script, style, [aria-hidden=true], .sr-only') !== null) continue
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const box = range.getBoundingClientRect()
    if (box.width < 3 || box.height < 3) continue
    // Only what can be seen: not scrolled away, not under a sheet.
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)
    if (top === null || !(top === element || element.contains(top) || top.contains(element))) continue
    texts.push({ element, box, lines: [...range.getClientRects()] })
    const style = getComputedStyle(element)
    const hides = style.overflowX === 'hidden' || style.overflowX === 'clip'
    const dotted = style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none'
    if (hides && !dotted && element.scrollWidth > element.clientWidth + 1) faults.push('cut off: ' + say(element))
    if (hides && style.webkitLineClamp === 'none' && element.scrollHeight > element.clientHeight + 6 && element.clientHeight > 0)
      faults.push('cut off below: ' + say(element))
    const button = element.closest('button, .el-tag, th')
    if (button !== null && box.right > button.getBoundingClientRect().right + 2 && !dotted)
      faults.push('runs out of its box: ' + say(element))
  }
  for (let i = 0; i < texts.length; i++) {
    for (let j = i + 1; j < texts.length; j++) {
      const [a, b] = [texts[i], texts[j]]
      if (a.element.contains(b.element) || b.element.contains(a.element)) continue
      const width = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left)
      const height = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top)
      if (width < 4 || height < 5) continue
      const clipped = element => { for (let up = element; up !== null; up = up.parentElement) if (getComputedStyle(up).overflowX !== 'visible') return up; return null }
      const inside = (element, box) => { const clip = clipped(element); if (clip === null) return box; const c = clip.getBoundingClientRect(); return { left: Math.max(box.left, c.left), right: Math.min(box.right, c.right), top: Math.max(box.top, c.top), bottom: Math.min(box.bottom, c.bottom) } }
      const [p, q] = [inside(a.element, a.box), inside(b.element, b.box)]
      if (Math.min(p.right, q.right) - Math.max(p.left, q.left) < 4 || Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) < 5) continue
      // A sentence that wraps lies around its controls: only its lines count, not the box around them.
      const meet = (s, t) => Math.min(s.right, t.right) - Math.max(s.left, t.left) >= 4 && Math.min(s.bottom, t.bottom) - Math.max(s.top, t.top) >= 5
      if (!a.lines.some(s => b.lines.some(t => meet(s, t)))) continue
      faults.push('upon each other: ' + say(a.element) + ' and ' + say(b.element))
    }
  }
  return [...new Set(faults)].slice(0, 12)
})()`
