/** Why there is nothing here and what to do about it; sends `act` when its button is tapped. */
Component({
  properties: {
    kind: { type: String, value: 'empty' },
    title: String,
    text: String,
    action: String,
  },
  methods: {
    onAct() {
      this.triggerEvent('act')
    },
  },
})
