/**
 * Behaviour that the facts leave open ([U], "make it configurable") or that a test wants otherwise.
 * Change it with `PATCH /__sim/settings`. Durations in milliseconds.
 */
export interface Settings {
  /** How long a client_msg_id is remembered; [U] 10 min (wechat-protocol §3.1). 0 = never deduplicated. */
  clientMsgIdMs: number
  /** Deliveries of a push in total; the docs can be read as 3 or 1+3 (wechat-protocol §1.4). */
  deliveries: number
  deliveryTimeoutMs: number
  /** Pause before a push is delivered again. */
  redeliverAfterMs: number
  /** Whether a re-delivery carries the first query again; [U] (wechat-protocol §1.3). */
  redeliverSameQuery: boolean
  /** Every push is delivered so many more times although it was acknowledged. */
  duplicatePushes: number
  /** Pushes under way at once, per account. */
  pushesAtOnce: number
  /** TEMPLATESENDJOBFINISH and subscribe_msg_sent_event after a send. */
  resultEvents: boolean
  resultEventAfterMs: number
  /** subscribe_msg_popup_event after the pop-up of the mini-program. */
  popupEvents: boolean
  /** Customer-service windows (wechat-protocol §3.3). */
  messageWindowMs: number
  messageWindowCount: number
  touchWindowMs: number
  touchWindowCount: number
  tokenLifeMs: number
  /** Old and new token both work for so long after a change (wechat-protocol §2.1). */
  tokenOverlapMs: number
  codeLifeMs: number
  /** Missing template fields are refused with 47003, as WeChat refuses empty ones (wechat-protocol §3.1). */
  strictFields: boolean
}

/** What the facts say, or the likelier reading where they are unsure. */
export const defaultSettings: Settings = {
  clientMsgIdMs: 600_000,
  deliveries: 3,
  deliveryTimeoutMs: 5000,
  redeliverAfterMs: 1000,
  redeliverSameQuery: true,
  duplicatePushes: 0,
  pushesAtOnce: 8,
  resultEvents: true,
  resultEventAfterMs: 200,
  popupEvents: true,
  messageWindowMs: 48 * 3_600_000,
  messageWindowCount: 5,
  touchWindowMs: 60_000,
  touchWindowCount: 3,
  tokenLifeMs: 7_200_000,
  tokenOverlapMs: 300_000,
  codeLifeMs: 300_000,
  strictFields: true,
}
