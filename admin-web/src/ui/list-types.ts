/** A column of a list. The first names the thing; numbers go right; `sort` is the word the server sorts by. */
export interface Column {
  readonly key: string
  readonly label: string
  readonly align?: 'left' | 'right'
  readonly width?: string
  readonly sort?: string
  /** Not shown until it is chosen. */
  readonly spare?: boolean
}

/** A filter shown as a chip above the list; the empty value means all. */
export interface Filter {
  readonly key: string
  readonly label: string
  readonly options: readonly { readonly value: string; readonly label: string }[]
}

/** A view that a page brings along, e.g. one's own customers. */
export interface ReadyView {
  readonly name: string
  readonly filters: Readonly<Record<string, string>>
}
