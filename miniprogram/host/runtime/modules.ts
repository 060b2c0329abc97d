import { space } from './environment.ts'
import { miniprogram } from './package.ts'

type Definition = Record<string, unknown>

const loaded = new Map<string, { exports: unknown }>()
const app: Record<string, unknown> = {}
let pageStack: () => unknown[] = () => []

/** The object that `App({...})` and `getApp()` share. */
export const appInstance = app

/** Tells the package's `getCurrentPages()` where the stack is. */
export function providePages(stack: () => unknown[]): void {
  pageStack = stack
}

function resolve(from: string, target: string): string {
  const base = target.startsWith('/') ? target.slice(1) : `${from.split('/').slice(0, -1).join('/')}/${target}`
  const parts: string[] = []
  for (const part of base.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  const path = parts.join('/')
  const found = [path, `${path}.js`, `${path}/index.js`].find(candidate => candidate in miniprogram.modules)
  if (found === undefined) throw new Error(`module ${target} was not found from ${from}`)
  return found
}

/** Runs a file of the package once, with the globals that WeChat gives to it, and returns its exports. */
export function load(file: string): unknown {
  const known = loaded.get(file)
  if (known) return known.exports
  const run = miniprogram.modules[file]
  if (!run) throw new Error(`there is no ${file} in the package`)
  const module = { exports: {} as unknown }
  loaded.set(file, module)
  space.componentEnv(file.slice(0, -'.js'.length), ({ Page, Component, Behavior }) => {
    run(
      target => load(resolve(file, target)),
      module,
      module.exports,
      (window as unknown as { wx: unknown }).wx,
      (definition: Definition) => Object.assign(app, definition),
      Page,
      Component,
      Behavior,
      () => app,
      () => pageStack(),
    )
  })
  return module.exports
}
