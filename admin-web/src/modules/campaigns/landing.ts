/** Where a message may lead in the mini-program: its pages, by the word that a marketer chooses. */
export const landingPages = {
  coupons: 'pages/wallet/wallet',
  card: 'pages/code/code',
  receipts: 'pages/receipts/receipts',
  help: 'pages/help/help',
} as const
