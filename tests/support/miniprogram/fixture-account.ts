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
