import { builtinTags, type BuiltinTag } from './tags.ts'

const inputType = `{{ password ? 'password' : type === 'number' || type === 'digit' ? 'tel' : 'text' }}`

// The plain HTML inside a built-in tag; a tag that is not listed just shows its children.
const drawn: Partial<Record<BuiltinTag, string>> = {
  input: `<input class="inner" type="${inputType}" placeholder="{{placeholder}}" disabled="{{disabled}}" maxlength="{{maxlength}}" catch:input="onInput" catch:focus="onFocus" catch:blur="onBlur" catch:change="onConfirm" />`,
  textarea: `<textarea class="inner" placeholder="{{placeholder}}" disabled="{{disabled}}" maxlength="{{maxlength}}" catch:input="onInput" catch:focus="onFocus" catch:blur="onBlur"></textarea>`,
  image: `<img class="inner" alt="" draggable="false" catch:load="onLoad" catch:error="onError" />`,
  switch: `<div class="knob"></div>`,
  checkbox: `<div class="box"></div><slot/>`,
  radio: `<div class="dot"></div><slot/>`,
  progress: `<div class="bar" style="width:{{percent}}%"></div>`,
  'rich-text': `<div class="inner"></div>`,
  icon: '',
}

/** One template per built-in tag, compiled into the site beside those of the package. */
export const builtinTemplates: Record<string, string> = Object.fromEntries(
  builtinTags.map(tag => [tag, drawn[tag] ?? '<slot/>']),
)
