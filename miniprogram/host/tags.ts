/** WeChat's built-in tags that the host draws; in templates and styles each becomes `wx-<tag>`. */
export const builtinTags = [
  'view',
  'text',
  'label',
  'cover-view',
  'root-portal',
  'page-meta',
  'button',
  'form',
  'input',
  'textarea',
  'picker',
  'switch',
  'checkbox',
  'checkbox-group',
  'radio',
  'radio-group',
  'image',
  'icon',
  'progress',
  'rich-text',
  'navigator',
  'scroll-view',
  'swiper',
  'swiper-item',
] as const

/** The name of one built-in tag. */
export type BuiltinTag = (typeof builtinTags)[number]

const longestFirst = [...builtinTags].sort((a, b) => b.length - a.length)
const inTemplate = new RegExp(`<(/?)(${longestFirst.join('|')})(?=[\\s/>])`, 'g')

/** Renames the built-in tags of a template, so that they are found as global components. */
export function renameTags(template: string): string {
  return template.replace(inTemplate, '<$1wx-$2')
}
