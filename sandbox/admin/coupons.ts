import { z } from 'zod'
import { onPhone, packOf } from '../pay/product-coupons.ts'
import { Impossible } from '../state/actions.ts'
import { changed, type World } from '../state/world.ts'
import { AdminError, type AdminRoute } from './routes.ts'

const What = z.enum(['use', 'return', 'remove'])

/** `/__sim/people/:id/coupons`: the 商品券 in somebody's card pack, and what that person does with them. */
export const couponRoutes = (world: World): AdminRoute[] => {
  const personOf = (id: string | undefined) => {
    const person = world.people.get(id ?? '')
    if (person === undefined) throw new AdminError(404, 'no such person')
    return person
  }
  return [
    {
      method: 'GET',
      path: '/__sim/people/:id/coupons',
      run: ({ params }) => ({ json: { items: packOf(world, personOf(params['id'])) } }),
    },
    {
      method: 'POST',
      path: '/__sim/people/:id/coupons/:code/:what',
      run: ({ params }) => {
        const person = personOf(params['id'])
        try {
          onPhone(world, person, params['code'] ?? '', What.parse(params['what']))
        } catch (error) {
          throw error instanceof Impossible ? new AdminError(409, error.message) : error
        }
        changed(world, person)
        return { json: { items: packOf(world, person) } }
      },
    },
  ]
}
