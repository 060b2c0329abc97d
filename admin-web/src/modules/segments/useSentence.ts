import { useI18n } from 'vue-i18n'
import { countText, fenText } from '../../ui/format.ts'
import type { Rule, Rules } from './rules.ts'

/** Says rules as one sentence a store manager understands. */
export function useSentence(): { sentence: (rules: Rules, nameOf?: (code: string) => string) => string } {
  const { t } = useI18n()
  const period = (days: number | null | undefined): string =>
    days === null || days === undefined ? t('segments.say.ever') : t('segments.say.recent', { days })
  const compare = (way: 'atLeast' | 'atMost'): string => (way === 'atLeast' ? '≥' : '≤')
  function say(rule: Rule, nameOf: (code: string) => string): string {
    switch (rule.kind) {
      case 'spent':
        return t('segments.say.spent', {
          period: period(rule.days),
          compare: compare(rule.compare),
          yuan: fenText(rule.fen).slice(1).replace(/\.00$/, ''),
        })
      case 'orders':
        return t('segments.say.orders', {
          period: period(rule.days),
          compare: compare(rule.compare),
          count: rule.count,
        })
      case 'lastOrder':
        return t(rule.compare === 'within' ? 'segments.say.lastWithin' : 'segments.say.lastBefore', { days: rule.days })
      case 'bought': {
        const first = nameOf(rule.codes[0] ?? '…')
        const what = rule.codes.length > 1 ? t('segments.say.more', { first, count: rule.codes.length }) : first
        return t('segments.say.bought', { period: period(rule.days), what })
      }
      case 'points':
        return t('segments.say.points', { compare: compare(rule.compare), points: countText(rule.points) })
      case 'follows':
        return t('segments.say.follows')
    }
  }
  return {
    sentence: (rules, nameOf = code => code) => {
      const list = (of: readonly Rule[], join: string): string => of.map(rule => say(rule, nameOf)).join(join)
      const parts: string[] = []
      if (rules.all.length > 0) parts.push(t('segments.say.all', { rules: list(rules.all, t('segments.say.and')) }))
      if (rules.any.length > 0) parts.push(t('segments.say.any', { rules: list(rules.any, t('segments.say.or')) }))
      if (rules.none.length > 0) parts.push(t('segments.say.none', { rules: list(rules.none, t('segments.say.or')) }))
      return parts.length === 0 ? t('segments.say.everyone') : parts.join(t('segments.say.join'))
    },
  }
}
