import { defineStore } from 'pinia'
import { ref } from 'vue'
import { brand as brandApi } from '../api/index.ts'

type Brand = NonNullable<Awaited<ReturnType<typeof brandApi.brand>>['brand']>

/** How the shop calls itself and looks; null until it is known, and where the server cannot be reached. */
export const useBrand = defineStore('brand', () => {
  const brand = ref<Brand | null>(null)

  function take(found: Brand): void {
    brand.value = found
    if (found.name !== '') document.title = found.name
  }
  async function find(): Promise<void> {
    try {
      const found = await brandApi.brand({ query: {} })
      if (found.brand !== null) take(found.brand)
    } catch {
      // The product's own name and mark stand in its place.
    }
  }
  return { brand, find, take }
})
