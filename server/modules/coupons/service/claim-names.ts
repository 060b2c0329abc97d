import type { Kernel } from '../../../kernel/module.ts'
import { categoryTree, productFacts } from '../../catalog/index.ts'
import { offersRepository } from '../repository/offers.ts'
import { rulesOf } from './terms.ts'

/** What the rules of coupons speak of, by code: a coupon says 限蔬菜水果, not 限 C0102. */
export function couponNames({ db, clock }: Pick<Kernel, 'db' | 'clock'>) {
  return {
    /** Names of the categories and products in the rules of a member's coupons and of what can be claimed. */
    async of(memberId: string) {
      const held = await offersRepository(db).rulesHeld(memberId)
      const offered = (await offersRepository(db).open(clock.now(), 100)).map(({ template }) => template.rulesJson)
      const rules = [...new Set([...held, ...offered])].map(rulesOf)
      const categories = rules.flatMap(({ categories: { include, exclude } }) => [...include, ...exclude])
      const products = rules.flatMap(({ products: { include, exclude }, gives }) => [...include, ...exclude, ...gives])
      const named = (rows: readonly { code: string; name: string }[]) => rows.map(({ code, name }) => ({ code, name }))
      return {
        categories:
          categories.length === 0 ? [] : named(await categoryTree(db).where('code', 'in', categories).execute()),
        products: products.length === 0 ? [] : named(await productFacts(db).where('code', 'in', products).execute()),
      }
    },
  }
}
