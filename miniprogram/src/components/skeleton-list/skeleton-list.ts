/** Grey lines in the shape of a list while it loads. */
Component({
  properties: {
    rows: { type: Array, value: [1, 2, 3, 4] },
  },
})
