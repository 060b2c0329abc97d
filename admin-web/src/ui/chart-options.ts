/** One line or row of bars over the same x values. */
export interface Series {
  readonly name: string
  readonly values: readonly (number | null)[]
  readonly kind?: 'line' | 'bar'
}

export interface Chart {
  readonly x: readonly string[]
  readonly series: readonly Series[]
  /** Under the x value: a festival, a note. Keyed by the x value. */
  readonly marks?: Readonly<Record<string, string>>
  readonly say: (value: number) => string
  readonly sayTight?: (value: number) => string
}

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

const escaped = (text: string): string => text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`)

/** How far the names of lines are lifted: where a line ends on the axis, its name would lie over the axis and its labels. */
function liftedNames(series: readonly Series[]): number[] {
  let onAxis = 0
  return series.map(({ values }) => {
    const last = values.findLast(value => value !== null)
    if (last !== 0) return 0
    onAxis += 1
    return -8 - (onAxis - 1) * 16
  })
}

/** The options of a chart in our look: faint grid, name at the line's end, a tooltip with value and change. */
export function chartOptions(chart: Chart): Record<string, unknown> {
  const colours = [1, 2, 3, 4, 5, 6, 7].map(at => token(`--zg-chart-${at}`))
  const [ink, quiet, line, raised] = ['--zg-ink', '--zg-ink-2', '--zg-line', '--zg-raised'].map(token)
  const marks = chart.marks ?? {}
  const lifted = liftedNames(chart.series)
  const marked = Object.keys(marks).filter(x => chart.x.includes(x))
  return {
    animationDuration: 180,
    textStyle: { fontFamily: token('--zg-font') },
    color: colours,
    // Names stand at the ends of lines; bars have none there.
    grid: {
      left: 8,
      right: chart.series.every(series => series.kind === 'bar') ? 16 : 88,
      top: 16,
      bottom: 4,
      containLabel: true,
    },
    tooltip: {
      trigger: 'axis',
      backgroundColor: raised,
      borderColor: line,
      textStyle: { color: ink, fontSize: 12 },
      axisPointer: { type: 'line', lineStyle: { color: line } },
      formatter: (points: { dataIndex: number }[]) => {
        const at = points[0]?.dataIndex ?? 0
        const x = chart.x[at] ?? ''
        const rows = chart.series.map((series, index) => {
          const value = series.values[at]
          const before = series.values[at - 1]
          if (value === null || value === undefined) return ''
          const change =
            before === null || before === undefined || before === 0 ? '' : ((value - before) / Math.abs(before)) * 100
          const move =
            change === '' ? '' : ` <span style="color:${quiet}">${change > 0 ? '+' : ''}${change.toFixed(1)}%</span>`
          return `<div><i style="display:inline-block;width:8px;height:8px;border-radius:2px;margin-right:6px;background:${colours[index % 7]}"></i>${escaped(series.name)} <b>${escaped(chart.say(value))}</b>${move}</div>`
        })
        return `<div style="color:${quiet}">${escaped(x)}${marks[x] === undefined ? '' : ` · ${escaped(marks[x])}`}</div>${rows.join('')}`
      },
    },
    xAxis: {
      type: 'category',
      data: chart.x,
      boundaryGap: chart.series.some(series => series.kind === 'bar'),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: line } },
      axisLabel: {
        color: quiet,
        fontSize: 12,
        lineHeight: 16,
        // A festival must not fall between two labels.
        ...(marked.length > 0 && chart.x.length <= 16 ? { interval: 0 } : { hideOverlap: true }),
        formatter: (x: string) =>
          `${/^\d{4}-\d\d-\d\d$/.test(x) ? x.slice(5) : x}${marks[x] === undefined ? '' : `\n${marks[x]}`}`,
      },
    },
    yAxis: {
      type: 'value',
      splitNumber: 4,
      // Of people and things there are no halves.
      ...(chart.series.every(series => series.values.every(value => value === null || Number.isInteger(value)))
        ? { minInterval: 1 }
        : {}),
      axisLabel: { color: quiet, fontSize: 12, formatter: (value: number) => (chart.sayTight ?? chart.say)(value) },
      splitLine: { lineStyle: { color: line, opacity: 0.7 } },
    },
    series: chart.series.map((series, index) => ({
      name: series.name,
      type: series.kind ?? 'line',
      data: series.values,
      showSymbol: false,
      smooth: false,
      lineStyle: { width: 2 },
      barMaxWidth: 22,
      itemStyle: series.kind === 'bar' ? { borderRadius: [3, 3, 0, 0] } : {},
      endLabel: {
        show: series.kind !== 'bar',
        formatter: '{a}',
        color: colours[index % 7],
        fontSize: 12,
        width: 80,
        overflow: 'truncate',
        offset: [0, lifted[index] ?? 0],
      },
      labelLayout: { moveOverlap: 'shiftY' },
      ...(index === 0 && marked.length > 0
        ? {
            markLine: {
              silent: true,
              symbol: 'none',
              label: { show: false },
              lineStyle: { color: token('--zg-accent'), type: 'dashed', width: 1, opacity: 0.7 },
              data: marked.map(x => ({ xAxis: x })),
            },
          }
        : {}),
    })),
  }
}

/** The chart as comma-separated text, with a mark so that spreadsheets read it as UTF-8. */
export function chartCsv(chart: Chart, xName: string): string {
  const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  const rows = chart.x.map((x, at) => [x, ...chart.series.map(series => String(series.values[at] ?? ''))])
  return `\uFEFF${[[xName, ...chart.series.map(series => series.name)], ...rows].map(row => row.map(cell).join(',')).join('\r\n')}\r\n`
}
