import { messageOf, shop } from '../../../api/index.ts'
import { whole } from '../../../lib/format.ts'
import { fill, language, words } from '../../../lib/i18n/index.ts'
import { dressWith, loading, say } from '../../../lib/page.ts'
import { offerText } from '../referral/offer.ts'
import { answersOf, chosen, missingAnswer, type QuestionView } from './answers.ts'
import { en, zh } from './words.ts'

const own = { zh, en }

Page({
  data: {
    t: zh,
    common: words().common,
    screen: 'loading',
    problem: '',
    name: '',
    intro: '',
    thanks: '',
    once: '',
    scores: Array.from({ length: 11 }, (_, score) => score),
    questions: [] as QuestionView[],
    /** What is shown instead of the questions. */
    end: '',
    endText: '',
    busy: false,
  },

  surveyId: '',
  documentId: '',

  onLoad({ id = '', documentId = '' }: Record<string, string | undefined>) {
    dressWith(this, own)
    this.surveyId = id
    this.documentId = documentId
    void this.load()
  },

  load() {
    return loading(this, async () => {
      const t = own[language()]
      const survey =
        this.surveyId === ''
          ? (await shop.rewards.surveyAfterReceipt({ params: { documentId: this.documentId } })).survey
          : await shop.rewards.mySurvey({ params: { surveyId: this.surveyId } })
      if (!survey) {
        this.setData({ screen: 'ready', end: t.closed })
        return
      }
      this.surveyId = survey.surveyId
      const isReview = survey.asked === 'receipt'
      if (isReview) void wx.setNavigationBarTitle({ title: t.review })
      const gift = offerText(t, survey)
      this.setData({
        screen: 'ready',
        name: survey.title,
        intro: survey.intro,
        thanks: gift ? fill(t.thanks, { gift }) : '',
        once: isReview ? t.onceEach : t.once,
        end: survey.isAnswered ? (isReview ? t.reviewed : t.answered) : survey.isOpen ? '' : t.closed,
        questions: survey.questions.map(({ options, ...question }) => ({
          ...question,
          options: options.map(value => ({ value, on: false })),
          score: -1,
          text: '',
        })),
      })
    })
  },

  put(index: number, change: (question: QuestionView) => QuestionView) {
    this.setData({ questions: this.data.questions.map((question, i) => (i === index ? change(question) : question)) })
  },

  onScore({ currentTarget }: WechatMiniprogram.TouchEvent) {
    const { index, score } = currentTarget.dataset
    this.put(Number(index), question => ({ ...question, score: Number(score) }))
  },

  onChoose({ currentTarget }: WechatMiniprogram.TouchEvent) {
    const { index, option } = currentTarget.dataset
    this.put(Number(index), question => chosen(question, Number(option)))
  },

  onText({ detail, currentTarget }: WechatMiniprogram.Input) {
    this.put(Number(currentTarget.dataset['index']), question => ({ ...question, text: detail.value }))
  },

  async onSubmit() {
    const { questions, busy } = this.data
    const t = own[language()]
    const number = missingAnswer(questions)
    if (number > 0) {
      say(fill(t.missing, { number }))
      return
    }
    if (busy) return
    this.setData({ busy: true })
    try {
      const { points, hasCoupon } = await shop.rewards.answerSurvey({
        params: { surveyId: this.surveyId },
        body: { answers: answersOf(questions), ...(this.documentId ? { documentId: this.documentId } : {}) },
      })
      const got = [
        ...(points > 0 ? [fill(t.doneGift, { points: whole(points) })] : []),
        ...(hasCoupon ? [t.doneCoupon] : []),
      ]
      this.setData({ end: t.done, endText: got.join(' · ') })
    } catch (error) {
      say(messageOf(error))
    } finally {
      this.setData({ busy: false })
    }
  },
})
