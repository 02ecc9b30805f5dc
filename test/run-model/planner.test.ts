import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type DagRecord,
  emptyLedger,
  type Ledger,
  planRuns,
  type Run,
  scheduledRun,
  ticksBetween,
} from '../../run-model/index.ts'
import { dagRecord, failedRun, manifest, queuedRun, runningRun } from '../support/runs.ts'

const start = Date.parse('2026-03-01T00:00:00Z')
const at = (minutes: number) => new Date(start + minutes * 60_000).toISOString()

function dag(part: { catchup?: boolean; maxActiveRuns?: number } = {}): DagRecord {
  const { schedule, options } = manifest()
  return dagRecord({
    schedule: { ...schedule, expressions: ['*/10 * * * *'], startDate: at(0), catchup: part.catchup ?? false },
    options: { ...options, maxActiveRuns: part.maxActiveRuns ?? 2 },
  })
}

const input = (part: Partial<Parameters<typeof planRuns>[0]>) => ({
  dag: dag(),
  ledger: emptyLedger,
  runs: [],
  settledTicks: new Set<string>(),
  startedRuns: new Set<string>(),
  now: at(0),
  ...part,
})

/** An installation in a few lines: what launchers, people and runs do to one DAG, without a table. */
class History {
  dag: DagRecord
  ledger: Ledger = emptyLedger
  nowMinutes = 0
  readonly runs = new Map<string, Run>()
  readonly started: string[] = []

  constructor(dag: DagRecord) {
    this.dag = dag
  }

  get active(): readonly Run[] {
    return [...this.runs.values()].filter((run) => run.state === 'running')
  }

  /** Plans to the end, or dies after `steps` effects. */
  plan(steps: number): void {
    const settledTicks = new Set<string>()
    const startedRuns = new Set<string>()
    const effects = { left: steps }
    const dies = () => {
      effects.left -= 1
      return effects.left < 0
    }
    for (let round = 0; round < 20; round += 1) {
      const runs = [...this.runs.values()]
      const next = planRuns({
        dag: this.dag,
        ledger: this.ledger,
        runs,
        settledTicks,
        startedRuns,
        now: at(this.nowMinutes),
      })
      const todo =
        next.due.filter((tick) => !settledTicks.has(tick)).length +
        next.active.filter((one) => !one.started && !startedRuns.has(one.runId)).length
      if (next === this.ledger && todo === 0) return
      if (dies()) return
      this.ledger = next
      for (const tick of next.due) {
        if (dies()) return
        const run = scheduledRun(this.dag, tick, at(this.nowMinutes))
        if (!this.runs.has(run.runId)) this.runs.set(run.runId, run)
        settledTicks.add(tick)
      }
      for (const { runId } of next.active.filter((one) => !one.started && !startedRuns.has(one.runId))) {
        if (dies()) return
        const run = this.runs.get(runId)!
        if (run.state === 'queued') {
          this.runs.set(runId, runningRun(run))
          this.started.push(runId)
        }
        startedRuns.add(runId)
      }
    }
    throw new Error('the plan does not come to an end')
  }

  endOldest(): void {
    const [oldest] = this.active
    if (oldest?.state === 'running') this.runs.set(oldest.runId, failedRun(oldest))
  }
}

const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 20 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('plan' as const), steps: fc.constantFrom(0, 1, 2, 3, 4, 5, 99, 99, 99) }),
  },
  { weight: 3, arbitrary: fc.constant({ do: 'end' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pause' as const), isPaused: fc.boolean() }) },
)

describe('random histories', () => {
  test.each([true, false])('with catchup %s every tick has a run or a reason, and limits hold', (catchup) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.array(action, { maxLength: 25 }), (maxActiveRuns, actions) => {
        const history = new History(dag({ catchup, maxActiveRuns }))
        for (const step of actions) {
          if (step.do === 'wait') history.nowMinutes += step.minutes
          if (step.do === 'plan') history.plan(step.steps)
          if (step.do === 'end') history.endOldest()
          if (step.do === 'pause') history.dag = { ...history.dag, isPaused: step.isPaused }
          expect(history.active.length).toBeLessThanOrEqual(maxActiveRuns)
          expect(history.ledger.active.length).toBeLessThanOrEqual(maxActiveRuns)
        }
        history.dag = { ...history.dag, isPaused: false }
        // Everything ends, one run after another.
        history.plan(99)
        while (history.active.length > 0) {
          history.endOldest()
          history.plan(99)
        }
        const ticks = ticksBetween(history.dag.schedule, at(-1), at(history.nowMinutes))
        const ran = [...history.runs.values()].map((run) => run.runAfter)
        const dropped = history.ledger.dropped.map((drop) => drop.tick)
        expect([...ran, ...dropped].sort()).toEqual(ticks)
        expect(new Set(history.started).size).toBe(history.started.length)
        if (catchup) expect(dropped).toEqual([])
        expect(history.ledger.due).toEqual([])
      }),
      { seed: 20260324, numRuns: 100 },
    )
  })
})

describe('single plans', () => {
  test('nothing to decide is the same ledger', () => {
    const given = input({ now: at(-5) })
    expect(planRuns(given)).toBe(given.ledger)
  })

  test('a due tick becomes due, not a run: the ledger comes first', () => {
    expect(planRuns(input({ now: at(3) }))).toEqual({ ...emptyLedger, due: [at(0)], lastTick: at(0) })
  })

  test('a paused or removed DAG gets no tick and no slot, but forgets runs that ended', () => {
    const ledger = { ...emptyLedger, active: [{ runId: 'ended', version: 1, started: true }], revision: 1 }
    for (const part of [{ isPaused: true }, { isStale: true }]) {
      const planned = planRuns(input({ dag: { ...dag(), ...part }, ledger, runs: [queuedRun()], now: at(60) }))
      expect(planned).toEqual({ ...ledger, active: [] })
    }
  })

  test('queued runs whose time has not come get no slot', () => {
    const early = queuedRun({ runId: 'early', runAfter: at(61), runType: 'manual' })
    const planned = planRuns(
      input({ dag: { ...dag(), schedule: { ...dag().schedule, expressions: null } }, runs: [early], now: at(60) }),
    )
    expect(planned.active).toEqual([])
  })

  test('room is taken by queued and running runs, whoever made them', () => {
    const runs = [queuedRun({ runId: 'a', runAfter: at(500) }), queuedRun({ runId: 'b', runAfter: at(500) })]
    expect(planRuns(input({ runs, now: at(60) })).due).toEqual([])
  })
})
