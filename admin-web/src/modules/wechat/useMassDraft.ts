import { computed, reactive } from 'vue'
import type { wechat } from '../../api/index.ts'

type Order = Parameters<typeof wechat.sendMass>[0]['body']

/** A mass message as it is being written; every kind keeps what was typed for it. */
export interface MassDraft {
  title: string
  purpose: 'service' | 'marketing'
  target: 'all' | 'tag' | 'segment'
  tagId: string
  segmentId: string
  type: 'text' | 'image' | 'article' | 'voice'
  text: string
  pictures: string[]
  voiceId: string
  draftId: string
  draftTitle: string
  asReprint: boolean
  when: 'now' | 'later'
  at: Date | null
}

/** The draft, and what of it can be sent; null where something is missing. */
export function useMassDraft() {
  // The same key whatever is pressed twice: one mass message.
  const key = crypto.randomUUID()
  const form = reactive<MassDraft>({
    title: '',
    purpose: 'marketing',
    target: 'all',
    tagId: '',
    segmentId: '',
    type: 'text',
    text: '',
    pictures: [''],
    voiceId: '',
    draftId: '',
    draftTitle: '',
    asReprint: false,
    when: 'now',
    at: null,
  })
  const target = computed((): Order['target'] | null => {
    if (form.target === 'all') return { kind: 'all' }
    if (form.target === 'tag') return form.tagId === '' ? null : { kind: 'tag', tagId: form.tagId }
    return form.segmentId === '' ? null : { kind: 'segment', segmentId: form.segmentId }
  })
  const content = computed((): Order['content'] | null => {
    const materialIds = form.pictures.filter(Boolean)
    switch (form.type) {
      case 'text':
        return form.text.trim() === '' ? null : { type: 'text', text: form.text.trim() }
      case 'image':
        return materialIds.length === 0 ? null : { type: 'image', materialIds }
      case 'voice':
        return form.voiceId === '' ? null : { type: 'voice', materialId: form.voiceId }
      case 'article':
        return form.draftId === ''
          ? null
          : {
              type: 'article',
              mediaId: form.draftId,
              title: form.draftTitle.slice(0, 64),
              asReprint: form.asReprint,
            }
    }
    return null
  })
  const ready = computed(
    () => target.value !== null && content.value !== null && (form.when === 'now' || form.at !== null),
  )
  const body = computed(() => ({
    key,
    title: form.title,
    purpose: form.purpose,
    at: form.when === 'later' && form.at !== null ? form.at.toISOString() : null,
  }))
  return { form, target, content, ready, body }
}
