/** A box to tick beside words (the slot); it only reports the wish, its owner holds the value. */
Component({
  properties: {
    checked: Boolean,
  },
  methods: {
    onTap() {
      this.triggerEvent('change', { checked: !this.properties.checked })
    },
  },
})
