import { useI18n } from 'vue-i18n'

/** Routes, templates and outcomes of messages in words; a name that is not known shows as it came. */
export function useMessageWords(): {
  routeText: (route: string, template: string) => string
  stateText: (state: string) => string
  stateTone: (state: string) => 'good' | 'warn' | 'bad' | 'note' | 'quiet' | 'accent'
} {
  const { t, te } = useI18n()
  const known = (key: string, name: string): string => (te(`${key}.${name}`) ? t(`${key}.${name}`) : name)
  const tones = {
    sent: 'good',
    failed: 'bad',
    refused: 'bad',
    unknown: 'warn',
    sending: 'accent',
    planned: 'note',
  } as const
  return {
    routeText: (route, template) => {
      const words = known('wechat.messages.routes', route)
      return template === '' ? words : `${words} · ${known('wechat.messages.templates', template)}`
    },
    stateText: state => known('wechat.messages.states', state),
    stateTone: state => Object.entries(tones).find(([name]) => name === state)?.[1] ?? 'quiet',
  }
}
