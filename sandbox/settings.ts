/**
 * Behaviour that the facts leave open ([U], "make it configurable") or that a test wants otherwise.
 * Change it with `PATCH /__sim/settings`. Durations in milliseconds of the platform's clock unless said otherwise;
 * rates are probabilities from 0 to 1, thrown with the seeded dice.
 */
export interface Settings {
  /** How long a client_msg_id is remembered; [U] 10 min (wechat-protocol §3.1). 0 = never deduplicated. */
  clientMsgIdMs: number
  /** Deliveries of a push in total; the docs can be read as 3 or 1+3 (wechat-protocol §1.4). */
  deliveries: number
  /** The machine's time. */
  deliveryTimeoutMs: number
  /** Pause before a push is delivered again; the machine's time. */
  redeliverAfterMs: number
  /** Whether a re-delivery carries the first query again; [U] (wechat-protocol §1.3). */
  redeliverSameQuery: boolean
  /** Every push is delivered so many more times although it was acknowledged. */
  duplicatePushes: number
  /** Share of the pushes that come once more although they were acknowledged. */
  duplicateRate: number
  /** Order is not guaranteed (wechat-protocol §1.5): the next push is drawn from so many that wait; 1 = in order. */
  disorder: number
  /** Pushes under way at once. */
  pushesAtOnce: number
  /** TEMPLATESENDJOBFINISH and subscribe_msg_sent_event after a send. */
  resultEvents: boolean
  resultEventAfterMs: number
  /** Share of the job events that are never pushed, and that are pushed twice (wechat-protocol §7.2, 5). */
  jobEventLossRate: number
  jobEventDuplicateRate: number
  /** Share of the template sends that end as "failed: system failed". */
  templateFailRate: number
  /** subscribe_msg_popup_event after the pop-up of the mini-program. */
  popupEvents: boolean
  /** Customer-service windows (wechat-protocol §3.3). */
  messageWindowMs: number
  messageWindowCount: number
  touchWindowMs: number
  touchWindowCount: number
  /** Whether tapping an item of a msgmenu also opens the window of a menu tap; one note of the docs says so (§3.3). */
  msgmenuOpensTouch: boolean
  tokenLifeMs: number
  /** Old and new token both work for so long after a change (wechat-protocol §2.1). */
  tokenOverlapMs: number
  /** Forced refreshes of a stable token a day, and how far apart (wechat-protocol §2.1). */
  forcedTokensADay: number
  forcedTokensApartMs: number
  /** What an access_token is told that nobody knows: 40001, or 40014; [U]. */
  unknownTokenCode: number
  codeLifeMs: number
  /** The refresh token of a web log-in; 30 days (wechat-protocol §3.9). */
  refreshTokenLifeMs: number
  /** Web log-ins give the ids of a snapshot page: is_snapshotuser (wechat-protocol §3.9). */
  snapshotUsers: boolean
  /** Missing template fields are refused with 47003, as WeChat refuses empty ones (wechat-protocol §3.1). */
  strictFields: boolean
  /** JSON with \uXXXX is refused with 47002 (wechat-protocol §2.3); optional in §7.2, 8. */
  refuseEscapes: boolean
  /** Whether TimeStamp and CreateTime of a passive reply must be seconds, as documented; [U] how strictly WeChat looks. */
  replyTimesInSeconds: boolean
  /** Articles in a passive news reply; [U] 1 (wechat-protocol §1.8). */
  passiveArticles: number
  /** Answers -1 "system error" to this share of all calls, before any work. */
  busyRate: number
  /** Answers late to every call by so much of the machine's time. */
  slowMs: number
  /** Calls a day by path, in place of what the table of endpoints says (45009). */
  dailyQuotas: Record<string, number>
  /** Calls in a minute of the machine's time by path (45011). */
  minuteQuotas: Record<string, number>
  clearQuotaAMonth: number
  clearOneQuotaAMonth: number
  temporaryMediaMs: number
  permanentCodes: number
  /** Copies that one person takes of mass messages in a calendar month (wechat-protocol §3.4). */
  massAMonth: number
  massAfterMs: number
  /** Mass messages wait for the administrator: `POST /__sim/mass/:msgId/confirm`; else err(40002). */
  massNeedsAdmin: boolean
  massConfirmMs: number
  /** What the copyright check of an article finds: 1 own, 2 a reprint that may be sent, 3 one that may not. */
  massCopyright: number
  massClientIdMs: number
  /** The same clientmsgid again sooner than this is 45066; [U], 0 = at once 45065 (wechat-protocol §3.4). */
  massRetryMs: number
  publishAfterMs: number
  /** publish_status of a publication: 0 published, 2–4 refused (wechat-protocol §3.8). */
  publishStatus: number
  /** The event's name: the official page says PUBLISHJOBFINISH, one SDK's fixture FREEPUBLISHJOBFINISH (§1.6). */
  publishEventFree: boolean
  mediaCheckAfterMs: number
  /** Words that the content checks find risky, divided by a comma. */
  riskyWords: string
  refundAfterMs: number
}

/** What the facts say, or the likelier reading where they are unsure. */
export const defaultSettings: Settings = {
  clientMsgIdMs: 600_000,
  deliveries: 3,
  deliveryTimeoutMs: 5000,
  redeliverAfterMs: 1000,
  redeliverSameQuery: true,
  duplicatePushes: 0,
  duplicateRate: 0,
  disorder: 1,
  pushesAtOnce: 8,
  resultEvents: true,
  resultEventAfterMs: 200,
  jobEventLossRate: 0,
  jobEventDuplicateRate: 0,
  templateFailRate: 0,
  popupEvents: true,
  messageWindowMs: 48 * 3_600_000,
  messageWindowCount: 5,
  touchWindowMs: 60_000,
  touchWindowCount: 3,
  msgmenuOpensTouch: true,
  tokenLifeMs: 7_200_000,
  tokenOverlapMs: 300_000,
  forcedTokensADay: 20,
  forcedTokensApartMs: 30_000,
  unknownTokenCode: 40001,
  codeLifeMs: 300_000,
  refreshTokenLifeMs: 30 * 86_400_000,
  snapshotUsers: false,
  strictFields: true,
  refuseEscapes: true,
  replyTimesInSeconds: true,
  passiveArticles: 1,
  busyRate: 0,
  slowMs: 0,
  dailyQuotas: {},
  minuteQuotas: {},
  clearQuotaAMonth: 10,
  clearOneQuotaAMonth: 50,
  temporaryMediaMs: 3 * 86_400_000,
  permanentCodes: 100_000,
  massAMonth: 4,
  massAfterMs: 1000,
  massNeedsAdmin: false,
  massConfirmMs: 30 * 60_000,
  massCopyright: 1,
  massClientIdMs: 86_400_000,
  massRetryMs: 0,
  publishAfterMs: 1000,
  publishStatus: 0,
  publishEventFree: false,
  mediaCheckAfterMs: 1000,
  riskyWords: '违禁,赌博,色情',
  refundAfterMs: 1000,
}
