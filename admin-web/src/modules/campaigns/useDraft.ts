import { computed, reactive, ref, type ComputedRef, type Ref } from 'vue'
import { campaigns } from '../../api/index.ts'
import { landingPages } from './landing.ts'
import type { Campaign } from './outcomes.ts'

/** The steps of the wizard in their order. */
export const steps = ['purpose', 'segment', 'coupon', 'route', 'text', 'time', 'check'] as const
export type Step = (typeof steps)[number]
export type Purpose = Campaign['purpose']
export type Route = Campaign['route']

/** A field of the message, as the route's template has it. */
export type Field = Awaited<ReturnType<typeof campaigns.options>>['routes'][number]['fields'][number]

/** A campaign being drawn up. */
export interface Draft {
  name: string
  purpose: Purpose | null
  segmentId: string | null
  /** '' = decided: no coupon; null = not decided yet. */
  couponTemplateId: string | null
  route: Route | null
  /** Field of the message → what it says. */
  fields: Record<string, string>
  page: string
  /** null = as soon as it is launched. */
  startAt: Date | null
}

/** Whether a field of the message may be sent as it says. */
export const fieldFits = ({ kind, max }: Field, value: string): boolean =>
  kind === 'date'
    ? /^\d{4}-\d\d-\d\d \d\d:\d\d$/.test(value)
    : value.trim() !== '' && Array.from(value.trim()).length <= max

/** The behaviour of the campaign wizard: what is decided, what is missing, and keeping it as a draft on the server. */
export function useDraft(
  campaignId: string | null,
  fields: () => readonly Field[],
): {
  draft: Draft
  id: Ref<string | null>
  done: (step: Step) => boolean
  missing: ComputedRef<Step[]>
  fill: (campaign: Campaign) => void
  save: () => Promise<string>
} {
  const id = ref(campaignId)
  const draft = reactive<Draft>({
    name: '',
    purpose: null,
    segmentId: null,
    couponTemplateId: null,
    route: null,
    fields: {},
    page: landingPages.coupons,
    startAt: null,
  })
  const done = (step: Step): boolean => {
    switch (step) {
      case 'purpose':
        return draft.purpose !== null && draft.name.trim() !== ''
      case 'segment':
        return draft.segmentId !== null
      case 'coupon':
        return draft.couponTemplateId !== null
      case 'route':
        return draft.route !== null && (draft.route !== 'none' || draft.couponTemplateId !== '')
      case 'text':
        return draft.route === 'none' || fields().every(field => fieldFits(field, draft.fields[field.key] ?? ''))
      case 'time':
        return draft.startAt === null || draft.startAt.getTime() > Date.now()
      case 'check':
        return false
    }
  }
  const missing = computed(() => steps.filter(step => step !== 'check' && !done(step)))
  async function save(): Promise<string> {
    const { purpose, segmentId, route } = draft
    if (purpose === null || segmentId === null || route === null) throw new Error('the draft is not complete')
    const body = {
      name: draft.name,
      purpose,
      segmentId,
      couponTemplateId: draft.couponTemplateId === '' ? null : draft.couponTemplateId,
      route,
      text: {
        fields:
          route === 'none'
            ? {}
            : Object.fromEntries(fields().map(({ key }) => [key, (draft.fields[key] ?? '').trim()])),
        page: draft.page,
      },
      startAt: draft.startAt?.toISOString() ?? null,
    }
    const saved =
      id.value === null
        ? await campaigns.create({ body })
        : await campaigns.update({ params: { campaignId: id.value }, body })
    id.value = saved.id
    return saved.id
  }
  return {
    draft,
    id,
    done,
    missing,
    fill: campaign => {
      draft.name = campaign.name
      draft.purpose = campaign.purpose
      draft.segmentId = campaign.segmentId
      draft.couponTemplateId = campaign.couponTemplateId ?? ''
      draft.route = campaign.route
      draft.fields = { ...campaign.text.fields }
      draft.page = campaign.text.page
      draft.startAt = campaign.startAt === null ? null : new Date(campaign.startAt)
    },
    save,
  }
}
