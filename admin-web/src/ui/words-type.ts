/** The same keys in another language: a missing or a surplus word fails to compile. */
export type Words<T> = { readonly [K in keyof T]: T[K] extends string ? string : Words<T[K]> }
