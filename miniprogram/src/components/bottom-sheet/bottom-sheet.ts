/** A sheet from the foot of the screen; sends `close` when the dark part is tapped. */
Component({
  properties: {
    open: Boolean,
    title: String,
  },
  methods: {
    onClose() {
      this.triggerEvent('close')
    },
    stay() {},
  },
})
