import { MiniProgramEnv, glassEasel } from 'glass-easel-miniprogram-adapter'
import { builtinTags } from '../tags.ts'
import { builtins, type Builtin, type BuiltinDefinition } from './builtins.ts'
import { miniprogram } from './package.ts'

glassEasel.globalOptions.useMethodCallerListeners = true

const environment = new MiniProgramEnv()
const context = new glassEasel.CurrentWindowBackendContext()

/** The code space that all pages and components of the package are registered in. */
export const space = environment.createCodeSpace('main', true)

/** The backend that pages are attached to. */
export const backend = environment.associateBackend(context)

// The backend only reports DOM events; sending them through the shadow trees is the host's part.
context.onEvent((target, type, detail, options) => {
  const event = new glassEasel.Event(type, detail, options)
  glassEasel.Event.dispatchEvent(target, event)
  // 1 is NoDefault, 0 is Normal: a const enum cannot be named here.
  return event.defaultPrevented() ? 1 : 0
})

// Handlers in a mini-program get plain objects: `{ ...event }` must keep type and detail, which are getters here.
const wrapEvent = glassEasel.Event.prototype.wrapShadowedEvent
glassEasel.Event.prototype.wrapShadowedEvent = function (this: glassEasel.Event<unknown>, ...args) {
  const wrapped = wrapEvent.apply(this, args)
  for (const key of ['type', 'detail', 'timeStamp'] as const) {
    Object.defineProperty(wrapped, key, { value: this[key], writable: true, enumerable: true, configurable: true })
  }
  return wrapped
}

// 'ready' is not sent by the framework itself: once, after the first attach.
const sendReady = space.getComponentSpace().defineBehavior({
  lifetimes: {
    attached(this: glassEasel.GeneralComponent | { _$: glassEasel.GeneralComponent }) {
      const component = '_$' in this ? this._$ : this
      setTimeout(() => component.triggerLifetime('ready', []), 0)
    },
  },
})
space.setOverallBehavior(sendReady)

// What WeChat takes as aria-… attributes, and the HTML attribute each becomes.
const spoken = {
  ariaRole: 'role',
  ariaLabel: 'aria-label',
  ariaChecked: 'aria-checked',
  ariaHidden: 'aria-hidden',
} as const

const kebab = (name: string) => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)

function setAttribute(element: HTMLElement, name: string, value: unknown): void {
  if (value === false || value === undefined || value === null || value === '') element.removeAttribute(name)
  else if (typeof value === 'string' || typeof value === 'number') element.setAttribute(name, String(value))
  else element.setAttribute(name, '')
}

function reflect(self: Builtin, definition: BuiltinDefinition): void {
  for (const name of ['hidden', ...(definition.reflect ?? [])]) setAttribute(self.element, kebab(name), self.data[name])
  for (const [name, attribute] of Object.entries(spoken)) setAttribute(self.element, attribute, self.data[name])
  if (definition.field) {
    const inner = self.element.querySelector<HTMLInputElement>(definition.field)
    const value = typeof self.data['value'] === 'string' ? self.data['value'] : ''
    if (inner && inner.value !== value) inner.value = value
    if (inner && typeof self.data['name'] === 'string') inner.dataset['fieldName'] = self.data['name']
    if (inner && self.data['focus'] === true) setTimeout(() => inner.focus(), 0)
  }
  definition.update?.(self)
}

interface Caller {
  _$: glassEasel.GeneralComponent
  data: Record<string, unknown>
  setData(data: Record<string, unknown>): void
  triggerEvent(name: string, detail: unknown, options?: object): void
}

function asBuiltin(caller: Caller): Builtin {
  return {
    data: caller.data,
    element: caller._$.$$ as unknown as HTMLElement,
    setData: data => caller.setData(data),
    emit: (name, detail, bubbles = false) => caller.triggerEvent(name, detail, { bubbles, composed: bubbles }),
  }
}

function registerBuiltin(tag: (typeof builtinTags)[number]): void {
  const definition: BuiltinDefinition = builtins[tag] ?? {}
  const name = `__builtin/${tag}`
  // shared: their inner elements are styled by the frame's own sheet
  space.addComponentStaticConfig(name, { component: true, usingComponents: {}, styleIsolation: 'shared' as never })
  const content = miniprogram.builtinTemplates[tag]
  if (!content) throw new Error(`<${tag}> has no template`)
  space.addCompiledTemplate(name, { groupList: miniprogram.builtinTemplates, content })
  const methods = Object.entries(definition.methods ?? {}).map(([method, run]) => [
    method,
    function (this: Caller) {
      run(asBuiltin(this))
    },
  ])
  const component = space
    .component(name)
    .definition({
      properties: {
        hidden: Boolean,
        ...Object.fromEntries(Object.keys(spoken).map(name => [name, String])),
        ...definition.properties,
      } as never,
      observers: {
        '**': function (this: Caller) {
          if (this._$.$$) reflect(asBuiltin(this), definition)
        },
      },
      methods: Object.fromEntries(methods) as never,
      lifetimes: {
        attached(this: Caller) {
          reflect(asBuiltin(this), definition)
          for (const [event, react] of Object.entries(definition.on ?? {})) {
            this._$.addListener(event, ({ detail }) =>
              react(asBuiltin(this), (detail ?? {}) as Record<string, unknown>),
            )
          }
        },
      },
    })
    .register()
  const registered = component as unknown as { _$?: unknown }
  space.getComponentSpace().setGlobalUsingComponent(`wx-${tag}`, (registered._$ ?? registered) as never)
}

/** Registers built-ins, component configurations, styles and templates of the package. Call once, before any module runs. */
export function prepareEnvironment(): void {
  for (const tag of builtinTags) registerBuiltin(tag)
  for (const [name, config] of Object.entries(miniprogram.configs)) {
    const component = config.component === true && !miniprogram.pages.includes(name)
    space.addComponentStaticConfig(name, { ...config, component, usingComponents: config.usingComponents ?? {} })
  }
  for (const [name, css] of Object.entries(miniprogram.styles)) {
    backend.registerStyleSheetContent(name, css)
    space.addStyleSheet(name, name, miniprogram.scopes[name])
  }
  for (const [name, scope] of Object.entries(miniprogram.scopes)) {
    if (miniprogram.styles[name] === undefined) space.addStyleSheet(name, undefined, scope)
  }
  for (const [name, content] of Object.entries(miniprogram.templates)) {
    space.addCompiledTemplate(name, { groupList: miniprogram.templates, content })
  }
}
