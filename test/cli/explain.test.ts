import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runsPerMonth } from '../../cli/explain/runs-per-month.ts'
import { execute } from '../../cli/main.ts'
import { recordingTerminal } from './support/recording-terminal.ts'
import { temporaryProject } from './support/run-cli.ts'

const say = async (...args: string[]) => {
  const terminal = recordingTerminal()
  const exitCode = await execute(terminal, args)
  return { exitCode, printed: terminal.printed.join('\n'), noted: terminal.noted.join('\n') }
}

describe('stepdag explain', () => {
  it('shows the plan as a tree, each gate with the tasks that force it, limits and cost', async () => {
    const { exitCode, printed } = await say('explain', 'orders_daily')
    expect(exitCode).toBe(0)
    expect(printed).toContain('  extract  1 retry\n  validate  1 retry\n')
    expect(printed).toMatch(/├─ .*sales_/)
    expect(printed).toContain('dach_revenue waits for sales_at and sales_ch, but eu_vat follows sales_at')
    expect(printed).toMatch(/of 25,000 history in events \(0\.\d %\)/)
    expect(printed).toMatch(/\$0\.000\d+ a run: \d+ transitions/)
    expect(printed).toMatch(/a month at 30 runs/)
  })

  it('answers scripts with the whole report', async () => {
    const report = JSON.parse((await say('explain', 'hello', '--json')).printed)
    expect(report).toMatchObject({ dagId: 'hello', numbers: { tasks: 3 }, gates: [], advice: [], problems: [] })
    expect(report.cost.perRun.transitions).toBe(report.numbers.transitions)
  })

  it('names the DAG that was meant', async () => {
    const { exitCode, noted } = await say('explain', 'order_daily')
    expect(exitCode).toBe(1)
    expect(noted).toContain('dag-not-found: there is no DAG order_daily in this project')
    expect(noted).toContain('did you mean orders_daily?')
  })

  it('says what is wrong with a DAG that does not compile', async () => {
    const { exitCode, noted } = await say('explain', 'circle', '--dags', circularProject())
    expect(exitCode).toBe(1)
    expect(noted).toMatch(/^cycle: [\s\S]*dag-not-found: DAG circle does not compile/)
  })
})

describe('runs per month', () => {
  const schedule = { timezone: 'UTC', timetable: 'trigger', startDate: null, endDate: null, catchup: false } as const
  const now = Date.parse('2026-11-24T00:00:00Z')
  it.each([
    ['0 0 1 * *', 1],
    ['@daily', null],
    ['0 2 * * *', 365 / 12],
    ['*/5 * * * *', (2016 / 7) * (365 / 12)],
  ])('of %s are %s', (expression, expected) => {
    const expressions = expression === '@daily' ? null : [expression]
    const runs = runsPerMonth({ ...schedule, expressions }, now)
    if (expected === null) expect(runs).toBeNull()
    else expect(runs).toBeCloseTo(expected)
  })
})

describe('stepdag graph', () => {
  it('writes a picture that needs nothing else, and Mermaid', async () => {
    const out = join(temporaryProject(), 'pictures')
    const { exitCode, printed } = await say('graph', 'orders_daily', '--out', out)
    expect(exitCode).toBe(0)
    expect(printed.split('\n')).toEqual([join(out, 'orders_daily.svg'), join(out, 'orders_daily.mmd')])
    const svg = readFileSync(join(out, 'orders_daily.svg'), 'utf8')
    expect(svg).toMatch(/^<svg xmlns=/)
    expect(svg).not.toMatch(/NaN|undefined|<script|href/)
    expect(svg.match(/class="edge"/g)).toHaveLength(15)
    expect(svg.match(/class="task"/g)).toHaveLength(10)
    expect(readFileSync(join(out, 'orders_daily.mmd'), 'utf8')).toMatch(/^flowchart LR\n {2}t0\("extract"\)/)
  })

  it('prints one of them for a pipe', async () => {
    expect((await say('graph', 'hello', '--print', 'mermaid')).printed).toContain('t0 --> t1')
    expect((await say('graph', 'hello', '--print', 'svg')).printed).toMatch(/<\/svg>\n$/)
  })

  it('says so when the folder cannot be written', async () => {
    const { exitCode, noted } = await say('graph', 'hello', '--out', 'package.json')
    expect(exitCode).toBe(1)
    expect(noted).toContain('out-not-writable')
  })
})

describe('stepdag check', () => {
  it('lists errors, warnings and advice of every file, and fails only for errors', async () => {
    const fine = await say('check', 'dags')
    // After a second it says what it is at; a busy machine takes one.
    expect({ ...fine, noted: fine.noted.replace('checking dags …', '') }).toMatchObject({ exitCode: 0, noted: '' })
    expect(fine.printed).toBe('3 DAGs compile: 0 errors, 0 warnings, 0 pieces of advice')
    const advised = await say('check', join('test', 'problems', 'rule-without-effect', 'dag.ts'))
    expect(advised.exitCode).toBe(0)
    expect(advised.noted).toContain('advice rule-without-effect: alert has the rule one_failed and no upstreams')
    const broken = await say('check', circularProject(), '--json')
    expect(broken.exitCode).toBe(1)
    expect(JSON.parse(broken.printed)).toMatchObject({ code: 'cycle', severity: 'error' })
  })
})

function circularProject(): string {
  const dags = join(temporaryProject(), 'dags')
  mkdirSync(dags)
  const lines = [
    "import { Dag } from 'stepdag'",
    "export const dag = new Dag('circle')",
    "const [a, b] = [dag.empty('a'), dag.empty('b')]",
    'a.before(b)',
    'b.before(a)',
  ]
  writeFileSync(join(dags, 'circle.ts'), `${lines.join('\n')}\n`)
  return dags
}
