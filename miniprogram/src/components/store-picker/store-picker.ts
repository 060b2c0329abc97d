import { askForStore } from '../../lib/stores.ts'

/** A row (the slot) that lets one of the open stores be chosen; sends `choose` with its code, or null for none. */
Component({
  properties: {
    none: String,
  },
  methods: {
    onOpen() {
      askForStore(this.properties.none, storeCode => this.triggerEvent('choose', { storeCode }))
    },
  },
})
