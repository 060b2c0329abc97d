import { onScopeDispose, ref, watch, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { campaigns, members } from '../api/index.ts'
import { rooms } from './rooms.ts'
import { useSession } from './session.ts'

/** Something the search found, and where it is. */
export interface Hit {
  readonly key: string
  readonly kind: 'page' | 'act' | 'member' | 'campaign'
  readonly name: string
  readonly note: string
  readonly to: string
}

/** Looks for pages at once and for members and campaigns after a pause; a later answer never loses to an earlier one. */
export function useSearch(text: Ref<string>): { hits: Ref<Hit[]>; busy: Ref<boolean> } {
  const { t } = useI18n()
  const session = useSession()
  const hits = ref<Hit[]>([])
  const busy = ref(false)
  let turn = 0
  let pause: ReturnType<typeof setTimeout> | undefined

  function pages(wanted: string): Hit[] {
    const acts = [
      { key: 'newCampaign', to: '/campaigns/new', needs: 'campaigns.write' },
      { key: 'newSegment', to: '/segments/new', needs: 'segments.write' },
      { key: 'newCoupon', to: '/coupons/new', needs: 'coupons.write' },
      { key: 'newImport', to: '/imports/new', needs: 'imports.write' },
    ] as const
    const found: Hit[] = [
      ...rooms
        .filter(room => session.may(room.needs))
        .map(room => ({
          key: room.key,
          kind: 'page' as const,
          name: t(`app.rooms.${room.key}`),
          note: '',
          to: room.path,
        })),
      ...acts
        .filter(act => session.may(act.needs))
        .map(act => ({ key: act.key, kind: 'act' as const, name: t(`app.acts.${act.key}`), note: '', to: act.to })),
    ]
    return found.filter(
      hit => hit.name.toLowerCase().includes(wanted.toLowerCase()) || hit.to.includes(wanted.toLowerCase()),
    )
  }
  async function people(wanted: string): Promise<Hit[]> {
    if (!session.may('members.read')) return []
    const page = await members.list({ query: { search: wanted, limit: 6 } })
    return page.items.map(row => ({
      key: row.memberId,
      kind: 'member' as const,
      name: row.name === '' ? row.phone : `${row.name} ${row.phone}`,
      note: row.cardNo,
      to: `/members/${row.memberId}`,
    }))
  }
  async function sends(wanted: string): Promise<Hit[]> {
    if (!session.may('campaigns.read')) return []
    const page = await campaigns.list({ query: { q: wanted, limit: 5 } })
    return page.items.map(row => ({
      key: row.id,
      kind: 'campaign' as const,
      name: row.name,
      note: t(`campaigns.state.${row.state}`),
      to: `/campaigns/${row.id}`,
    }))
  }
  async function look(wanted: string, mine: number): Promise<void> {
    const found = await Promise.allSettled([people(wanted), sends(wanted)])
    if (mine !== turn) return
    hits.value = [...pages(wanted), ...found.flatMap(one => (one.status === 'fulfilled' ? one.value : []))]
    busy.value = false
  }
  watch(
    text,
    value => {
      const mine = ++turn
      const wanted = value.trim()
      clearTimeout(pause)
      hits.value = pages(wanted)
      busy.value = wanted.length >= 2
      if (!busy.value) return
      pause = setTimeout(() => void look(wanted, mine), 200)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(pause))
  return { hits, busy }
}
