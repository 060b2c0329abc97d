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
    /**
     * the audience counted by outcome after the end, when its rows no longer change
     */
    countedJson: string | null;
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
     * issued | locked | redeemed | lapsed | expired | void
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
     * Fen that it took off.
     */
    discount: number | null;
    updatedAt: Timestamp;
};
export type CouponEvent = {
    id: string;
    couponId: string;
    /**
     * issue | lock | redeem | release | restore | lapse | expire | void
     */
    kind: string;
    docKey: string | null;
    staffId: string | null;
    note: string | null;
    at: Timestamp;
};
export type CouponTemplate = {
    id: string;
    name: string;
    /**
     * amountOff
     */
    kind: string;
    amountOff: number;
    threshold: number;
    /**
     * Either days from the day of issue, or a fixed last moment (and first).
     */
    validDays: number | null;
    validFrom: Timestamp | null;
    validTo: Timestamp | null;
    /**
     * JSON array of store codes; null = every store.
     */
    storesJson: string | null;
    stock: number;
    issued: Generated<number>;
    perMemberLimit: number;
    /**
     * What to say of it in the wallet; plain text.
     */
    description: string;
    /**
     * draft | active | ended
     */
    state: string;
    createdBy: string;
    createdAt: Timestamp;
    updatedAt: Timestamp;
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
export type Member = {
    id: string;
    /**
     * active | closed
     */
    state: string;
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
    birthdaySealed: string | null;
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
export type MemberIdentity = {
    id: string;
    memberId: string;
    /**
     * openid | unionid
     */
    kind: string;
    appId: string;
    value: string;
    linkedAt: Timestamp;
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
export type PointsDebt = {
    entryId: string;
    memberId: string;
    points: number;
    open: number;
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
export type StaffStore = {
    staffId: string;
    storeCode: string;
};
export type Store = {
    code: string;
    name: string;
    type: string;
    district: string | null;
    address: string | null;
    status: string;
    /**
     * @kyselyType(string)
     */
    closedFrom: string | null;
    /**
     * @kyselyType(string)
     */
    closedUntil: string | null;
    provisional: number;
    createdAt: Timestamp;
    updatedAt: Timestamp;
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
     * the account and openid the person last wrote from
     */
    appId: string;
    openid: string;
    unionid: string | null;
    /**
     * official | mini
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
export type TillRequest = {
    tillId: string;
    requestKey: string;
    operation: string;
    bodyHash: string;
    replyJson: string;
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
    couponId: string | null;
    /**
     * committed | cancelled | returned
     * What the coupon took off, fen.
     */
    discount: Generated<number>;
    state: string;
    committedAt: Timestamp;
    closedAt: Timestamp | null;
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
    isGift: Generated<number>;
    returnedQuantity: Generated<string>;
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
     * all | tag | openids
     */
    target: string;
    tagId: number | null;
    /**
     * what makes a repeat harmless at WeChat for a day (45065)
     */
    clientMsgId: string;
    /**
     * msgtype and what belongs to it, as WeChat takes it
     */
    bodyJson: string;
    state: string;
    claimToken: string | null;
    claimedAt: Timestamp | null;
    firstSentAt: Timestamp | null;
    attempts: Generated<number>;
    notBefore: Timestamp;
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
    campaign: Campaign;
    campaign_recipient: CampaignRecipient;
    campaign_store: CampaignStore;
    card: Card;
    category: Category;
    channel_enrolment: ChannelEnrolment;
    consent: Consent;
    consent_entry: ConsentEntry;
    coupon: Coupon;
    coupon_event: CouponEvent;
    coupon_template: CouponTemplate;
    erp_drop: ErpDrop;
    erp_import: ErpImport;
    erp_mapping: ErpMapping;
    erp_quarantine: ErpQuarantine;
    erp_source: ErpSource;
    erp_staged: ErpStaged;
    file: File;
    member: Member;
    member_claim: MemberClaim;
    member_identity: MemberIdentity;
    outbox: Outbox;
    outbox_done: OutboxDone;
    points_account: PointsAccount;
    points_allocation: PointsAllocation;
    points_debt: PointsDebt;
    points_document: PointsDocument;
    points_entry: PointsEntry;
    points_lot: PointsLot;
    points_notice: PointsNotice;
    points_opening: PointsOpening;
    points_request: PointsRequest;
    points_rules: PointsRules;
    points_verification: PointsVerification;
    product: Product;
    sales_arrival: SalesArrival;
    sales_document: SalesDocument;
    sales_line: SalesLine;
    segment: Segment;
    segment_store: SegmentStore;
    staff: Staff;
    staff_store: StaffStore;
    store: Store;
    ticket: Ticket;
    ticket_counter: TicketCounter;
    ticket_message: TicketMessage;
    tier_change: TierChange;
    tier_dry_run: TierDryRun;
    tier_member: TierMember;
    tier_paid: TierPaid;
    tier_rules: TierRules;
    till: Till;
    till_request: TillRequest;
    till_sale: TillSale;
    till_sale_line: TillSaleLine;
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
    wechat_menu: WechatMenu;
    wechat_menu_version: WechatMenuVersion;
    wechat_message: WechatMessage;
    wechat_reach: WechatReach;
    wechat_reply_book: WechatReplyBook;
    wechat_reply_hit: WechatReplyHit;
    wechat_reply_rule: WechatReplyRule;
    wechat_right_entry: WechatRightEntry;
    wechat_tag: WechatTag;
    wechat_tag_person: WechatTagPerson;
};
