import type { Family } from './catalogue/index.ts'
import type { Day, Season } from './calendar.ts'
import type { Kind } from './households.ts'
import { cumulate } from './random.ts'
import type { Store } from './stores.ts'

type Factors = Record<string, number>

/** How much each store format sells of a department. */
const byFormat: Record<Store['format'], Factors> = {
  hyper: {
    生鲜: 0.34,
    乳品冷冻: 1.1,
    粮油调味: 1.05,
    休闲食品: 0.95,
    酒水饮料: 0.9,
    日化纸品: 1.35,
    母婴: 1.5,
    家居文具: 1.3,
    宠物: 1.2,
    烟草: 0.5,
  },
  community: {
    生鲜: 0.42,
    乳品冷冻: 1,
    粮油调味: 1,
    休闲食品: 0.75,
    酒水饮料: 0.75,
    日化纸品: 0.9,
    母婴: 0.8,
    家居文具: 0.55,
    宠物: 0.9,
    烟草: 1,
  },
  school: {
    生鲜: 0.09,
    乳品冷冻: 0.9,
    粮油调味: 0.55,
    休闲食品: 1.9,
    酒水饮料: 1.9,
    日化纸品: 0.7,
    母婴: 0.05,
    家居文具: 1.6,
    宠物: 0.2,
    烟草: 0.7,
  },
  metro: {
    生鲜: 0.11,
    乳品冷冻: 1.1,
    粮油调味: 0.4,
    休闲食品: 1.5,
    酒水饮料: 1.7,
    日化纸品: 0.6,
    母婴: 0.1,
    家居文具: 0.5,
    宠物: 0.2,
    烟草: 1.6,
  },
}

/** What a kind of household buys more (or less) of, by department and by tag. */
const byKind: Record<Kind, Factors> = {
  银发夫妻: {
    生鲜: 1.6,
    休闲食品: 0.45,
    酒水饮料: 0.5,
    银发: 3.5,
    方便面: 0.3,
    宠物: 0.3,
    母婴: 0.1,
    文具: 0.15,
    新生儿: 0.05,
    儿童: 0.3,
  },
  三口: { 儿童: 2.2, 牛奶: 1.4, 文具: 1.7, 新生儿: 0.15, 水果: 1.2 },
  独居: { 生鲜: 0.65, 速食: 2, 方便面: 2, 即食: 2.2, 啤酒: 1.6, 米: 0.4, 油: 0.4, 宠物: 2.2, 母婴: 0.03, 新生儿: 0.05 },
  三代: { 生鲜: 1.35, 儿童: 1.6, 银发: 1.6, 米: 1.5, 油: 1.4, 新生儿: 0.4 },
  新生儿: { 新生儿: 16, 抽纸: 1.5, 湿巾: 1.6, 休闲食品: 0.7, 烟草: 0.3 },
  合租: {
    生鲜: 0.4,
    方便面: 2.6,
    零嘴: 1.6,
    饮料: 1.6,
    啤酒: 1.6,
    即食: 1.6,
    母婴: 0.02,
    新生儿: 0.03,
    文具: 1.5,
    银发: 0.3,
  },
  小餐馆: {
    蔬菜: 2.4,
    调味: 3,
    猪肉: 2,
    牛羊: 2,
    油: 3,
    米: 2.5,
    豆腐: 2.5,
    休闲食品: 0.1,
    母婴: 0,
    家居文具: 0.4,
    宠物: 0,
    日化纸品: 0.4,
    酸奶: 0.2,
    早餐: 0.3,
  },
  路人: { 水: 1.5, 饮料: 1.4, 早餐: 1.3, 烟: 1.6, 新生儿: 0.5, 即食: 1.4 },
}

/** What a season moves, by tag. */
const bySeason: Record<Season, Factors> = {
  年货节: { 年货: 4, 送礼: 4, 春联: 25, 零嘴: 1.25 },
  春节: { 年货: 1.6, 送礼: 2 },
  元宵: { 汤圆: 22 },
  清明: { 清明: 25 },
  端午: { 粽子: 26, 咸鸭蛋: 1.8, 端午: 4 },
  中秋: { 月饼: 34, 中秋: 3, 送礼: 2.5 },
  冬至: { 冬至: 3.5, 饺子皮: 6 },
  '618': { 大促: 2.2 },
  双11: { 大促: 2.4 },
  夏: { 夏: 1.7, 冰: 2.2, 火锅: 0.6, 火锅底料: 0.5, 羊肉卷: 0.5, 冬: 0.25 },
  冬: { 冬: 1.8, 火锅: 1.4, 火锅底料: 1.8, 羊肉卷: 1.5, 夏: 0.45, 冰: 0.2 },
}

function factor(family: Family, factors: Factors): number {
  let product = factors[family.department] ?? 1
  for (const tag of family.tags) product *= factors[tag] ?? 1
  return product
}

/** Running sums of how likely each family is to be on the list of this kind of shopper, in this format, on this day. */
export function demand(families: readonly Family[], kind: Kind, format: Store['format'], day: Day): Float64Array {
  return cumulate(
    families.map(family =>
      day.seasons.reduce(
        (weight, season) => weight * factor(family, bySeason[season]),
        family.weight * factor(family, byFormat[format]) * factor(family, byKind[kind]) * (family.grams > 0 ? 0.58 : 1),
      ),
    ),
  )
}
