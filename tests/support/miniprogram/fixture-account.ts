// What the pages of one's own account show: claims, requests, household, payments.
export const lateClaims = [
  {
    claimId: '01JD0000000000000000000601',
    claim: { storeCode: 'S01', businessDate: '2026-11-20', amount: 6340, time: '18:06' },
    reason: 'noReceipt',
    state: 'waiting',
    requestedAt: '2026-11-21T03:00:00.000Z',
    dueOn: '2026-11-23',
    points: null,
    decision: null,
  },
  {
    claimId: '01JD0000000000000000000602',
    claim: { storeCode: 'S01', businessDate: '2026-11-12', amount: 12850, time: '10:20' },
    reason: 'noReceipt',
    state: 'credited',
    requestedAt: '2026-11-13T03:00:00.000Z',
    dueOn: '2026-11-16',
    points: 128,
    decision: null,
  },
]

export const personRequests = [
  {
    requestId: '01JD0000000000000000000701',
    kind: 'export',
    state: 'ready',
    source: 'miniprogram',
    requestedAt: '2026-11-21T03:00:00.000Z',
    dueOn: '2026-12-11',
    finishedAt: '2026-11-21T03:01:00.000Z',
  },
]

export const household = {
  limit: 4,
  role: 'head',
  headId: '01JD0000000000000000000800',
  headName: '王**',
  members: [
    { memberId: '01JD0000000000000000000801', name: '李**', joinedAt: '2026-11-01T03:00:00.000Z' },
    { memberId: '01JD0000000000000000000802', name: '', joinedAt: '2026-11-05T03:00:00.000Z' },
  ],
  code: '7K3MWX9P',
  codeUntil: '2026-11-22T03:00:00.000Z',
}

/** What the shopper is asked to pay. */
export const payments = [
  {
    orderNo: 'ZG2026112200000001',
    description: '积分商城 运费',
    totalFen: 800,
    request: { timeStamp: '1795319600', nonceStr: 'n', package: 'prepay_id=wx1', signType: 'RSA', paySign: 's' },
  },
]

const buyer = {
  kind: 'company',
  title: '杭州禾木餐饮管理有限公司',
  taxNo: '91330106MA2AX7Q458',
  email: 'caiwu@hemu.example',
}
const asked = { askedAt: '2026-11-21T03:00:00.000Z', amount: 5840, reason: null, buyer }
const made = { state: 'issued', invoiceNo: '26332000000012345678', amount: 5840, redAmount: 0, redNo: null }
const notMade = { state: 'none', invoiceNo: null, amount: null, redAmount: 0, redNo: null }
const slip = { documentId: 'd', storeName: '禾谷生鲜 望江路店', receiptNo: '0004520', businessDate: '2026-11-20' }
const money = { paid: 6340, notInvoiced: 500, back: 0, invoiceable: 5840 }

/** A receipt's invoice, as far as the name of the receipt says. */
export function invoice(far: string): unknown {
  const open = { ...slip, ...money, invoice: notMade, request: null, last: null }
  const request = (state: string, more = {}) => ({ ...open, request: { ...asked, state, ...more }, last: buyer })
  if (far === 'asked' || far === 'withdrawn') return request(far)
  if (far === 'rejected') return request(far, { reason: '税号与抬头对不上，请核对营业执照' })
  if (far === 'void') return { ...request(far), back: 5840, invoiceable: 0 }
  if (far === 'nothing') return { ...open, paid: 500, notInvoiced: 500, invoiceable: 0 }
  if (far === 'issued') return { ...request(far), invoice: made }
  const back = { ...request(far), back: 1590, invoiceable: 4250 }
  if (far === 'redNeeded') return { ...back, invoice: { ...made, state: far, redAmount: 1590 } }
  if (far === 'red')
    return { ...back, invoice: { ...made, state: far, redAmount: 1590, redNo: '26332000000087654321' } }
  return open
}
