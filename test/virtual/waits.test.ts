/** What simulate plays that is not a handler: sensors, people, runs of other DAGs, services. */
import { describe, expect, it } from 'vitest'
import { approval, athenaQuery, Dag, sensor, sqsSend, taskToken } from '../../dag-compiler/define.ts'
import { simulate } from '../../local/virtual/index.ts'

describe('a sensor', () => {
  const dag = () => {
    const made = new Dag('waiting')
    made.task(
      'wait',
      sensor(async () => true, { pokeInterval: 60, timeout: 300 }),
    )()
    return made
  }

  it('is ready at its first poke unless the test says otherwise', async () => {
    expect((await simulate(dag())).tasks.wait).toMatchObject({ state: 'success', end: 1 })
  })

  it('takes one outcome per poke', async () => {
    const run = await simulate(dag(), { outcomes: { wait: [{ returns: false }, { returns: false }] } })
    expect(run.tasks.wait).toMatchObject({ state: 'success', start: 0, end: 123, tries: 1 })
  })

  it('fails when its time is over', async () => {
    expect((await simulate(dag(), { outcomes: { wait: { returns: false } } })).tasks.wait?.state).toBe('failed')
  })
})

describe('an approval', () => {
  const dag = () => {
    const made = new Dag('asking')
    const asked = made.task('ask', approval({ subject: 'Go on?' }))()
    asked.before(made.task('go', async () => undefined)())
    return made
  }

  it('takes the time until somebody answers', async () => {
    expect((await simulate(dag(), { durations: { ask: 50 } })).tasks.go).toMatchObject({ state: 'success', start: 50 })
  })

  it('skips what follows when the answer is no', async () => {
    expect((await simulate(dag(), { outcomes: { ask: { returns: false } } })).tasks.go?.state).toBe('skipped')
  })
})

it('a run of another DAG takes the given time and ends as told', async () => {
  const dag = new Dag('first')
  dag.triggerDagRun({ taskId: 'go', dagId: 'second', waitForCompletion: true })
  expect((await simulate(dag, { durations: { go: 77 } })).makespan).toBe(77)
  expect((await simulate(dag, { outcomes: { go: 'failed' } })).state).toBe('failed')
})

describe('a service task', () => {
  const dag = () => {
    const made = new Dag('querying')
    const query = made.task('query', athenaQuery({ args: { QueryString: 'select 1', WorkGroup: 'etl' } }))()
    query.before(made.task('after', async () => undefined)())
    return made
  }

  it('takes the given time', async () => {
    expect((await simulate(dag(), { durations: { query: 30 } })).tasks.after).toMatchObject({
      state: 'success',
      start: 30,
    })
  })

  it('fails as told', async () => {
    const { tasks } = await simulate(dag(), { outcomes: { query: 'failed' } })
    expect([tasks.query?.state, tasks.after?.state]).toEqual(['failed', 'upstream_failed'])
  })

  it('that hands on a token is refused, because nobody would answer', async () => {
    const made = new Dag('handing_on')
    const args = { QueueUrl: 'https://sqs.eu-central-1.amazonaws.com/1/q', MessageBody: { token: taskToken } }
    made.task('hand_on', sqsSend({ args, pattern: 'wait_for_task_token' }))()
    await expect(simulate(made)).rejects.toThrow('"hand_on" of DAG "handing_on" waits for a token')
  })
})
