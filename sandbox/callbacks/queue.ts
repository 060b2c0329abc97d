/** A line of what waits: adding and taking from the front cost the same however long it is. */
export interface Queue<Item> {
  add: (item: Item) => void
  /** Takes the item at this place from the front, 0 = the first. */
  take: (place: number) => Item | undefined
  size: () => number
  clear: () => void
}

/** An empty line. */
export const createQueue = <Item>(): Queue<Item> => {
  let items: (Item | undefined)[] = []
  let head = 0
  return {
    add: item => void items.push(item),
    take: place => {
      const at = Math.min(head + place, items.length - 1)
      const taken = items[at]
      // What stands before the one that overtakes moves up by one.
      for (let to = at; to > head; to--) items[to] = items[to - 1]
      items[head] = undefined
      if (head < items.length) head++
      if (head > 1024 && head * 2 > items.length) {
        items = items.slice(head)
        head = 0
      }
      return taken
    },
    size: () => items.length - head,
    clear: () => {
      items = []
      head = 0
    },
  }
}
