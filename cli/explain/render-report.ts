/** A report → the page that `stepdag explain` prints. */
import type { CostForecast, DagReport, GateReason, TreeLine } from '../../dag-compiler/index.ts'
import type { Terminal } from '../terminal.ts'

export function renderReport(terminal: Terminal, report: DagReport): string {
  const { numbers, gates, limits } = report
  const blocks = [
    [terminal.paint('bold', report.dagId), `  ${summaryOf(report)}`],
    ['Plan', ...report.tree.map((line) => `  ${renderLine(terminal, line)}`)],
    ...(gates.length > 0 ? [['Gates', ...gates.flatMap(renderGate)]] : []),
    [
      'Limits',
      ...limits.map(({ limit, used, most }) => `  ${count(used)} of ${count(most)} ${limit} (${percent(used / most)})`),
    ],
    ['Cost', ...renderCost(report.cost, numbers)],
  ]
  return blocks.map(([title = '', ...lines]) => [terminal.paint('bold', title), ...lines].join('\n')).join('\n\n')
}

function summaryOf({ numbers, depth }: DagReport): string {
  const { tasks, edges, transitions, parallels, gates } = numbers
  const perTask = (transitions / tasks).toFixed(2)
  return [
    `${amount(tasks, 'task')}, ${amount(edges, 'edge')}`,
    `${amount(transitions, 'transition')} a run (${perTask} per task)`,
    `${amount(parallels, 'Parallel')} up to ${amount(depth, 'level')} deep`,
    amount(gates, 'gate'),
  ].join(' · ')
}

const styles = { task: 'cyan', gate: 'yellow', parallel: 'dim', end: 'dim' } as const

function renderLine(terminal: Terminal, { indent, kind, label, note }: TreeLine): string {
  const marks = { task: '', gate: '◇ ', parallel: '╤ ', end: '■ ' }
  const text = terminal.paint(styles[kind], `${marks[kind]}${label}`)
  return `${terminal.paint('dim', indent)}${text}${note === '' ? '' : terminal.paint('dim', `  ${note}`)}`
}

function renderGate({ gate, because, without }: GateReason): readonly string[] {
  return [`  ${gate}: ${because}`, ...(without === '' ? [] : [`    gone with: ${without}`])]
}

function renderCost(cost: CostForecast, numbers: DagReport['numbers']): readonly string[] {
  const { perRun, runsPerMonth, dollarsPerMonth, dollarsPerTaskSecond, pricesAsOf, region } = cost
  const parts = [
    amount(perRun.transitions, 'transition'),
    amount(perRun.lambdaRequests, 'Lambda request'),
    `${amount(perRun.dynamodbWrites, 'DynamoDB write')} and ${amount(perRun.dynamodbReads, 'read')}`,
  ]
  return [
    `  ${dollars(perRun.dollars)} a run: ${parts.join(', ')}`,
    runsPerMonth === null || dollarsPerMonth === null
      ? '  no schedule, so nothing a month by itself'
      : `  ${dollars(dollarsPerMonth)} a month at ${count(Math.round(runsPerMonth))} runs`,
    ...(numbers.maps ?? []).map(
      ({ id, transitionsEach }) => `  plus ${amount(transitionsEach, 'transition')} for every iteration of ${id}`,
    ),
    `  plus ${dollars(dollarsPerTaskSecond)} for every second that one of the ${amount(numbers.tasks, 'task')} runs (256 MB)`,
    `  list prices of ${region}, ${pricesAsOf}, without free tiers`,
  ]
}

const amount = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`
const count = (value: number): string => value.toLocaleString('en-US')
const percent = (share: number): string => (share < 0.001 ? 'below 0.1 %' : `${(share * 100).toFixed(1)} %`)

/** Two figures that mean something, however small. */
function dollars(value: number): string {
  if (value >= 1) return `$${value.toFixed(2)}`
  const digits = value === 0 ? 2 : Math.min(12, 1 - Math.floor(Math.log10(value)))
  return `$${value.toFixed(digits)}`
}
