import { expect, it } from 'vitest'
import { countEvents } from '../../cli/run/count-transitions.ts'

const task = ['TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSucceeded', 'TaskStateExited']

it('a transition is every state entered', () => {
  const run = [
    'ExecutionStarted',
    'ParallelStateEntered',
    'ParallelStateStarted',
    ...task,
    ...task,
    'ExecutionSucceeded',
  ]
  expect(countEvents(run)).toBe(3)
})

it('a retry is a transition although its state is entered once', () => {
  const retried = ['TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskFailed', ...task.slice(1)]
  expect(countEvents(retried)).toBe(2)
})

it('a state that failed before its first attempt is one transition', () => {
  expect(countEvents(['TaskStateEntered', 'EvaluationFailed', ...task])).toBe(2)
})
