import { readFileSync } from 'node:fs'
import path from 'node:path'
import postcss, { type AtRule, type Root, type Rule } from 'postcss'
import selectorParser from 'postcss-selector-parser'
import { builtinTags } from './tags.ts'

const length = /(-?\d*\.?\d+)rpx/g
const tags: readonly string[] = builtinTags

/** Where the rules of one stylesheet apply: everywhere, in one page, or in one component. */
export type StyleReach = { kind: 'app' } | { kind: 'page'; page: string } | { kind: 'component'; prefix: string }

/** Turns one WXSS file, its imports included, into CSS for the browser. `rpx` becomes a multiple of `--rpx`. */
export function compileStyle(folder: string, file: string, reach: StyleReach): string {
  const sheet = withImports(folder, file, new Set())
  sheet.walkDecls(decl => {
    decl.value = decl.value.replace(length, (_, amount: string) => `calc(${amount} * var(--rpx))`)
  })
  sheet.walkAtRules(rule => {
    rule.params = rule.params.replace(length, (_, amount: string) => `${Number(amount) / 2}px`)
  })
  sheet.walkRules(rule => {
    if (!insideKeyframes(rule)) rule.selector = compileSelector(rule.selector, reach)
  })
  return sheet.toString()
}

function withImports(folder: string, file: string, seen: Set<string>): Root {
  const sheet = postcss.parse(readFileSync(path.join(folder, file), 'utf8'), { from: file })
  sheet.walkAtRules('import', (rule: AtRule) => {
    const target = rule.params.replace(/['"]|url\(|\)/g, '').trim()
    const imported = target.startsWith('/') ? target.slice(1) : path.posix.join(path.posix.dirname(file), target)
    if (seen.has(imported)) {
      rule.remove()
      return
    }
    seen.add(imported)
    rule.replaceWith(withImports(folder, imported, seen).nodes)
  })
  return sheet
}

function insideKeyframes(rule: Rule): boolean {
  return rule.parent?.type === 'atrule' && /keyframes/.test((rule.parent as AtRule).name)
}

function compileSelector(selector: string, reach: StyleReach): string {
  return selectorParser(all => {
    all.walkTags(tag => {
      if (tags.includes(tag.value)) tag.value = `wx-${tag.value}`
      else if (tag.value === 'page') tag.replaceWith(selectorParser.className({ value: 'wx-page' }))
    })
    if (reach.kind === 'component') {
      all.walkClasses(name => {
        if (name.value !== 'wx-page') name.value = `${reach.prefix}--${name.value}`
      })
      all.walkPseudos(pseudo => {
        if (pseudo.value === ':host') pseudo.replaceWith(attribute('wx-host', reach.prefix))
      })
    }
    if (reach.kind === 'page') all.each(one => stayInPage(one, reach.page))
  }).processSync(selector)
}

// Every page of the stack lives in one document here, so a page's own rules are tied to its root.
function stayInPage(selector: selectorParser.Selector, page: string): void {
  const first = selector.first
  if (first?.type === 'class' && first.value === 'wx-page') {
    selector.insertAfter(first, attribute('data-page', page))
  } else {
    selector.prepend(selectorParser.combinator({ value: ' ' }))
    selector.prepend(attribute('data-page', page))
  }
}

function attribute(name: string, value: string): selectorParser.Node {
  const [node] = selectorParser().astSync(`[${name}="${value}"]`).first.nodes
  if (!node) throw new Error(`no selector for ${name}`)
  return node
}
