import { useI18n } from 'vue-i18n'

const tones = {
  sent: 'good',
  failed: 'bad',
  refused: 'bad',
  unknown: 'warn',
  sending: 'accent',
  planned: 'note',
} as const

/** Routes, templates and outcomes of messages in words; a name that is not known shows as it came. */
export function useMessageWords(): {
  routeText: (route: string, template: string) => string
  stateText: (state: string) => string
  stateTone: (state: string) => 'good' | 'warn' | 'bad' | 'note' | 'quiet' | 'accent'
} {
  const { t, te } = useI18n()
  const templateText = (name: string): string =>
    te(`wechat.messages.templates.${name}`) ? t(`wechat.messages.templates.${name}`) : name
  return {
    routeText: (route, template) => {
      const words = te(`wechat.messages.routes.${route}`) ? t(`wechat.messages.routes.${route}`) : route
      return template === '' ? words : `${words} · ${templateText(template)}`
    },
    stateText: state => (te(`wechat.messages.states.${state}`) ? t(`wechat.messages.states.${state}`) : state),
    stateTone: state => Object.entries(tones).find(([name]) => name === state)?.[1] ?? 'quiet',
  }
}
