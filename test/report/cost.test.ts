import { describe, expect, it } from 'vitest'
import { forecastCost } from '../../dag-compiler/5-report/cost.ts'
import { Dag, readDag } from '../../dag-compiler/define.ts'
import { compiled } from '../compiler/support/definitions.ts'

const requestsOf = (dag: Dag) => forecastCost(compiled(readDag(dag).definition), null).perRun.lambdaRequests
const work = async () => undefined

/** Launcher and reconciler. */
const platform = 2

describe('Lambda requests of a run', () => {
  it('are one per task and one for the finalizer, where a run ends in one', () => {
    const dag = new Dag('beside')
    for (const id of ['a', 'b']) dag.task(id, work)()
    expect(requestsOf(dag)).toBe(2 + 1 + platform)
    const chain = new Dag('chain')
    chain.task('a', work)().before(chain.task('b', work)())
    expect(requestsOf(chain)).toBe(2 + platform)
  })

  it('are none for a Map, whose iterations only a run can count', () => {
    const dag = new Dag('mapped')
    const list = dag.task('list', async (): Promise<number[]> => [])()
    dag
      .task('double', async ({ n }: { n: number }) => n * 2)
      .expand({ n: list })
      .before(dag.task('last', work)())
    expect(requestsOf(dag)).toBe(2 + platform)
  })
})
