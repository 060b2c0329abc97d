/** Where a picture of the mall lies; '' where there is none. */
export const pictureUrl = (imageId: string | null): string =>
  imageId === null ? '' : `${__API_BASE__}/shop/mall/pictures/${imageId}`
