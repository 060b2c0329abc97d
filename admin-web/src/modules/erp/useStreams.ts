import { shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { erp } from '../../api/index.ts'

export type Stream = Awaited<ReturnType<typeof erp.streams>>['items'][number]
const kept = shallowRef<readonly Stream[]>([])
let asking: Promise<void> | null = null

/** The kinds of data that can be imported, read once, and their names. */
export function useStreams(): {
  streams: typeof kept
  streamName: (name: string) => string
  say: (text: { zh: string; en: string }) => string
} {
  const { locale } = useI18n()
  asking ??= erp.streams().then(
    reply => {
      kept.value = reply.items
    },
    () => {
      asking = null
    },
  )
  const say = (text: { zh: string; en: string }): string => (locale.value === 'en' ? text.en : text.zh)
  return {
    streams: kept,
    say,
    streamName: name => {
      const found = kept.value.find(stream => stream.name === name)
      return found === undefined ? name : say(found.label)
    },
  }
}
