/** The machines stepdag compiles, end to end: N graph, gates, failures, transitions as the compiler counts them. */

import { SendTaskFailureCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn'
import { describe, expect, it } from 'vitest'
import { expectTree } from './cases.ts'
import { compileGraph, graphs } from './compiled.ts'
import { createFakeRuntime, type RuntimeOptions } from './fake-runtime.ts'
import { startHarness } from './harness.ts'

async function runGraph(name: string, options: RuntimeOptions = {}) {
  const { dag, definition } = compileGraph(`dag_${name}`, graphs[name]!)
  const runtime = createFakeRuntime(dag.wiring, options)
  const work = (
    event: unknown,
    { client }: { client: Awaited<ReturnType<typeof startHarness>>['client'] },
    target: string,
  ) =>
    runtime.invoke(target, event, async (taskToken, end) => {
      const told =
        'output' in end
          ? client.send(new SendTaskSuccessCommand({ taskToken, output: end.output }))
          : client.send(new SendTaskFailureCommand({ taskToken, error: end.error }))
      await told.catch(() => undefined) // stale tokens are the sender's to ignore
    })
  const harness = await startHarness({
    lambdas: {
      task: (event, around) => work(event, around, 'task'),
      finalizer: (event, around) => work(event, around, 'finalizer'),
    },
    service: (_service, _action, args) => runtime.updateItem(args),
  })
  const finished = await harness.run(definition, { '^run': { dagId: `dag_${name}`, runId: 'r' } })
  await harness.close()
  const transitions = finished.events.filter((event) => event.includes('StateEntered:')).length
  return { dag, runtime, finished, transitions }
}

describe('a compiled DAG runs on the local engine', () => {
  it.each(Object.keys(graphs))(
    '%s: every task runs once, after its upstreams, in as many transitions as the compiler says',
    async (name) => {
      const { dag, runtime, finished, transitions } = await runGraph(name)
      expect(finished).toMatchObject({ status: 'SUCCEEDED' })
      expect(Object.fromEntries(runtime.effects)).toEqual(
        Object.fromEntries(Object.keys(dag.wiring.tasks).map((task) => [task, 1])),
      )
      expect(transitions).toBe(dag.numbers.transitions)
      expect(finished.history.length).toBeLessThanOrEqual(dag.numbers.events)
      expectTree(finished)
    },
  )

  it('n: a failing upstream fails what waits for it behind a gate, and nothing else', async () => {
    const { runtime, finished } = await runGraph('n', { failing: new Set(['a']) })
    expect(finished).toMatchObject({ status: 'FAILED', error: 'DagRunFailed' })
    expect(Object.fromEntries(runtime.statuses)).toMatchObject({ a: 'failed', b: 'success', d: 'upstream_failed' })
    expect(runtime.effects.get('b')).toBe(1)
  })

  it('diamond: a failing branch does not stop its sibling', async () => {
    const { runtime, finished } = await runGraph('diamond', { failing: new Set(['b']) })
    expect(finished).toMatchObject({ status: 'FAILED', error: 'DagRunFailed' })
    expect(runtime.effects.get('c')).toBe(1)
  })
})
