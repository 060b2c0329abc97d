import type { ColumnType } from "kysely";
export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;
export type Timestamp = ColumnType<Date, Date | string, Date | string>;

export type AuditEntry = {
    id: string;
    at: Timestamp;
    actorKind: string;
    actorId: string;
    actorName: string;
    action: string;
    subjectKind: string;
    subjectId: string;
    storeCode: string | null;
    reason: string | null;
    detailsJson: string | null;
    requestId: string | null;
    ip: string | null;
};
export type BirthdayGift = {
    memberId: string;
    year: number;
    /**
     * @kyselyType(string)
     */
    birthday: string;
    /**
     * @kyselyType(string)
     */
    givenOn: string;
    points: number;
    coupons: number;
    storeCode: string | null;
    version: number;
    at: Timestamp;
};
export type BirthdayTurn = {
    memberId: string;
    /**
     * @kyselyType(string)
     */
    lastOn: string | null;
};
export type Brand = {
    id: string;
    name: string;
    /**
     * #rrggbb in small letters, dark enough for white writing
     */
    colour: string;
    /**
     * a small picture as a data URI; null = the first character of the name
     */
    logo: string | null;
    /**
     * 1, 2, 3 …: what clients that keep a copy ask by
     */
    version: number;
    updatedAt: Timestamp;
};
export type BrandBanner = {
    id: string;
    isOn: number;
    pictureId: string | null;
    textZh: string;
    /**
     * empty = the Chinese line stands in both languages
     */
    textEn: string;
    /**
     * none, or one of the mini-program's own pages
     */
    leadsTo: string;
    /**
     * the first and the last day on which it is shown; null = no end on that side
     * @kyselyType(string)
     */
    fromDay: string | null;
    /**
     * @kyselyType(string)
     */
    untilDay: string | null;
    updatedAt: Timestamp;
};
export type BrandPicture = {
    id: string;
    /**
     * The bytes, in the files module.
     */
    fileId: string;
    /**
     * image/jpeg | image/png | image/webp, by what the bytes say.
     */
    mediaType: string;
    createdBy: string;
    createdAt: Timestamp;
};
export type Campaign = {
    id: string;
    name: string;
    /**
     * service | marketing
     */
    purpose: string;
    segmentId: string;
    segmentName: string;
    /**
     * the segment's rules at launch
     */
    rulesJson: string | null;
    couponTemplateId: string | null;
    /**
     * none | subscribe | template
     */
    route: string;
    textJson: string;
    /**
     * draft | scheduled | issuing | sending | paused | done | stopped
     */
    state: string;
    /**
     * where a paused campaign goes on: issuing | sending
     */
    pausedFrom: string | null;
    startAt: Timestamp | null;
    frozenAt: Timestamp | null;
    /**
     * who works on it now; an older worker that wakes up again finds that it is not it
     */
    chain: string | null;
    /**
     * the last sign of work; a sweep takes up a campaign whose worker died
     */
    beatAt: Timestamp | null;
    finishedAt: Timestamp | null;
    wholeChain: number;
    createdBy: string;
    launchedBy: string | null;
    createdAt: Timestamp;
    changedAt: Timestamp;
};
export type CampaignRecipient = {
    campaignId: string;
    memberId: string;
    storeCode: string | null;
    openid: string | null;
    /**
     * none | waiting | issued | failed | stopped
     */
    coupon: string;
    couponReason: Generated<string>;
    /**
     * none | waiting | planned | noRight | skipped | stopped; once planned, the outcome is the message's own state
     */
    message: string;
    reason: Generated<string>;
};
export type CampaignStore = {
    campaignId: string;
    storeCode: string;
};
export type CampaignTally = {
    campaignId: string;
    /**
     * coupon | message
     */
    about: string;
    /**
     * the state of the recipient's row
     */
    outcome: string;
    reason: string;
    people: number;
};
export type Card = {
    cardNo: string;
    phoneSealed: string | null;
    phoneHash: string | null;
    nameSealed: string | null;
    nameHash: string | null;
    storeCode: string | null;
    /**
     * @kyselyType(string)
     */
    issuedOn: string | null;
    balancePoints: Generated<number>;
    /**
     * The last use the old system knows: day and amount, the questions of the second proof.
     * @kyselyType(string)
     */
    lastUsedOn: string | null;
    lastAmount: string | null;
    /**
     * open | bound | void
     */
    state: string;
    memberId: string | null;
    boundAt: Timestamp | null;
    /**
     * Wrong second proofs so far.
     */
    proofAttempts: Generated<number>;
    importId: string | null;
    contentHash: string;
    importedAt: Timestamp;
};
export type Category = {
    code: string;
    parentCode: string | null;
    name: string;
    level: number;
    updatedAt: Timestamp;
};
export type ChannelEnrolment = {
    memberId: string;
    codeId: string;
    touchedAt: Timestamp;
    enrolledAt: Timestamp;
    /**
     * the shop's day of it: from then on purchases count
     * @kyselyType(string)
     */
    enrolledOn: string;
};
export type Consent = {
    memberId: string;
    purpose: string;
    channel: string;
    granted: number;
    version: string;
    source: string;
    at: Timestamp;
};
export type ConsentEntry = {
    id: string;
    memberId: string;
    purpose: string;
    channel: string;
    granted: number;
    version: string;
    source: string;
    at: Timestamp;
};
export type Coupon = {
    id: string;
    code: string;
    templateId: string;
    memberId: string;
    /**
     * The how-many-eth of this template for this member: the unique index holds the limit under any race.
     */
    seq: number;
    /**
     * For ever: campaign:<id>:<member>, so that a repeat gives nothing twice.
     */
    issueKey: string;
    /**
     * issued | locked | redeemed | lapsed | expired | void | gifting | gifted
     */
    state: string;
    validFrom: Timestamp;
    validTo: Timestamp;
    issuedAt: Timestamp;
    /**
     * The sale that holds or has used it.
     */
    docKey: string | null;
    lockedUntil: Timestamp | null;
    redeemedAt: Timestamp | null;
    redeemedStore: string | null;
    /**
     * Fen that it took off, less what a return took back.
     */
    discount: number | null;
    /**
     * What it promised when a sale locked it, for that sale and its returns.
     */
    termsJson: string | null;
    rulesVersion: number | null;
    updatedAt: Timestamp;
};
export type CouponAllowance = {
    staffId: string;
    /**
     * @kyselyType(string)
     */
    day: string;
    fen: number;
};
export type CouponBulk = {
    id: string;
    /**
     * issue | void | pool
     */
    kind: string;
    templateId: string | null;
    fileId: string;
    fileName: string;
    reason: string;
    /**
     * reading | ready | waiting | running | done | stopped | refused | failed
     */
    state: string;
    rowsTotal: Generated<number>;
    rowsBad: Generated<number>;
    rowsDone: Generated<number>;
    /**
     * Fen that it may cost at most.
     */
    worth: Generated<number>;
    problem: string | null;
    requestedBy: string;
    requestedAt: Timestamp;
    decidedBy: string | null;
    decidedAt: Timestamp | null;
    decision: string | null;
    finishedAt: Timestamp | null;
    updatedAt: Timestamp;
};
export type CouponBulkRow = {
    bulkId: string;
    line: number;
    /**
     * What the row names, masked where it is a phone.
     */
    subject: string;
    /**
     * Whom or what it means: a member's id, a coupon's id, a code.
     */
    target: string | null;
    /**
     * open | done | bad
     */
    state: string;
    /**
     * Why a bad one is bad, as a name of contract/bulk.
     */
    reason: string | null;
};
export type CouponCodeUse = {
    codeId: string;
    memberId: string;
    nth: number;
    /**
     * What the phone calls this tap, so that a repeat is the same use.
     */
    requestKey: string;
    usedAt: Timestamp;
};
export type CouponCompensation = {
    id: string;
    /**
     * For ever: compensation:<member>:<key of the form>, also the issue key of its coupon.
     */
    key: string;
    memberId: string;
    templateId: string;
    /**
     * The member's home store when it was asked for: whose managers see it.
     */
    storeCode: string | null;
    /**
     * Fen that the coupon takes off at most; 0 = nobody can say.
     */
    worth: number;
    /**
     * quality | service | price | points | other
     */
    reason: string;
    note: string;
    /**
     * waiting | given | refused
     */
    state: string;
    couponId: string | null;
    requestedBy: string;
    requestedAt: Timestamp;
    decidedBy: string | null;
    decidedAt: Timestamp | null;
    decision: string | null;
};
export type CouponEvent = {
    id: string;
    couponId: string;
    /**
     * issue | lock | redeem | release | reprice | restore | lapse | expire | void | gift | takeBack | given
     */
    kind: string;
    docKey: string | null;
    /**
     * What it took off (redeem) or takes off less (reprice, restore, lapse: below zero), fen.
     */
    fen: number | null;
    staffId: string | null;
    note: string | null;
    at: Timestamp;
};
export type CouponGift = {
    id: string;
    couponId: string;
    giverId: string;
    /**
     * What the link carries.
     */
    linkCode: string;
    /**
     * open | taken | back
     */
    state: string;
    until: Timestamp;
    takerId: string | null;
    newCouponId: string | null;
    createdAt: Timestamp;
    closedAt: Timestamp | null;
};
export type CouponOffer = {
    id: string;
    templateId: string;
    /**
     * recommended | store | newcomer
     */
    shelf: string;
    /**
     * open | closed
     */
    state: string;
    /**
     * Whether claims are let in by Redis and settled by the jobs: for the minutes when everybody comes at once.
     */
    hot: number;
    closesAt: Timestamp | null;
    /**
     * For newcomer: how many days after the card was opened.
     */
    newDays: number | null;
    claimed: Generated<number>;
    createdBy: string;
    createdAt: Timestamp;
    updatedAt: Timestamp;
};
export type CouponPoolCode = {
    code: string;
    templateId: string;
    bulkId: string;
    memberId: string | null;
    takenAt: Timestamp | null;
};
export type CouponPublicCode = {
    id: string;
    code: string;
    templateId: string;
    perMember: number;
    maxUses: number;
    used: Generated<number>;
    /**
     * on | off
     */
    state: string;
    endsAt: Timestamp | null;
    createdBy: string;
    createdAt: Timestamp;
};
export type CouponRail = {
    couponId: string;
    templateId: string;
    couponCode: string;
    productCouponId: string;
    stockId: string;
    appId: string;
    openid: string;
    /**
     * NONE (not there yet) | REFUSED | what WeChat says: CONFIRMING | PENDING | EFFECTIVE | USED | EXPIRED | DELETED | DEACTIVATED
     */
    state: string;
    /**
     * WeChat's code of a refusal.
     */
    reason: Generated<string>;
    /**
     * Grows with every request and every use there: an answer about an older number is not believed.
     */
    turn: Generated<number>;
    /**
     * Uses that were made at WeChat.
     */
    uses: Generated<number>;
    /**
     * Used at WeChat although a sale of ours had used it too: a loss to be seen.
     */
    usedTwice: Generated<number>;
    /**
     * When WeChat is to be asked how it stands; null = not before it says something.
     */
    askDue: Timestamp | null;
    askedAt: Timestamp | null;
    createdAt: Timestamp;
    updatedAt: Timestamp;
};
export type CouponRailRequest = {
    /**
     * out_request_no: ours and permanent, so the same request asked again is the same.
     */
    requestNo: string;
    couponId: string;
    /**
     * send | confirm | use | return | deactivate
     */
    kind: string;
    /**
     * Requests of one coupon go in this order, one after the other.
     */
    seq: Generated<number>;
    /**
     * What it is asked for: the sale that used it or came back; '' where it is asked once for ever.
     */
    occasion: Generated<string>;
    /**
     * WeChat's numbers of the coupon's rule and of the batch.
     */
    productCouponId: string;
    stockId: string;
    appId: string;
    openid: string;
    /**
     * The coupon's code there: ours, so that it can always be asked about.
     */
    couponCode: string;
    /**
     * planned | sending | done | refused | unknown
     */
    state: string;
    tries: Generated<number>;
    /**
     * While sending: whoever has it is taken for dead after this. Else: not before this.
     */
    due: Timestamp;
    lease: string | null;
    /**
     * WeChat's code of a refusal.
     */
    reason: Generated<string>;
    createdAt: Timestamp;
    updatedAt: Timestamp;
};
export type CouponRedemption = {
    couponId: string;
    docKey: string;
    templateId: string;
    memberId: string;
    storeCode: string;
    /**
     * The shop day, as a number of this member and template on it: the unique index holds the day's limit. Null once it came back.
     * @kyselyType(string)
     */
    day: string;
    nth: number | null;
    /**
     * The member, where only a first purchase counts: the unique index lets there be one. Null once it came back.
     */
    firstOf: string | null;
    rulesVersion: number;
    discount: number;
    /**
     * Fen of `discount` that returns have taken back.
     */
    takenBack: Generated<number>;
    /**
     * Who bears what is left of it, fen; their sum is discount − takenBack.
     */
    costHq: number;
    costStore: number;
    costSupplier: number;
    redeemedAt: Timestamp;
    /**
     * When the coupon was restored or lapsed.
     */
    returnedAt: Timestamp | null;
};
export type CouponRelease = {
    offerId: string;
    at: Timestamp;
    quantity: number;
};
export type CouponTemplate = {
    id: string;
    name: string;
    /**
     * amountOff | percentOff | exchange | freeShipping | gift
     */
    kind: string;
    /**
     * amountOff: what it takes off; else 0.
     */
    amountOff: Generated<number>;
    /**
     * percentOff: what is still paid of a hundred (88 = 8.8折).
     */
    payPercent: number | null;
    /**
     * percentOff, freeShipping, exchange, gift: it never takes off more.
     */
    maxOff: number | null;
    /**
     * Of the goods in its scope, before any coupon.
     */
    threshold: number;
    /**
     * Either days from the day of issue (or of `startsAfterDays` later), or a fixed last moment (and first).
     */
    validDays: number | null;
    startsAfterDays: Generated<number>;
    validFrom: Timestamp | null;
    validTo: Timestamp | null;
    /**
     * Where, when and for what it is good (contract/rules.ts); null = everywhere, always, for everything.
     */
    rulesJson: string | null;
    /**
     * Grows with every change of what it promises.
     */
    rulesVersion: Generated<number>;
    /**
     * '' = with no other coupon; else with one of each other group.
     */
    stackGroup: Generated<string>;
    stock: number;
    /**
     * Coupons that exist and are not given on: = count of rows that are not 'gifted'.
     */
    issued: Generated<number>;
    perMemberLimit: number;
    /**
     * How many of them a member may use on one shop day; null = any number.
     */
    perDayLimit: number | null;
    /**
     * Fen that it may take off in all; null = no end.
     */
    budget: number | null;
    /**
     * Fen that it has taken off, less what was taken back with returns.
     */
    spent: Generated<number>;
    /**
     * Who bears the cost, per cent; the sum is 100.
     */
    bearHq: Generated<number>;
    bearStore: Generated<number>;
    bearSupplier: Generated<number>;
    supplier: Generated<string>;
    /**
     * What a partial return does: keep | reprice | restore
     */
    returnPolicy: Generated<string>;
    /**
     * Whether its holder may give it to another member.
     */
    giftable: Generated<number>;
    /**
     * What to say of it in the wallet; plain text.
     */
    description: string;
    /**
     * 商品券: WeChat's numbers of the coupon and of the batch that it also goes out as; '' = only ours.
     */
    wechatProductId: Generated<string>;
    wechatStockId: Generated<string>;
    /**
     * draft | active | ended
     */
    state: string;
    createdBy: string;
    createdAt: Timestamp;
    updatedAt: Timestamp;
};
export type DeskRedemption = {
    id: string;
    /**
     * coupon (the receipt comes with the night's file) | sale (the receipt is told with it)
     */
    kind: Generated<string>;
    requestKey: string;
    docKey: string;
    storeCode: string;
    tillCode: string;
    receiptNo: string;
    shiftId: string;
    memberId: string;
    /**
     * None for a sale without a coupon; its code and name are '' then.
     */
    couponId: string | null;
    couponCode: string;
    couponName: string;
    /**
     * Of several the first stands above.
     */
    couponCount: Generated<number>;
    /**
     * Fen.
     */
    amount: number;
    discount: number;
    /**
     * Of a sale: points that paid, what they paid (fen), and what was credited.
     */
    points: Generated<number>;
    pointsFen: Generated<number>;
    earned: Generated<number>;
    /**
     * Points of the member after a sale.
     */
    balance: number | null;
    staffId: string;
    /**
     * redeemed | undone
     */
    state: string;
    at: Timestamp;
    undoneAt: Timestamp | null;
    undoneBy: string | null;
};
export type ErpDrop = {
    sourceId: string;
    path: string;
    size: number;
    modifiedMs: number;
    state: string;
    importId: string | null;
    reason: string | null;
    seenAt: Timestamp;
};
export type ErpImport = {
    id: string;
    sourceId: string;
    stream: string;
    mappingJson: string;
    fileId: string;
    fileName: string;
    fileHash: string;
    guardKey: string | null;
    forced: number;
    version: number;
    /**
     * When the file came: its own time where it is known, for 到数.
     */
    arrivedAt: Timestamp;
    state: string;
    stopRequested: number;
    leaseToken: string | null;
    leaseUntil: Timestamp | null;
    rowsTotal: number;
    rowsRead: number;
    rowsBad: number;
    documentsTotal: number;
    documentsNew: number;
    documentsChanged: number;
    documentsSame: number;
    documentsOlder: number;
    documentsBad: number;
    rowsApplied: number;
    cursorKey: string;
    errorJson: string | null;
    /**
     * What the file says of itself in its last line; null where its mapping knows of no such line.
     */
    trailerJson: string | null;
    createdBy: string | null;
    createdAt: Timestamp;
    startedAt: Timestamp | null;
    applyStartedAt: Timestamp | null;
    finishedAt: Timestamp | null;
};
export type ErpMapping = {
    id: string;
    sourceId: string;
    stream: string;
    name: string;
    filePattern: string | null;
    headerHash: string | null;
    definitionJson: string;
    updatedAt: Timestamp;
};
export type ErpQuarantine = {
    id: string;
    importId: string;
    sourceId: string;
    stream: string;
    section: number;
    line: number;
    documentKey: string | null;
    storeCode: string | null;
    /**
     * @kyselyType(string)
     */
    businessDate: string | null;
    reason: string;
    field: string | null;
    value: string | null;
    problemsJson: string;
    valuesJson: string;
    editedJson: string | null;
    state: string;
    resolvedBy: string | null;
    createdAt: Timestamp;
    resolvedAt: Timestamp | null;
};
export type ErpSource = {
    id: string;
    code: string;
    name: string;
    kind: string;
    folder: string | null;
    enabled: number;
    maxBadPercent: number;
    createdAt: Timestamp;
    updatedAt: Timestamp;
};
export type ErpStaged = {
    importId: string;
    documentKey: string;
    section: number;
    part: number;
    rowCount: number;
    payload: string;
};
export type File = {
    id: string;
    sha256: string;
    size: number;
    name: string;
    mediaType: string;
    uploadedBy: string | null;
    createdAt: Timestamp;
};
export type FraudRules = {
    version: number;
    rulesJson: string;
    createdBy: string;
    createdAt: Timestamp;
};
export type Household = {
    headId: string;
    /**
     * The word by which a member joins, and until when it is good.
     */
    code: string | null;
    codeUntil: Timestamp | null;
    createdAt: Timestamp;
};
export type HouseholdMember = {
    memberId: string;
    headId: string;
    /**
     * 1, 2, 3 … of the household: the unique index holds the limit under any race.
     */
    place: number;
    joinedAt: Timestamp;
};
export type InvoiceRequest = {
    id: string;
    documentId: string;
    docKey: string;
    /**
     * The receipt while somebody waits for its invoice: one open request a receipt.
     */
    openKey: string | null;
    memberId: string;
    storeCode: string;
    /**
     * person | company
     */
    kind: string;
    /**
     * Title, tax number and e-mail as JSON, sealed; none once the person has left.
     */
    buyerSealed: string | null;
    /**
     * Fen that could be invoiced when it was asked.
     */
    amount: number;
    /**
     * asked | issued | rejected | withdrawn | void (all came back before it was made)
     */
    state: string;
    /**
     * Why it was rejected, for the shopper to read.
     */
    reason: string | null;
    askedAt: Timestamp;
    closedAt: Timestamp | null;
    /**
     * A member of staff, or till:<id>; none when the shopper or a return ended it.
     */
    closedBy: string | null;
};
export type Lottery = {
    id: string;
    name: string;
    organiser: string;
    /**
     * The rules as shoppers read them; plain text.
     */
    rules: string;
    opensAt: Timestamp;
    closesAt: Timestamp;
    /**
     * What all prizes together may cost, fen.
     */
    budgetFen: number;
    /**
     * The odds are so many in this.
     */
    oddsBase: number;
    freePerDay: number;
    /**
     * Points for a further chance; 0 = there are none.
     */
    pointsPerDraw: number;
    pointsDrawsPerDay: number;
    claimDays: number;
    /**
     * draft | published | ended: with the end the seed is revealed
     */
    state: string;
    /**
     * sha256 of the seed: published with the lottery, before the first draw.
     */
    seedHash: string | null;
    /**
     * The seed, sealed until it is revealed.
     */
    seedSealed: string | null;
    /**
     * The seed in clear, 64 hex digits, from the end on.
     */
    seed: string | null;
    /**
     * sha256 of all that was published.
     */
    termsHash: string | null;
    draws: Generated<number>;
    createdBy: string;
    createdAt: Timestamp;
    publishedAt: Timestamp | null;
    endedAt: Timestamp | null;
    /**
     * Why it ended early.
     */
    endReason: string | null;
    updatedAt: Timestamp;
};
export type LotteryDraw = {
    id: string;
    lotteryId: string;
    /**
     * Counts the draws of a lottery without a gap.
     */
    n: number;
    memberId: string;
    /**
     * The key of the member's tap: part of what is drawn from, so that nobody knows a draw beforehand.
     */
    key: string;
    day: string;
    /**
     * free | points
     */
    way: string;
    /**
     * The how-many-eth of the day: the unique index holds the limit under any race.
     */
    chanceNo: number;
    points: number;
    /**
     * The number drawn, 0 to below the odds' base.
     */
    number: number;
    /**
     * What the number says, and what was given: not the same where the prize was gone.
     */
    drawnPrizeId: string;
    prizeId: string;
    /**
     * Why they differ: gone | refused (the member may not have another of that coupon).
     */
    instead: string | null;
    at: Timestamp;
};
export type LotteryPrize = {
    id: string;
    lotteryId: string;
    position: number;
    name: string;
    /**
     * points | coupon | goods | nothing
     */
    kind: string;
    points: number;
    couponTemplateId: string | null;
    /**
     * What one is worth, fen; never above the country's limit for a top prize.
     */
    worthFen: number;
    /**
     * So many in the odds' base; 0 for what is only a consolation.
     */
    odds: number;
    /**
     * null = without end, only of what is worth nothing. `taken` never passes `stock`.
     */
    stock: number | null;
    taken: Generated<number>;
    /**
     * Given instead of a prize that is gone.
     */
    isConsolation: number;
};
export type Member = {
    id: string;
    /**
     * active | merged | closed
     */
    state: string;
    /**
     * The member who has taken this one's place; its cards and its phone open that one's account.
     */
    mergedInto: string | null;
    /**
     * 20 digits; see server/modules/members/service/card-number.ts.
     */
    cardNo: string;
    phoneSealed: string | null;
    /**
     * One phone, one member: this index is what two enrolments at once run into.
     */
    phoneHash: string | null;
    phoneLast4Hash: string | null;
    nameSealed: string | null;
    nameHash: string | null;
    /**
     * Month and day, solar or lunar: see server/modules/members/service/birthday.ts.
     */
    birthdaySealed: string | null;
    /**
     * The keyed hash of the day, to find who celebrates.
     */
    birthdayHash: string | null;
    /**
     * When the member last changed what had been told before.
     * @kyselyType(string)
     */
    birthdayChangedOn: string | null;
    /**
     * female | male
     */
    gender: string | null;
    homeStoreCode: string | null;
    enrolledStoreCode: string | null;
    /**
     * The member of staff who won the member.
     */
    recruitedBy: string | null;
    /**
     * The recruiter as a file names them, where no member of staff has that name.
     */
    recruiterName: string | null;
    /**
     * miniprogram | paper | staff
     */
    source: string;
    termsVersion: string;
    termsAcceptedAt: Timestamp;
    enrolledAt: Timestamp;
    closedAt: Timestamp | null;
    updatedAt: Timestamp;
};
export type MemberCase = {
    id: string;
    /**
     * <kind>:<lower id>:<higher id>
     */
    pairKey: string;
    /**
     * unionid | phone | card | staff
     */
    kind: string;
    memberA: string;
    memberB: string;
    /**
     * Of the first; who may not see both may not decide.
     */
    storeCode: string | null;
    /**
     * How it was found: a word of server/modules/members/service/case-words.ts.
     */
    note: string;
    /**
     * open | merged | apart
     */
    state: string;
    foundAt: Timestamp;
    decidedBy: string | null;
    decidedAt: Timestamp | null;
    decision: string | null;
};
export type MemberClaim = {
    id: string;
    memberId: string;
    appId: string;
    openid: string;
    unionid: string | null;
    phoneSealed: string;
    phoneHash: string;
    /**
     * What was accepted when enrolling, kept for the card that opens if the person says "not mine".
     */
    requestJson: string;
    /**
     * open | proved | declined
     */
    state: string;
    attempts: Generated<number>;
    createdAt: Timestamp;
    expiresAt: Timestamp;
};
export type MemberCodeDevice = {
    /**
     * Nine digits by chance: who the code is of, without telling who that is.
     */
    handle: string;
    memberId: string;
    /**
     * Keyed hash of the phone's own random name; 'revoked:<handle>' afterwards, so that the phone may start anew.
     */
    deviceHash: string;
    secretSealed: string;
    /**
     * The secret before the last turn, good until then: the answer that brought the new one may have been lost.
     */
    previousSealed: string | null;
    previousUntil: Timestamp | null;
    /**
     * active | revoked
     */
    state: string;
    createdAt: Timestamp;
    rotatedAt: Timestamp;
    seenAt: Timestamp;
    revokedAt: Timestamp | null;
};
export type MemberIdentity = {
    id: string;
    memberId: string;
    /**
     * openid | unionid | phone | card | erp
     */
    kind: string;
    /**
     * The app of an openid; empty for all others.
     */
    appId: string;
    /**
     * An openid, unionid or number; of a phone the keyed hash.
     */
    value: string;
    linkedAt: Timestamp;
    /**
     * miniprogram | wechat | erp | staff | merge
     */
    source: Generated<string>;
    /**
     * proved (WeChat or a code said so) | shown (staff has seen it) | stated (a file says so)
     */
    strength: Generated<string>;
    /**
     * The member of staff who linked it.
     */
    linkedBy: string | null;
    /**
     * What was shown.
     */
    note: string | null;
};
export type MemberMerge = {
    id: string;
    survivorId: string;
    mergedId: string;
    /**
     * merged | undone
     */
    state: string;
    /**
     * idCard | phoneInHand | cardInHand | wechat | other
     */
    evidence: string;
    note: string;
    mergedBy: string;
    mergedAt: Timestamp;
    undoneBy: string | null;
    undoneAt: Timestamp | null;
    undoneNote: string | null;
};
export type MemberMergeItem = {
    mergeId: string;
    /**
     * receipts | coupons | identities | … : the part that moved it
     */
    part: string;
    ref: string;
    /**
     * What the part needs to know on the way back.
     */
    note: string | null;
};
export type MemberRequest = {
    id: string;
    memberId: string;
    /**
     * export | erasure
     */
    kind: string;
    /**
     * waiting | ready | done
     */
    state: string;
    storeCode: string | null;
    /**
     * miniprogram | staff
     */
    source: string;
    staffId: string | null;
    evidence: string | null;
    note: string | null;
    requestedAt: Timestamp;
    /**
     * @kyselyType(string)
     */
    dueOn: string;
    /**
     * The sealed file of an export, until it is taken away.
     */
    fileId: string | null;
    finishedAt: Timestamp | null;
    /**
     * What was found or erased, by part.
     */
    reportJson: string | null;
};
export type MemberTally = {
    /**
     * The home store; empty for members without one.
     */
    storeCode: string;
    slot: number;
    members: number;
};
export type Outbox = {
    id: Generated<number>;
    name: string;
    payloadJson: string;
    at: Timestamp;
    /**
     * Who is handing it over, and since when: work is claimed by a guarded update.
     */
    claim: string | null;
    claimedAt: Timestamp | null;
    sentAt: Timestamp | null;
    settledAt: Timestamp | null;
};
export type OutboxDone = {
    outboxId: number;
    handler: string;
    at: Timestamp;
};
export type PointsAccount = {
    memberId: string;
    /**
     * What may be used, less what is owed: one of the two is zero.
     */
    balance: Generated<number>;
    /**
     * Earned, but not usable before the return window is over.
     */
    pending: Generated<number>;
    /**
     * All that sales have ever earned, less what returns took back.
     */
    earned: Generated<number>;
    /**
     * Number and hash of the last entry.
     */
    seq: Generated<number>;
    head: Buffer | null;
    updatedAt: Timestamp;
};
export type PointsAllocation = {
    entryId: string;
    lotId: string;
    points: number;
};
export type PointsClaim = {
    id: string;
    memberId: string;
    storeCode: string | null;
    /**
     * What the member said: ReceiptClaim.
     */
    claimJson: string;
    /**
     * <member>:<what was said>: the same claim waits once.
     */
    claimKey: string;
    /**
     * noReceipt | ambiguous
     */
    reason: string;
    /**
     * waiting | credited | refused
     */
    state: string;
    requestedAt: Timestamp;
    /**
     * @kyselyType(string)
     */
    dueOn: string;
    documentId: string | null;
    points: number | null;
    decidedBy: string | null;
    decidedAt: Timestamp | null;
    decision: string | null;
};
export type PointsDebt = {
    entryId: string;
    memberId: string;
    points: number;
    open: number;
    /**
     * What went to another account with a merge: it is owed there.
     */
    moved: Generated<number>;
};
export type PointsDocument = {
    documentId: string;
    memberId: string | null;
    points: Generated<number>;
    revision: Generated<number>;
    /**
     * Counts the changes; part of the entry's key when one revision moves between members.
     */
    version: Generated<number>;
    /**
     * The rules it was counted by, and what was true of the member then: later edits change nothing.
     */
    rulesVersion: Generated<number>;
    tier: string | null;
    birthday: string | null;
    settledAt: Timestamp;
};
export type PointsEntry = {
    id: string;
    memberId: string;
    /**
     * 1, 2, 3 … of the member, without a gap.
     */
    seq: Generated<number>;
    amount: number;
    active: Generated<number>;
    pending: Generated<number>;
    debt: Generated<number>;
    /**
     * issued | granted | redeemed | expired | adjustment | opening | transfer | writtenOff | internal
     */
    contra: Generated<string>;
    /**
     * The sum of all amounts up to here.
     */
    balanceAfter: number;
    /**
     * See contract/words.ts.
     */
    reason: string;
    /**
     * doc:<document>:<version>:<member>, adjust:…, spend:…, expire:<lot>
     */
    key: string;
    documentId: string | null;
    /**
     * The entry that this one takes back.
     */
    refEntryId: string | null;
    note: string | null;
    staffId: string | null;
    at: Timestamp;
    /**
     * SHA-256 over the hash before and the content; see service/chain.ts.
     */
    hash: Buffer | null;
};
export type PointsLot = {
    id: string;
    memberId: string;
    /**
     * The entry that granted it.
     */
    entryId: string;
    /**
     * The receipt that earned it: its returns take from here first.
     */
    documentId: string | null;
    granted: number;
    remaining: number;
    /**
     * pending | open | closed
     */
    state: string;
    /**
     * The day something happens to it by itself: it becomes usable (pending) or expires (open).
     * @kyselyType(string)
     */
    due: string;
    /**
     * @kyselyType(string)
     */
    earnedOn: string;
    /**
     * The first day on which it is worth nothing; 9999-12-31 = never.
     * @kyselyType(string)
     */
    expiresOn: string;
};
export type PointsNotice = {
    memberId: string;
    /**
     * @kyselyType(string)
     */
    expiresOn: string;
    /**
     * Which notice of the rules: so many days before.
     */
    days: number;
    points: number;
    at: Timestamp;
};
export type PointsOpening = {
    /**
     * The key of the row in the old system: card number, and the expiry where a card has several.
     */
    rowKey: string;
    cardNo: string;
    points: number;
    /**
     * @kyselyType(string)
     */
    earnedOn: string;
    /**
     * @kyselyType(string)
     */
    expiresOn: string;
    importId: string;
    /**
     * What was credited of it so far, and to whom.
     */
    credited: Generated<number>;
    memberId: string | null;
    version: Generated<number>;
    updatedAt: Timestamp;
};
export type PointsRequest = {
    id: string;
    /**
     * adjustment | writeOff
     */
    kind: Generated<string>;
    memberId: string;
    storeCode: string | null;
    amount: number;
    reason: string;
    key: string;
    /**
     * waiting | approved | refused
     */
    state: string;
    requestedBy: string;
    requestedAt: Timestamp;
    decidedBy: string | null;
    decidedAt: Timestamp | null;
    decision: string | null;
};
export type PointsRules = {
    version: number;
    /**
     * @kyselyType(string)
     */
    validFrom: string;
    rulesJson: string;
    note: string | null;
    staffId: string | null;
    createdAt: Timestamp;
};
export type PointsVerification = {
    id: string;
    startedAt: Timestamp;
    finishedAt: Timestamp | null;
    reportJson: string;
};
export type PointsWriteOff = {
    entryId: string;
    memberId: string;
    points: number;
    reason: string;
    staffId: string;
    /**
     * Who agreed, where it was above the limit.
     */
    approvedBy: string | null;
    /**
     * @kyselyType(string)
     */
    day: string;
    at: Timestamp;
};
export type Product = {
    code: string;
    name: string;
    spec: string | null;
    unit: string | null;
    categoryCode: string | null;
    brand: string | null;
    barcode: string | null;
    listPrice: string | null;
    kind: string;
    weighed: number;
    status: string;
    provisional: number;
    createdAt: Timestamp;
    updatedAt: Timestamp;
};
export type ReceiptInvoice = {
    documentId: string;
    docKey: string;
    storeCode: string;
    invoiceNo: string;
    /**
     * Fen.
     */
    amount: number;
    /**
     * issued | redNeeded (goods came back: a red-letter note is due) | red
     */
    state: string;
    /**
     * Fen that came back since.
     */
    redAmount: Generated<number>;
    redNo: string | null;
    issuedBy: string;
    issuedAt: Timestamp;
    updatedAt: Timestamp;
};
export type Referral = {
    inviteeId: string;
    inviterId: string;
    version: number;
    /**
     * waiting (for a purchase) | cooling | review | rewarded | refused
     */
    state: string;
    /**
     * late | returned | closed | budget | byStaff; of a rewarded one: the inviter's limit.
     */
    reason: string | null;
    /**
     * sameDevice | phoneAgain | openidAgain | recruiter | burst, separated by commas.
     */
    marks: string;
    deviceHash: string;
    phoneHash: string | null;
    openid: string;
    storeCode: string | null;
    /**
     * @kyselyType(string)
     */
    enrolledOn: string;
    /**
     * @kyselyType(string)
     */
    purchasedOn: string | null;
    /**
     * The day on which it is decided, or until which a purchase is waited for.
     * @kyselyType(string)
     */
    dueOn: string;
    /**
     * The month and the how-many-eth of the inviter's rewarded ones in it.
     */
    month: string | null;
    seq: number | null;
    inviterPoints: Generated<number>;
    inviteePoints: Generated<number>;
    coupons: Generated<number>;
    decidedBy: string | null;
    decidedAt: Timestamp | null;
    at: Timestamp;
};
export type ReferralCode = {
    memberId: string;
    code: string;
    /**
     * The keyed hash of the device that asked for it last.
     */
    deviceHash: string | null;
    createdAt: Timestamp;
};
export type ReferralMonth = {
    month: string;
    rewarded: Generated<number>;
};
export type ReferralVisit = {
    appId: string;
    openid: string;
    inviterId: string;
    deviceHash: string;
    at: Timestamp;
};
export type RewardGrant = {
    id: string;
    /**
     * Names the business thing, e.g. signIn:<member>:<day>; permanent.
     */
    key: string;
    memberId: string;
    /**
     * signIn | birthday | referral | survey | lottery | …: why, for reports and the member's list.
     */
    why: string;
    points: number;
    couponTemplateId: string | null;
    couponId: string | null;
    /**
     * Why there is no coupon although one was meant: stock | limit.
     */
    refused: string | null;
    at: Timestamp;
};
export type RewardOrder = {
    id: string;
    /**
     * Permanent: mall:<member>:<key of the tap> or lottery:<draw>.
     */
    key: string;
    /**
     * mall | lottery
     */
    source: string;
    productId: string | null;
    prizeId: string | null;
    memberId: string;
    /**
     * What it was called and cost when it was taken.
     */
    name: string;
    kind: string;
    points: number;
    fen: number;
    costFen: number;
    /**
     * pickUp | ship | wallet; empty while a prize waits for the member's choice
     */
    way: string;
    /**
     * The store of the pick-up; headquarters sends.
     */
    storeCode: string | null;
    /**
     * Receiver, phone and address, sealed.
     */
    addressSealed: string | null;
    /**
     * What the member shows at the store.
     */
    code: string;
    /**
     * ordered | ready | pickedUp | shipped | done | cancelled | returned
     */
    state: string;
    claimDays: number;
    /**
     * Where the limit is counted ('' for ever, a month, a day) and the how-many-eth it is; null = free again.
     */
    limitPeriod: string;
    limitNo: number | null;
    couponId: string | null;
    /**
     * Company and number of the parcel.
     */
    parcel: string | null;
    /**
     * Until when it waits at the store.
     */
    claimUntil: Timestamp | null;
    orderedAt: Timestamp;
    readyAt: Timestamp | null;
    /**
     * Picked up or sent.
     */
    handedAt: Timestamp | null;
    endedAt: Timestamp | null;
    /**
     * Fen that the till took at pick-up.
     */
    paidFen: number | null;
    /**
     * The key of the request that handed it over: a repeat is told the same.
     */
    handKey: string | null;
    /**
     * Who has moved it last: staff, till or nobody.
     */
    movedBy: string | null;
    reason: string | null;
};
export type RewardPicture = {
    id: string;
    /**
     * The bytes, in the files module.
     */
    fileId: string;
    /**
     * image/jpeg | image/png | image/webp, by what the bytes say.
     */
    mediaType: string;
    createdBy: string;
    createdAt: Timestamp;
};
export type RewardProduct = {
    id: string;
    name: string;
    /**
     * goods | coupon
     */
    kind: string;
    couponTemplateId: string | null;
    description: string;
    /**
     * A picture of `reward_picture`.
     */
    imageId: string | null;
    points: number;
    /**
     * Fen to pay at pick-up, 0 = points alone.
     */
    fen: number;
    /**
     * What it costs us, fen, for the cost of the mall.
     */
    costFen: number;
    /**
     * `taken` never passes `stock`.
     */
    stock: number;
    taken: Generated<number>;
    /**
     * How many a member may have in a period; null = no limit.
     */
    memberLimit: number | null;
    /**
     * ever | month | day: what the limit counts in.
     */
    limitPeriod: string;
    /**
     * Code of the tier from which on it may be taken; null = everybody.
     */
    minTier: string | null;
    opensAt: Timestamp | null;
    closesAt: Timestamp | null;
    /**
     * Whether it can be picked up, and whether it can be sent.
     */
    canPickUp: number;
    canShip: number;
    /**
     * JSON array of codes of the stores where it can be picked up; null = every store.
     */
    storesJson: string | null;
    /**
     * It lies ready in the stores: an order can be picked up at once.
     */
    isReadyAtOnce: number;
    /**
     * Days for which an order waits at the store before it goes back.
     */
    claimDays: number;
    /**
     * draft | on | off
     */
    state: string;
    /**
     * Smaller stands further up.
     */
    position: Generated<number>;
    createdBy: string;
    createdAt: Timestamp;
    updatedAt: Timestamp;
};
export type RewardRules = {
    /**
     * signIn | birthday | referral
     */
    kind: string;
    version: number;
    rulesJson: string;
    staffId: string;
    createdAt: Timestamp;
};
export type RewardStoreStock = {
    productId: string;
    storeCode: string;
    /**
     * `taken` never passes `stock`.
     */
    stock: number;
    taken: Generated<number>;
};
export type SalesArrival = {
    storeCode: string;
    /**
     * @kyselyType(string)
     */
    businessDate: string;
    importId: string;
    documents: number;
    lines: number;
    net: string;
    arrivedAt: Timestamp;
};
export type SalesDocument = {
    id: string;
    docKey: string;
    storeCode: string;
    tillCode: string;
    /**
     * @kyselyType(string)
     */
    businessDate: string;
    receiptNo: string;
    type: string;
    status: string;
    businessAt: Timestamp;
    channel: string;
    cashier: string | null;
    corporate: number;
    memberRefKind: string;
    memberRef: string | null;
    memberId: string | null;
    gross: string;
    discount: string;
    net: string;
    lineCount: number;
    paymentsJson: string;
    originalDocKey: string | null;
    sourceId: string | null;
    sourceVersion: number;
    importId: string | null;
    contentHash: string;
    revision: number;
    createdAt: Timestamp;
    updatedAt: Timestamp;
};
export type SalesLine = {
    documentId: string;
    lineNo: number;
    productCode: string;
    nameAtSale: string;
    quantity: string;
    unit: string | null;
    unitPrice: string;
    discount: string;
    net: string;
    isGift: number;
    promotionCode: string | null;
};
export type Segment = {
    id: string;
    name: string;
    note: string;
    rulesJson: string;
    /**
     * made by somebody who sees all stores; otherwise segment_store lists the stores
     */
    wholeChain: number;
    lastCount: number | null;
    countedAt: Timestamp | null;
    createdBy: string;
    createdAt: Timestamp;
    changedAt: Timestamp;
};
export type SegmentStore = {
    segmentId: string;
    storeCode: string;
};
export type SignInDay = {
    memberId: string;
    /**
     * @kyselyType(string)
     */
    day: string;
    /**
     * 补签: the month in which it was made up for, and the how-many-eth of the month it was.
     */
    makeUpMonth: string | null;
    makeUpNo: number | null;
    /**
     * Of the day, and of streaks that it completed: `bonusJson` says which.
     */
    points: number;
    bonusPoints: number;
    bonusJson: string | null;
    at: Timestamp;
};
export type SignInMember = {
    memberId: string;
    /**
     * Days in a row up to the last day.
     */
    streak: Generated<number>;
    longest: Generated<number>;
    /**
     * @kyselyType(string)
     */
    lastDay: string | null;
};
export type Staff = {
    id: string;
    username: string;
    name: string;
    role: string;
    /**
     * 1: sees every store; 0: sees the stores of staff_store.
     */
    allStores: Generated<number>;
    /**
     * argon2id in PHC form.
     */
    passwordHash: string;
    /**
     * A one-time password must be changed at the first log-in.
     */
    mustChange: Generated<number>;
    state: Generated<string>;
    /**
     * Raised to end all sessions of this person.
     */
    sessionEpoch: Generated<number>;
    createdAt: Timestamp;
    lastLoginAt: Timestamp | null;
};
export type StaffCard = {
    memberId: string;
    storeCode: string;
    note: string;
    createdBy: string;
    createdAt: Timestamp;
};
export type StaffStore = {
    staffId: string;
    storeCode: string;
};
export type StaffView = {
    id: string;
    staffId: string;
    /**
     * Which list of the admin, by its name there: members, coupons.
     */
    list: string;
    name: string;
    settingsJson: string;
    /**
     * 1: everybody who may see the list finds it.
     */
    shared: Generated<number>;
    createdAt: Timestamp;
    updatedAt: Timestamp;
};
export type Store = {
    code: string;
    name: string;
    type: string;
    district: string | null;
    address: string | null;
    phone: string | null;
    /**
     * 营业时间, as shoppers read it.
     */
    hours: string | null;
    /**
     * Degrees as WeChat's maps count them (GCJ-02); both or neither.
     */
    latitude: string | null;
    longitude: string | null;
    status: string;
    /**
     * @kyselyType(string)
     */
    closedFrom: string | null;
    /**
     * @kyselyType(string)
     */
    closedUntil: string | null;
    /**
     * Fields that people keep, by comma: what the ERP states of them is not taken over.
     */
    kept: Generated<string>;
    /**
     * What the ERP has stated last, by field.
     */
    statedJson: string | null;
    provisional: number;
    createdAt: Timestamp;
    updatedAt: Timestamp;
};
export type Survey = {
    id: string;
    title: string;
    intro: string;
    questionsJson: string;
    /**
     * receipt | link
     */
    asked: string;
    /**
     * For so many days after the purchase it is asked.
     */
    askDays: number;
    points: number;
    couponTemplateId: string | null;
    /**
     * Answers of one member that are thanked for, at most; of a survey that is asked after receipts.
     */
    rewardsPerDay: Generated<number>;
    rewardsPerMonth: number | null;
    /**
     * draft | open | closed
     */
    state: string;
    createdBy: string;
    createdAt: Timestamp;
    openedAt: Timestamp | null;
    closedAt: Timestamp | null;
};
export type SurveyAnswer = {
    id: string;
    surveyId: string;
    memberId: string;
    documentId: string | null;
    /**
     * The receipt of a survey that is asked after receipts; else empty.
     */
    receiptKey: Generated<string>;
    storeCode: string | null;
    /**
     * 0–10, of the first question that asks for it.
     */
    nps: number | null;
    answersJson: string;
    /**
     * The key under which it was thanked for; null = it was not.
     */
    rewardKey: string | null;
    at: Timestamp;
};
export type Ticket = {
    id: string;
    /**
     * short number to say aloud, e.g. 261122-0007
     */
    number: string;
    /**
     * who it is while it is open (member:… or openid:…), null when closed: one open ticket per person
     */
    openKey: string | null;
    memberId: string | null;
    /**
     * the account and openid the person last wrote from; empty where staff opened it
     */
    appId: string;
    openid: string;
    unionid: string | null;
    /**
     * official | mini | desk (opened by staff for a member)
     */
    channel: string;
    kind: string;
    storeCode: string | null;
    /**
     * the sales document the form was opened from
     */
    documentId: string | null;
    subject: string;
    /**
     * open (waits for us) | answered (waits for the shopper) | closed
     */
    state: string;
    shopperUnread: Generated<number>;
    /**
     * answers up to then are read
     */
    shopperReadAt: Timestamp | null;
    agentUnread: Generated<number>;
    /**
     * Set while it is open.
     */
    waitingSince: Timestamp | null;
    firstAnswerAt: Timestamp | null;
    lastMessageAt: Timestamp;
    createdAt: Timestamp;
    closedAt: Timestamp | null;
    closedBy: string | null;
};
export type TicketCounter = {
    day: string;
    last: number;
};
export type TicketMessage = {
    id: string;
    ticketId: string;
    /**
     * what makes a repeat the same message (the push, or the sender's own key)
     */
    sourceKey: string;
    /**
     * shopper | agent | system
     */
    author: string;
    /**
     * who answered, or who wrote the shopper's words down
     */
    staffId: string | null;
    staffName: Generated<string>;
    text: string;
    at: Timestamp;
    /**
     * how an answer goes out: customer_service | subscribe | redDot; empty for the shopper's own
     */
    route: Generated<string>;
    /**
     * the outbound WeChat message of this answer
     */
    messageKey: string | null;
};
export type TicketPhoto = {
    id: string;
    fileId: string;
    mediaType: string;
    appId: string;
    openid: string;
    ticketId: string | null;
    messageId: string | null;
    createdAt: Timestamp;
};
export type TierChange = {
    id: string;
    memberId: string;
    /**
     * 1, 2, 3 … of the member.
     */
    seq: number;
    /**
     * The day from which it counts.
     * @kyselyType(string)
     */
    day: string;
    fromTier: string | null;
    toTier: string;
    /**
     * start | upgrade | downgrade | paid | paidEnded | rules | correction
     */
    reason: string;
    rulesVersion: number;
    at: Timestamp;
};
export type TierDryRun = {
    id: string;
    rulesJson: string;
    /**
     * running | done | adopted | failed
     */
    state: string;
    /**
     * The member after whom it goes on.
     */
    cursor: string;
    resultJson: string;
    startedBy: string;
    createdAt: Timestamp;
    finishedAt: Timestamp | null;
};
export type TierMember = {
    memberId: string;
    tier: string;
    /**
     * @kyselyType(string)
     */
    since: string;
    /**
     * The day on which it is decided anew without any purchase; 9999-12-31 = never.
     * @kyselyType(string)
     */
    reviewOn: string;
    /**
     * Qualifying value of the window of now: fen, points or visits.
     */
    value: number;
    rulesVersion: number;
    computedAt: Timestamp;
};
export type TierPaid = {
    id: string;
    memberId: string;
    tier: string;
    /**
     * @kyselyType(string)
     */
    fromDay: string;
    /**
     * The first day on which it holds no more.
     * @kyselyType(string)
     */
    untilDay: string;
    fen: number;
    key: string;
    staffId: string | null;
    at: Timestamp;
};
export type TierRules = {
    version: number;
    /**
     * @kyselyType(string)
     */
    validFrom: string;
    rulesJson: string;
    note: string | null;
    staffId: string | null;
    createdAt: Timestamp;
};
export type Till = {
    id: string;
    storeCode: string;
    /**
     * The till's number as the ERP writes it: part of a receipt's key.
     */
    tillCode: string;
    name: string;
    keySealed: string;
    /**
     * active | revoked
     */
    state: string;
    createdBy: string;
    createdAt: Timestamp;
    lastSeenAt: Timestamp | null;
};
export type TillAlert = {
    id: string;
    /**
     * kind|store|subject|day: what was looked at once does not come again.
     */
    alertKey: string;
    /**
     * kind|store|subject while it is open: one at a time.
     */
    openKey: string | null;
    kind: string;
    storeCode: string;
    tillCode: string | null;
    memberId: string | null;
    cashier: string | null;
    /**
     * @kyselyType(string)
     */
    businessDate: string;
    /**
     * The figures that raised it.
     */
    factsJson: string;
    /**
     * open | closed
     */
    state: string;
    note: string | null;
    closedBy: string | null;
    createdAt: Timestamp;
    closedAt: Timestamp | null;
};
export type TillBlock = {
    memberId: string;
    /**
     * The store whose alert it was blocked by.
     */
    storeCode: string;
    alertId: string;
    reason: string;
    blockedBy: string;
    blockedAt: Timestamp;
};
export type TillCount = {
    /**
     * card | till | cardAtTill
     */
    subject: string;
    subjectId: string;
    /**
     * @kyselyType(string)
     */
    businessDate: string;
    receipts: Generated<number>;
    redemptions: Generated<number>;
};
export type TillEntry = {
    docKey: string;
    shiftId: string;
    storeCode: string;
    tillCode: string;
    /**
     * @kyselyType(string)
     */
    businessDate: string;
    /**
     * sale | return | desk (a coupon redeemed by staff for a till that cannot)
     */
    kind: string;
    documentId: string | null;
    memberId: string | null;
    cashier: string | null;
    /**
     * Fen that came in; below zero for a return.
     */
    net: Generated<number>;
    /**
     * The limit that this receipt was over, so that it earns nothing; none for nearly all.
     */
    withheld: string | null;
    at: Timestamp;
};
export type TillHold = {
    id: string;
    shiftId: string;
    storeCode: string;
    tillCode: string;
    label: string;
    cashier: string;
    /**
     * The member's code as it was scanned (a phone may be among them: sealed), the coupons and the lines.
     */
    memberCodeSealed: string | null;
    couponsJson: string;
    /**
     * Points that the member wished to pay with.
     */
    points: Generated<number>;
    linesJson: string;
    lineCount: number;
    total: number;
    /**
     * held | resumed | dropped | expired
     */
    state: string;
    heldAt: Timestamp;
    closedAt: Timestamp | null;
};
export type TillLoss = {
    id: string;
    docKey: string;
    tillId: string;
    storeCode: string;
    /**
     * @kyselyType(string)
     */
    businessDate: string;
    memberId: string | null;
    /**
     * coupon | points | total
     */
    kind: string;
    /**
     * The coupon's code; '' for points.
     */
    subject: string;
    /**
     * Fen that nobody paid.
     */
    amount: number;
    /**
     * Of it what the company bears (within the cap), and what the store bears (above it).
     */
    company: number;
    store: number;
    /**
     * Machine-readable: used, expired, revoked, replayed, notEnough, …
     */
    cause: string;
    zh: string;
    en: string;
    createdAt: Timestamp;
    /**
     * Nobody will pay it: who has said so, when and why.
     */
    writtenOffAt: Timestamp | null;
    writtenOffBy: string | null;
    writeOffReason: string | null;
};
export type TillOfflineSale = {
    docKey: string;
    tillId: string;
    storeCode: string;
    /**
     * @kyselyType(string)
     */
    businessDate: string;
    soldAt: Timestamp;
    settledAt: Timestamp;
    memberId: string | null;
    /**
     * Fen that the till gave away without asking, and what of it turned out not to be covered.
     */
    given: number;
    lost: number;
};
export type TillProof = {
    /**
     * 'code:<handle>:<window>' or 'sms:<digits>'
     */
    id: string;
    tillId: string;
    memberId: string;
    /**
     * The sale it was used up by; null = none yet.
     */
    docKey: string | null;
    at: Timestamp;
};
export type TillRequest = {
    tillId: string;
    requestKey: string;
    operation: string;
    bodyHash: string;
    replyJson: string;
    at: Timestamp;
};
export type TillRevocation = {
    id: string;
    /**
     * member | till | key
     */
    kind: string;
    /**
     * Id of the member or till; number of the key.
     */
    subject: string;
    /**
     * As it was called then: the till's code, the key's number; '' for a member.
     */
    name: string;
    storeCode: string | null;
    reason: string;
    /**
     * How many phones or keys ended with it.
     */
    ended: number;
    revokedBy: string;
    at: Timestamp;
};
export type TillSale = {
    docKey: string;
    tillId: string;
    /**
     * None for a sale that was cancelled before it was committed.
     */
    documentId: string | null;
    memberId: string | null;
    /**
     * What the coupons took off, fen.
     */
    discount: Generated<number>;
    /**
     * Fen that returns have given back so far.
     */
    refunded: Generated<number>;
    /**
     * committed | cancelled | returned
     */
    state: string;
    committedAt: Timestamp;
    closedAt: Timestamp | null;
};
export type TillSaleCoupon = {
    docKey: string;
    couponId: string;
    nth: number;
    code: string;
    name: string;
    discount: number;
    /**
     * Its lines: [{ lineNo, share }] of those in its scope; what a return reckons by.
     */
    linesJson: string;
    /**
     * used | restored | lapsed
     */
    state: string;
};
export type TillSaleLine = {
    docKey: string;
    lineNo: number;
    productCode: string;
    name: string;
    unit: string | null;
    quantity: string;
    unitPrice: string;
    discount: string;
    net: string;
    /**
     * Fen of the coupons within `discount`; net + this = what it cost before them.
     */
    couponDiscount: Generated<number>;
    isGift: Generated<number>;
    returnedQuantity: Generated<string>;
};
export type TillSalePoints = {
    docKey: string;
    memberId: string;
    points: number;
    /**
     * What they were worth, fen.
     */
    fen: number;
    back: Generated<number>;
    /**
     * What those that went back were worth, fen.
     */
    backFen: Generated<number>;
    /**
     * How often points have gone back or were taken again: names each move.
     */
    moves: Generated<number>;
    /**
     * The key of the spend in the ledger; '' = the receipt's own.
     */
    spendKey: Generated<string>;
};
export type TillShift = {
    id: string;
    storeCode: string;
    tillCode: string;
    /**
     * store|till while it is open: one open shift a till.
     */
    openKey: string | null;
    /**
     * store|till|businessDate|shiftNo once it is closed: a repeated close finds it.
     */
    closeKey: string | null;
    /**
     * open | closed
     */
    state: string;
    openedAt: Timestamp;
    closedAt: Timestamp | null;
    /**
     * @kyselyType(string)
     */
    businessDate: string | null;
    shiftNo: string | null;
    cashier: string | null;
    /**
     * What the till's own slip said, what our ledgers said, and what differs; as it was at the close.
     */
    slipJson: string | null;
    totalsJson: string | null;
    differencesJson: string | null;
    balanced: number | null;
};
export type TillSigningKey = {
    kid: number;
    /**
     * 32 bytes, base64url.
     */
    publicKey: string;
    privateSealed: string;
    createdAt: Timestamp;
    /**
     * From then on what it has signed proves nothing: it may be in other hands.
     */
    retiredAt: Timestamp | null;
};
export type TillTerms = {
    id: string;
    termsJson: string;
    createdBy: string | null;
    createdAt: Timestamp;
};
export type TillToldReturn = {
    docKey: string;
    saleKey: string;
    /**
     * The revision of the document that is in the books.
     */
    revision: Generated<number>;
    /**
     * Fen that it gave back, the part of the points included.
     */
    refunded: number;
    /**
     * Its pieces: [{ lineNo, quantity }] of the sale's lines.
     */
    linesJson: string | null;
    at: Timestamp;
};
export type WechatAccount = {
    appId: string;
    /**
     * official | miniprogram
     */
    kind: string;
    name: string;
    /**
     * gh_…, the account's own name in pushes
     */
    originalId: Generated<string>;
    /**
     * plain | compatible | safe
     */
    mode: string;
    /**
     * active | disabled | removed (nothing of it is kept but that it was)
     */
    state: string;
    /**
     * the kind whose default it is, else null: one default of a kind
     */
    defaultOf: string | null;
    secretSealed: string;
    tokenSealed: string;
    aesKeySealed: string | null;
    /**
     * the key before the last change: pushes under way still use it
     */
    previousAesKeySealed: string | null;
    keyChangedAt: Timestamp | null;
    baseUrl: string;
    /**
     * template ids by our own names
     */
    templatesJson: string;
    /**
     * rises with every change; the other processes see by it what to read anew
     */
    version: Generated<number>;
    createdAt: Timestamp;
    changedAt: Timestamp;
};
export type WechatAsk = {
    askKey: string;
    moment: string;
    appId: string;
    templateId: string;
    openid: string;
    /**
     * accepted | rejected (the pop-up was shown) | keptAccepted | keptRejected (总是保持: no pop-up)
     */
    outcome: string;
    /**
     * @kyselyType(string)
     */
    day: string;
    at: Timestamp;
};
export type WechatAskMoment = {
    moment: string;
    isOn: number;
    /**
     * JSON array of our template names, at most 3
     */
    templatesJson: string;
    wordingZh: string;
    wordingEn: string;
    updatedAt: Timestamp;
};
export type WechatCode = {
    id: string;
    appId: string;
    /**
     * our own word inside the code, at most 32 characters (a mini-program code takes no more)
     */
    scene: string;
    /**
     * store_staff | shelf | leaflet | poster
     */
    kind: string;
    /**
     * official (a follow) | mini (the card page)
     */
    opens: string;
    name: string;
    storeCode: string | null;
    /**
     * 开卡人: who wins the members that come by it
     */
    staffId: string | null;
    permanent: number;
    validUntil: Timestamp | null;
    /**
     * what it says instead of the welcome; null = the usual welcome
     */
    welcomeJson: string | null;
    tagId: string | null;
    /**
     * planned | making | ready | failed | retired
     */
    state: string;
    claimToken: string | null;
    claimedAt: Timestamp | null;
    /**
     * one living code per account, store and member of staff
     */
    onceKey: string | null;
    ticket: Generated<string>;
    /**
     * what the picture holds: an official account's code is drawn from it
     */
    url: Generated<string>;
    errorCode: number | null;
    createdBy: string;
    createdAt: Timestamp;
};
export type WechatCodeTouch = {
    codeId: string;
    personHash: string;
    firstAt: Timestamp;
    lastAt: Timestamp;
    touches: number;
    /**
     * when they followed by it; null = they followed already, or it opened the mini-program
     */
    followedAt: Timestamp | null;
};
export type WechatCodeUse = {
    appId: string;
    permanent: number;
};
export type WechatCredit = {
    appId: string;
    openid: string;
    templateId: string;
    /**
     * free to be planned for
     */
    remaining: number;
    /**
     * held by messages that are planned, under way or unknown
     */
    reserved: Generated<number>;
    changedAt: Timestamp;
};
export type WechatDoor = {
    appId: string;
    /**
     * when the address was last verified from WeChat's console
     */
    verifiedAt: Timestamp | null;
    /**
     * when a push was last taken in; written every few seconds at most, as refusals are
     */
    pushedAt: Timestamp | null;
    refusedAt: Timestamp | null;
    /**
     * why the last push was refused: badSignature, cannotDecrypt …
     */
    refusedReason: Generated<string>;
};
export type WechatFollower = {
    appId: string;
    openidHash: string;
    following: number;
    /**
     * WeChat's CreateTime of the newest follow or unfollow
     */
    changedAt: Timestamp;
    openid: string | null;
    unionid: string | null;
    /**
     * the QR scene they came by, empty for a search
     */
    scene: Generated<string>;
    /**
     * when the follow was told to the other modules, after WeChat was asked for the unionid
     */
    announcedAt: Timestamp | null;
    asked: Generated<number>;
    /**
     * since when they are on the account's blacklist
     */
    blacklistedAt: Timestamp | null;
};
export type WechatInbound = {
    id: string;
    /**
     * what makes a push the same push (MsgId, or sender + time + event + key)
     */
    dedupeKey: string;
    appId: string;
    openid: string;
    /**
     * text, image, event …
     */
    kind: string;
    event: string;
    sentAt: Timestamp;
    receivedAt: Timestamp;
    /**
     * every field of the push as it came, known to us or not
     */
    payloadJson: string;
    /**
     * what was answered at once; a repeated push gets the same
     */
    replyJson: string | null;
    /**
     * how often WeChat has pushed it
     */
    deliveries: Generated<number>;
    /**
     * a report of a message that is not recorded yet waits until then
     */
    heldUntil: Timestamp | null;
    workedAt: Timestamp | null;
};
export type WechatMass = {
    id: string;
    /**
     * the permanent business key: one mass message per key, for ever
     */
    massKey: string;
    appId: string;
    purpose: string;
    /**
     * what staff call it
     */
    title: Generated<string>;
    /**
     * all | tag | segment | openids
     */
    target: string;
    /**
     * WeChat's id of the tag
     */
    tagId: number | null;
    /**
     * our tag or segment, and what it was called then
     */
    targetId: Generated<string>;
    targetName: Generated<string>;
    /**
     * WeChat takes 10,000 named people at once: more of them are several messages under one key
     */
    part: Generated<number>;
    parts: Generated<number>;
    /**
     * what makes a repeat harmless at WeChat for a day (45065)
     */
    clientMsgId: string;
    /**
     * msgtype and what belongs to it, as WeChat takes it
     */
    bodyJson: string;
    /**
     * the same as staff wrote it
     */
    contentJson: Generated<string>;
    state: string;
    claimToken: string | null;
    claimedAt: Timestamp | null;
    firstSentAt: Timestamp | null;
    attempts: Generated<number>;
    notBefore: Timestamp;
    /**
     * when it is to leave; null = at once
     */
    sendAt: Timestamp | null;
    /**
     * the end of the month whose slots it holds
     */
    slotUntil: Timestamp | null;
    platformId: string | null;
    /**
     * how many people it was for, as far as we know; null = WeChat decides (a tag)
     */
    people: number | null;
    /**
     * as MASSSENDJOBFINISH counts them
     */
    totalCount: number | null;
    filteredCount: number | null;
    sentCount: number | null;
    failedCount: number | null;
    errorCode: number | null;
    reason: Generated<string>;
    createdBy: string;
    createdAt: Timestamp;
    settledAt: Timestamp | null;
    /**
     * when its article was taken back at WeChat
     */
    deletedAt: Timestamp | null;
};
export type WechatMassPerson = {
    massId: string;
    openid: string;
};
export type WechatMaterial = {
    id: string;
    fileId: string;
    /**
     * image | voice | video | thumb
     */
    kind: string;
    name: string;
    title: Generated<string>;
    description: Generated<string>;
    createdAt: Timestamp;
    createdBy: string;
};
export type WechatMaterialCopy = {
    materialId: string;
    appId: string;
    mediaId: string;
    url: Generated<string>;
    at: Timestamp;
};
export type WechatMaterialPast = {
    appId: string;
    mediaId: string;
    materialId: string;
    lostAt: Timestamp;
};
export type WechatMenu = {
    appId: string;
    draftJson: string;
    version: number;
    changedAt: Timestamp;
    changedBy: string;
    /**
     * the version that WeChat took last
     */
    liveId: string | null;
};
export type WechatMenuVersion = {
    id: string;
    appId: string;
    number: number;
    menuJson: string;
    /**
     * published | rolledBack | adopted
     */
    source: string;
    /**
     * publishing | published | failed
     */
    state: string;
    problem: Generated<string>;
    createdAt: Timestamp;
    createdBy: string;
    finishedAt: Timestamp | null;
};
export type WechatMerchant = {
    mchId: string;
    /**
     * of the merchant's certificate
     */
    serial: string;
    privateKeySealed: string;
    apiV3KeySealed: string;
    /**
     * JSON: the platform's public keys or certificates in PEM, by serial or PUB_KEY_ID_…
     */
    platformKeysJson: string;
    baseUrl: string;
    /**
     * the brand whose 商品券 are given out; '' = none
     */
    brandId: Generated<string>;
    /**
     * rises with every change
     */
    version: Generated<number>;
    changedAt: Timestamp;
};
export type WechatMessage = {
    id: string;
    /**
     * the permanent business key: one message per key, for ever
     */
    messageKey: string;
    /**
     * what belongs together and is delivered together, e.g. campaign:<id>
     */
    groupKey: string;
    appId: string;
    openid: string;
    /**
     * template | subscribe | customer_service
     */
    route: string;
    /**
     * service | marketing
     */
    purpose: string;
    templateId: string;
    /**
     * what makes a repeat harmless at WeChat; only template messages have it
     */
    clientMsgId: string | null;
    bodyJson: string;
    state: string;
    claimToken: string | null;
    claimedAt: Timestamp | null;
    /**
     * when it first went out: WeChat knows a client_msg_id only for a while
     */
    firstSentAt: Timestamp | null;
    attempts: Generated<number>;
    notBefore: Timestamp;
    plannedAt: Timestamp;
    settledAt: Timestamp | null;
    platformId: string | null;
    errorCode: number | null;
    reason: Generated<string>;
    /**
     * the right that it holds or has used: credit | message | touch | mass; empty = none is needed
     */
    rightKind: Generated<string>;
    /**
     * the window or month of that right
     */
    rightUntil: Timestamp | null;
};
export type WechatPayment = {
    id: string;
    /**
     * ours and permanent
     */
    orderNo: string;
    /**
     * what it is for: test
     */
    purpose: string;
    mchId: string;
    appId: string;
    openid: string;
    totalFen: number;
    description: string;
    state: string;
    /**
     * what the person's device needs to pay, as WeChat signed it
     */
    requestJson: Generated<string>;
    transactionId: string | null;
    problem: Generated<string>;
    expiresAt: Timestamp;
    paidAt: Timestamp | null;
    /**
     * when WeChat was last asked how it stands
     */
    askedAt: Timestamp | null;
    createdBy: string;
    createdAt: Timestamp;
};
export type WechatPayNotice = {
    id: string;
    /**
     * order | refund | other
     */
    kind: string;
    /**
     * the order's or refund's number
     */
    subject: string;
    state: string;
    receivedAt: Timestamp;
};
export type WechatReach = {
    appId: string;
    openid: string;
    /**
     * follows the official account
     */
    following: Generated<number>;
    /**
     * WeChat says that the person takes nothing from us (48002, 43019, "user block"), since when; believed for some weeks
     */
    blocked: Generated<number>;
    blockedAt: Timestamp | null;
    /**
     * until when an answer to the person's last message may be sent, and how many are left (5 in 48 h)
     */
    messageUntil: Timestamp | null;
    messageLeft: Generated<number>;
    /**
     * the same after a menu tap, a follow or a scan (3 in a minute)
     */
    touchUntil: Timestamp | null;
    touchLeft: Generated<number>;
    /**
     * the end of the calendar month that massUsed counts in (4 a month)
     */
    massUntil: Timestamp | null;
    massUsed: Generated<number>;
};
export type WechatRefund = {
    id: string;
    /**
     * ours and permanent
     */
    refundNo: string;
    orderNo: string;
    refundFen: number;
    state: string;
    problem: Generated<string>;
    doneAt: Timestamp | null;
    askedAt: Timestamp | null;
    createdBy: string;
    createdAt: Timestamp;
};
export type WechatReplyBook = {
    appId: string;
    version: number;
};
export type WechatReplyHit = {
    ruleId: string;
    day: Timestamp;
    hits: number;
};
export type WechatReplyRule = {
    id: string;
    appId: string;
    /**
     * welcome | text | click | default
     */
    kind: string;
    name: string;
    /**
     * the first that fits answers; counted within the account
     */
    position: number;
    active: number;
    /**
     * what it listens for: patterns or menu keys
     */
    matchJson: string;
    /**
     * when it answers, in the shop's zone; null = always
     */
    hoursJson: string | null;
    /**
     * what is said: the first in the answer to the push, the others as customer-service messages
     */
    messagesJson: string;
    /**
     * the people at the desk get to see it too
     */
    toDesk: number;
    version: number;
    changedAt: Timestamp;
    changedBy: string;
    /**
     * its hits are kept
     */
    removedAt: Timestamp | null;
};
export type WechatRightEntry = {
    id: string;
    /**
     * what makes the change the same change, e.g. <message id>:spent
     */
    entryKey: string;
    appId: string;
    openid: string;
    /**
     * credit | message | touch | mass
     */
    rightKind: string;
    /**
     * granted | reserved | released | spent | reconciled | expired | carried
     */
    act: string;
    /**
     * of a credit; empty for the others
     */
    templateId: Generated<string>;
    /**
     * which window or month it counts in; null for credits
     */
    until: Timestamp | null;
    /**
     * what it adds to (or takes from) what is free
     */
    free: number;
    /**
     * what it adds to (or takes from) what is held
     */
    held: number;
    /**
     * WeChat's code where it was WeChat who said so
     */
    errorCode: number | null;
    at: Timestamp;
};
export type WechatTag = {
    id: string;
    appId: string;
    name: string;
    /**
     * WeChat's id; null = not there yet
     */
    remoteId: number | null;
    /**
     * the name both sides agreed on last
     */
    agreedName: Generated<string>;
    /**
     * active | deleting | deleted
     */
    state: string;
    /**
     * '' | renamedBoth | goneAtWechat | tooMany | tooLarge | badName: what a person has to decide
     */
    conflict: Generated<string>;
    /**
     * WeChat's name where both sides renamed
     */
    theirName: Generated<string>;
    /**
     * where the reading of WeChat's people goes on; null = not reading
     */
    readingFrom: string | null;
    readingRun: string | null;
    syncedAt: Timestamp | null;
    createdAt: Timestamp;
};
export type WechatTagPerson = {
    tagId: string;
    openid: string;
    /**
     * adding | on | removing | refused
     */
    state: string;
    /**
     * WeChat's code where it refused
     */
    errorCode: number | null;
    /**
     * the reading in which WeChat named them last
     */
    seenRun: string | null;
    at: Timestamp;
};
export type DB = {
    audit_entry: AuditEntry;
    birthday_gift: BirthdayGift;
    birthday_turn: BirthdayTurn;
    brand: Brand;
    brand_banner: BrandBanner;
    brand_picture: BrandPicture;
    campaign: Campaign;
    campaign_recipient: CampaignRecipient;
    campaign_store: CampaignStore;
    campaign_tally: CampaignTally;
    card: Card;
    category: Category;
    channel_enrolment: ChannelEnrolment;
    consent: Consent;
    consent_entry: ConsentEntry;
    coupon: Coupon;
    coupon_allowance: CouponAllowance;
    coupon_bulk: CouponBulk;
    coupon_bulk_row: CouponBulkRow;
    coupon_code_use: CouponCodeUse;
    coupon_compensation: CouponCompensation;
    coupon_event: CouponEvent;
    coupon_gift: CouponGift;
    coupon_offer: CouponOffer;
    coupon_pool_code: CouponPoolCode;
    coupon_public_code: CouponPublicCode;
    coupon_rail: CouponRail;
    coupon_rail_request: CouponRailRequest;
    coupon_redemption: CouponRedemption;
    coupon_release: CouponRelease;
    coupon_template: CouponTemplate;
    desk_redemption: DeskRedemption;
    erp_drop: ErpDrop;
    erp_import: ErpImport;
    erp_mapping: ErpMapping;
    erp_quarantine: ErpQuarantine;
    erp_source: ErpSource;
    erp_staged: ErpStaged;
    file: File;
    household: Household;
    household_member: HouseholdMember;
    invoice_request: InvoiceRequest;
    lottery: Lottery;
    lottery_draw: LotteryDraw;
    lottery_prize: LotteryPrize;
    member: Member;
    member_case: MemberCase;
    member_claim: MemberClaim;
    member_code_device: MemberCodeDevice;
    member_identity: MemberIdentity;
    member_merge: MemberMerge;
    member_merge_item: MemberMergeItem;
    member_request: MemberRequest;
    member_tally: MemberTally;
    outbox: Outbox;
    outbox_done: OutboxDone;
    points_account: PointsAccount;
    points_allocation: PointsAllocation;
    points_claim: PointsClaim;
    points_debt: PointsDebt;
    points_document: PointsDocument;
    points_entry: PointsEntry;
    points_lot: PointsLot;
    points_notice: PointsNotice;
    points_opening: PointsOpening;
    points_request: PointsRequest;
    points_rules: PointsRules;
    points_verification: PointsVerification;
    points_write_off: PointsWriteOff;
    product: Product;
    receipt_invoice: ReceiptInvoice;
    referral: Referral;
    referral_code: ReferralCode;
    referral_month: ReferralMonth;
    referral_visit: ReferralVisit;
    reward_grant: RewardGrant;
    reward_order: RewardOrder;
    reward_picture: RewardPicture;
    reward_product: RewardProduct;
    reward_rules: RewardRules;
    reward_store_stock: RewardStoreStock;
    sales_arrival: SalesArrival;
    sales_document: SalesDocument;
    sales_line: SalesLine;
    segment: Segment;
    segment_store: SegmentStore;
    sign_in_day: SignInDay;
    sign_in_member: SignInMember;
    staff: Staff;
    staff_card: StaffCard;
    staff_store: StaffStore;
    staff_view: StaffView;
    store: Store;
    survey: Survey;
    survey_answer: SurveyAnswer;
    ticket: Ticket;
    ticket_counter: TicketCounter;
    ticket_message: TicketMessage;
    ticket_photo: TicketPhoto;
    tier_change: TierChange;
    tier_dry_run: TierDryRun;
    tier_member: TierMember;
    tier_paid: TierPaid;
    tier_rules: TierRules;
    till: Till;
    till_alert: TillAlert;
    till_block: TillBlock;
    till_count: TillCount;
    till_entry: TillEntry;
    till_fraud_rules: FraudRules;
    till_hold: TillHold;
    till_loss: TillLoss;
    till_offline_sale: TillOfflineSale;
    till_proof: TillProof;
    till_request: TillRequest;
    till_revocation: TillRevocation;
    till_sale: TillSale;
    till_sale_coupon: TillSaleCoupon;
    till_sale_line: TillSaleLine;
    till_sale_points: TillSalePoints;
    till_shift: TillShift;
    till_signing_key: TillSigningKey;
    till_terms: TillTerms;
    till_told_return: TillToldReturn;
    wechat_account: WechatAccount;
    wechat_ask: WechatAsk;
    wechat_ask_moment: WechatAskMoment;
    wechat_code: WechatCode;
    wechat_code_touch: WechatCodeTouch;
    wechat_code_use: WechatCodeUse;
    wechat_credit: WechatCredit;
    wechat_door: WechatDoor;
    wechat_follower: WechatFollower;
    wechat_inbound: WechatInbound;
    wechat_mass: WechatMass;
    wechat_mass_person: WechatMassPerson;
    wechat_material: WechatMaterial;
    wechat_material_copy: WechatMaterialCopy;
    wechat_material_past: WechatMaterialPast;
    wechat_menu: WechatMenu;
    wechat_menu_version: WechatMenuVersion;
    wechat_merchant: WechatMerchant;
    wechat_message: WechatMessage;
    wechat_pay_notice: WechatPayNotice;
    wechat_payment: WechatPayment;
    wechat_reach: WechatReach;
    wechat_refund: WechatRefund;
    wechat_reply_book: WechatReplyBook;
    wechat_reply_hit: WechatReplyHit;
    wechat_reply_rule: WechatReplyRule;
    wechat_right_entry: WechatRightEntry;
    wechat_tag: WechatTag;
    wechat_tag_person: WechatTagPerson;
};
