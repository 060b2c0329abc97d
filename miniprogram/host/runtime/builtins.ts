import type { BuiltinTag } from '../tags.ts'
import { chooseDate, chooseFrom } from './dialogs.ts'
import { openRights } from './open-rights.ts'

/** A built-in element at run time, as its listeners and methods see it. */
export interface Builtin {
  data: Record<string, unknown>
  element: HTMLElement
  setData(data: Record<string, unknown>): void
  emit(name: string, detail: unknown, bubbles?: boolean): void
}

/** How one built-in tag behaves; `reflect` names the properties that become HTML attributes for styling. */
export interface BuiltinDefinition {
  properties?: Record<string, unknown>
  reflect?: string[]
  field?: 'input' | 'textarea'
  methods?: Record<string, (self: Builtin) => void>
  on?: Record<string, (self: Builtin, detail: Record<string, unknown>) => void>
  update?: (self: Builtin) => void
}

const fieldProperties = {
  value: String, placeholder: String, placeholderClass: String, placeholderStyle: String, disabled: Boolean,
  maxlength: { type: Number, value: 140 }, focus: Boolean, name: String, cursorSpacing: Number, adjustPosition: Boolean,
} // prettier-ignore

const valueOf = (self: Builtin, field: string) => self.element.querySelector<HTMLInputElement>(field)?.value ?? ''

function fieldMethods(field: 'input' | 'textarea'): Record<string, (self: Builtin) => void> {
  return {
    onInput: self => self.emit('input', { value: valueOf(self, field) }),
    onFocus: self => self.emit('focus', { value: valueOf(self, field) }),
    onBlur: self => self.emit('blur', { value: valueOf(self, field) }),
    onConfirm: self => self.emit('confirm', { value: valueOf(self, field) }),
  }
}

const textOf = (self: Builtin, name: string): string => {
  const value = self.data[name]
  return typeof value === 'string' ? value : ''
}

const toggle = (self: Builtin): boolean => {
  if (self.data['disabled'] === true) return false
  self.setData({ checked: self.data['checked'] !== true })
  return true
}

async function pick(self: Builtin): Promise<void> {
  if (textOf(self, 'mode') === 'date') {
    const day = await chooseDate({
      value: textOf(self, 'value'),
      start: textOf(self, 'start'),
      end: textOf(self, 'end'),
    })
    if (day !== null) self.emit('change', { value: day })
    return
  }
  const range = (self.data['range'] ?? []) as (string | Record<string, string>)[]
  const choice = await chooseFrom(
    range.map(item => (typeof item === 'string' ? item : (item[textOf(self, 'rangeKey')] ?? ''))),
  )
  if (choice !== null) self.emit('change', { value: String(choice) })
}

/** The tags that do more than show their children. */
export const builtins: Partial<Record<BuiltinTag, BuiltinDefinition>> = {
  button: {
    properties: {
      type: String,
      size: String,
      disabled: Boolean,
      loading: Boolean,
      plain: Boolean,
      formType: String,
      openType: String,
      hoverClass: String,
      sessionFrom: String,
      sendMessageTitle: String,
      sendMessagePath: String,
      showMessageCard: Boolean,
    },
    reflect: ['type', 'size', 'disabled', 'plain', 'loading'],
    on: {
      tap: self => {
        if (self.data['disabled'] === true) return
        const kind = textOf(self, 'formType')
        if (kind !== '') self.emit('__form', { kind }, true)
        for (const right of textOf(self, 'openType').split('|')) void openRights[right]?.(self)
      },
    },
  },
  form: {
    on: {
      __form: (self, detail) => {
        const fields = [...self.element.querySelectorAll<HTMLInputElement>('[data-field-name]')]
        const value = Object.fromEntries(fields.map(field => [field.dataset['fieldName'] ?? '', field.value]))
        self.emit(String(detail['kind']), { value })
      },
    },
  },
  input: {
    properties: { ...fieldProperties, type: String, password: Boolean, confirmType: String },
    field: 'input',
    methods: fieldMethods('input'),
  },
  textarea: {
    properties: { ...fieldProperties, autoHeight: Boolean },
    field: 'textarea',
    methods: fieldMethods('textarea'),
  },
  picker: {
    properties: {
      mode: { type: String, value: 'selector' },
      start: String,
      end: String,
      range: Array,
      rangeKey: String,
      value: null,
      name: String,
      disabled: Boolean,
    },
    on: {
      tap: self => {
        if (self.data['disabled'] !== true) void pick(self)
      },
    },
  },
  switch: {
    properties: { checked: Boolean, disabled: Boolean, name: String, color: String },
    reflect: ['checked', 'disabled'],
    on: { tap: self => toggle(self) && self.emit('change', { value: self.data['checked'] }) },
  },
  checkbox: {
    properties: { value: String, checked: Boolean, disabled: Boolean, color: String },
    reflect: ['checked', 'disabled'],
    on: { tap: self => toggle(self) && self.emit('__check', {}, true) },
  },
  'checkbox-group': {
    properties: { name: String },
    on: {
      __check: self => {
        const checked = [...self.element.querySelectorAll('wx-checkbox[checked]')]
        self.emit('change', { value: checked.map(box => box.getAttribute('value') ?? '') })
      },
    },
  },
  radio: {
    properties: { value: String, checked: Boolean, disabled: Boolean, color: String },
    reflect: ['checked', 'value'],
    on: { tap: self => self.emit('__radio', { value: self.data['value'] }, true) },
  },
  'radio-group': { properties: { name: String }, on: { __radio: (self, detail) => self.emit('change', detail) } },
  image: {
    properties: { src: String, mode: { type: String, value: 'scaleToFill' }, lazyLoad: Boolean },
    reflect: ['mode'],
    methods: { onLoad: self => self.emit('load', {}), onError: self => self.emit('error', { errMsg: 'load failed' }) },
    update: self => {
      const image = self.element.querySelector('img')
      // a path from the package's root is one from this page
      const source = textOf(self, 'src').replace(/^\//, './')
      if (image && source !== '' && image.getAttribute('src') !== source) image.src = source
    },
  },
  progress: { properties: { percent: Number } },
  'page-meta': {
    properties: { pageStyle: String },
    // What is drawn before it is in the page is drawn again with it.
    update: self =>
      queueMicrotask(() => self.element.closest('.wx-page')?.setAttribute('style', textOf(self, 'pageStyle'))),
  },
  'rich-text': {
    properties: { nodes: String },
    update: self => {
      const inner = self.element.querySelector('.inner')
      if (inner) inner.innerHTML = textOf(self, 'nodes')
    },
  },
  navigator: {
    properties: { url: String, openType: { type: String, value: 'navigate' } },
    on: {
      tap: self => {
        const name = { navigate: 'navigateTo', redirect: 'redirectTo', switchTab: 'switchTab', reLaunch: 'reLaunch' }[
          String(self.data['openType'])
        ]
        const wx = (window as unknown as { wx: Record<string, (options: { url: unknown }) => void> }).wx
        if (name) wx[name]?.({ url: self.data['url'] })
      },
    },
  },
  'scroll-view': {
    properties: {
      scrollX: Boolean,
      scrollY: Boolean,
      scrollIntoView: String,
      scrollTop: Number,
      enhanced: Boolean,
      showScrollbar: Boolean,
    },
    reflect: ['scrollX', 'scrollY'],
  },
}
