/**
 * What one run costs besides the time its tasks run for: transitions, Lambda requests, DynamoDB units. Counted for a run in
 * which every task succeeds at its first try, with records of up to 1 KB and without the iterations of Maps.
 */
import type { CompiledDag } from '../4-asl/machine.ts'
import { prices } from './prices.ts'

export interface RunCost {
  readonly transitions: number
  readonly lambdaRequests: number
  readonly dynamodbWrites: number
  readonly dynamodbReads: number
  /** US dollars of all of these, without the time that tasks run for. */
  readonly dollars: number
}

export interface CostForecast {
  readonly perRun: RunCost
  /** Null without a schedule. */
  readonly runsPerMonth: number | null
  readonly dollarsPerMonth: number | null
  /** What a task of this many seconds adds to a run, in US dollars: 256 MB, the default, on arm64. */
  readonly dollarsPerTaskSecond: number
  readonly pricesAsOf: string
  readonly region: string
}

/** Memory of a task Lambda in GB unless a DAG says otherwise. */
const defaultMemoryGigabytes = 0.25

/** Units that every run writes: run and guard created, started, finished, each in up to six indexes; ledger twice. */
const writesPerRun = 26
/** A task's record is claimed and ended, its return value stored. */
const writesPerTask = 3
/** A waiting gate writes its token, with or without a call, and the flag. */
const writesPerGate = 2
/** Run, records of the run, manifest, ledger. */
const readsPerRun = 8
/** The run and the task's own record, each read consistently. */
const readsPerTask = 2

/** Launcher and reconciler: called once per run each. */
const platformRequestsPerRun = 2

/** @param runsPerMonth ticks of the schedule per month; null: no schedule */
export function forecastCost(dag: CompiledDag, runsPerMonth: number | null): CostForecast {
  const perRun = costOfRun(dag)
  return {
    perRun,
    runsPerMonth,
    dollarsPerMonth: runsPerMonth === null ? null : perRun.dollars * runsPerMonth,
    dollarsPerTaskSecond: defaultMemoryGigabytes * prices.lambdaGigabyteSecond,
    pricesAsOf: prices.asOf,
    region: prices.region,
  }
}

function costOfRun({ numbers, wiring, graph }: CompiledDag): RunCost {
  const { transitions, gates, gatedTasks } = numbers
  const arrivals = Object.values(wiring.gates).reduce((sum, { need }) => sum + need.length, 0)
  // A gated task is called when its state begins, and once more when it is woken.
  const lambdaRequests = numbers.lambdaRequests + gatedTasks + platformRequestsPerRun
  const dynamodbWrites = writesPerRun + writesPerTask * graph.tasks.length + writesPerGate * gates + arrivals
  const dynamodbReads = readsPerRun + readsPerTask * graph.tasks.length
  const dollars =
    transitions * prices.transition +
    lambdaRequests * prices.lambdaRequest +
    dynamodbWrites * prices.dynamodbWrite +
    dynamodbReads * prices.dynamodbRead
  return { transitions, lambdaRequests, dynamodbWrites, dynamodbReads, dollars }
}
