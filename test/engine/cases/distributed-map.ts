import { expect } from 'vitest'
import {
  end,
  expectLasts,
  failing,
  give,
  guide,
  onError,
  ranMap,
  region,
  regionOf,
  succeeded,
  throws,
} from '../case-parts.ts'
import type { EngineCase } from '../cases.ts'
import { invoke } from '../cases.ts'

const source = guide('Using Map state in Distributed mode for large-scale parallel workloads')
const tolerance = guide('Setting failure thresholds for Distributed Map states')
const reader = guide('ItemReader (Map)')
const ProcessorConfig = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }
const spread = (processor: object, more: object = {}) => ({
  M: { Type: 'Map', Label: 'Spread', ItemProcessor: { ProcessorConfig, ...processor }, ...end, ...more },
})
const badOnes = {
  StartAt: 'C',
  States: {
    C: { Type: 'Choice', Choices: [{ Condition: '{% $states.input < 0 %}', Next: 'F' }], Default: 'A' },
    A: { Type: 'Pass', End: true },
    F: { Type: 'Fail', Error: 'Negative' },
  },
}
const fromObject = (InputType: string, config: object = {}, more: object = {}) =>
  spread(region(), {
    ItemReader: {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: { InputType, ...config },
      Arguments: { Bucket: 'data', Key: '{% $states.input.key %}' },
    },
    ...more,
  })
const object = (text: string) => ({ input: { key: 'items' }, service: () => ({ Body: text }) })
const exceeded = 'States.ExceedToleratedFailureThreshold'

export const distributedMapCases: readonly EngineCase[] = [
  {
    title: 'a Map Run leaves six events in its parent, however many items it has',
    source,
    states: spread(region('{% $states.input * 2 %}')),
    input: [1, 2, 3, 4],
    output: [2, 4, 6, 8],
    events: succeeded(ranMap('M')),
  },
  {
    title: 'a child execution has its own name and its item as input',
    source,
    states: spread(
      region('{% $states.context.Execution.Input & ($states.context.Execution.Name != "x" ? "!" : "") %}'),
    ),
    input: ['a'],
    output: ['a!'],
  },
  {
    title: 'more than 40 children run at once',
    source,
    states: spread(regionOf({ Type: 'Wait', Seconds: 5, Output: 1 })),
    input: Array.from({ length: 60 }, (_, index) => index),
    output: Array.from({ length: 60 }, () => 1),
    check: ({ history }) => expectLasts(history, 5000),
  },
  {
    title: 'MaxConcurrency bounds the children of a Map Run',
    source,
    states: spread(regionOf({ Type: 'Wait', Seconds: 5 }), { MaxConcurrency: 2 }),
    input: [1, 2, 3, 4],
    check: ({ history }) => expectLasts(history, 10_000),
  },
  {
    title: 'one failed child fails the Map Run when nothing is tolerated',
    source: tolerance,
    states: spread(badOnes),
    input: [1, -1, 2],
    error: exceeded,
    check: ({ events }) => expect(events).toContain('MapRunFailed'),
  },
  {
    title: 'ToleratedFailureCount lets that many children fail',
    source: tolerance,
    states: { ...spread(badOnes, { ToleratedFailureCount: 1, Output: 'enough' }) },
    input: [1, -1, 2],
    output: 'enough',
    events: succeeded(ranMap('M')),
  },
  {
    title: 'one failure above ToleratedFailureCount is too many',
    source: tolerance,
    states: spread(badOnes, { ToleratedFailureCount: 1 }),
    input: [-1, -1, 2],
    error: exceeded,
  },
  {
    title: 'ToleratedFailurePercentage lets that share of the children fail',
    source: tolerance,
    states: spread(badOnes, { ToleratedFailurePercentage: 50, Output: 'half' }),
    input: [1, -1],
    output: 'half',
  },
  {
    title: 'a failure of the Map Run can be caught',
    source: guide('Handling errors: States.ExceedToleratedFailureThreshold'),
    states: {
      ...spread(failing('Each'), { Catch: [onError([exceeded])] }),
      Caught: give('{% $states.input.Error %}'),
    },
    input: [1],
    output: exceeded,
  },
  {
    title: 'ItemBatcher gives a child several items and what is said of all of them',
    source: guide('ItemBatcher (Map)'),
    states: spread(region('{% {"n": $count($states.input.Items), "b": $states.input.BatchInput.day} %}'), {
      ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { day: '{% $states.context.Execution.Input[0] %}' } },
    }),
    input: [5, 6, 7],
    output: [
      { n: 2, b: 5 },
      { n: 1, b: 5 },
    ],
  },
  {
    title: 'ItemSelector comes before ItemBatcher',
    source: guide('ItemBatcher (Map)'),
    states: spread(region(), {
      ItemSelector: { v: '{% $states.context.Map.Item.Value %}' },
      ItemBatcher: { MaxItemsPerBatch: 2 },
    }),
    input: ['a', 'b'],
    output: [{ Items: [{ v: 'a' }, { v: 'b' }] }],
  },
  {
    title: 'items come from a JSON list in S3',
    source: reader,
    states: fromObject('JSON'),
    ...object('[1,{"a":2}]'),
    output: [1, { a: 2 }],
    events: succeeded(ranMap('M')),
  },
  {
    title: 'items come from the lines of a JSON Lines object',
    source: reader,
    states: fromObject('JSONL'),
    ...object('{"n":1}\n{"n":2}\n'),
    output: [{ n: 1 }, { n: 2 }],
  },
  {
    title: 'items come from the rows of a CSV object, named by its first row',
    source: reader,
    states: fromObject('CSV', { CSVHeaderLocation: 'FIRST_ROW' }),
    ...object('id,name\n1,"Ada, L."\n2,Grace\n'),
    output: [
      { id: '1', name: 'Ada, L.' },
      { id: '2', name: 'Grace' },
    ],
  },
  {
    title: 'headers of a CSV object may be given, and its delimiter too',
    source: reader,
    states: fromObject('CSV', { CSVHeaderLocation: 'GIVEN', CSVHeaders: ['a', 'b'], CSVDelimiter: 'SEMICOLON' }),
    ...object('1;x\n2;y'),
    output: [
      { a: '1', b: 'x' },
      { a: '2', b: 'y' },
    ],
  },
  {
    title: 'MaxItems takes the first items only',
    source: reader,
    states: fromObject('JSON', { MaxItems: 2 }),
    ...object('[1,2,3]'),
    output: [1, 2],
  },
  {
    title: 'an object that cannot be read is States.ItemReaderFailed',
    source: guide('Handling errors: States.ItemReaderFailed'),
    states: {
      ...fromObject('JSON', {}, { Catch: [onError(['States.ItemReaderFailed'])] }),
      Caught: give('unreadable'),
    },
    input: { key: 'gone' },
    service: () => {
      throw Object.assign(new Error('The specified key does not exist.'), { name: 'NoSuchKey' })
    },
    output: 'unreadable',
  },
  {
    title: 'tasks of children call what tasks of any execution call',
    source,
    states: spread(regionOf({ ...invoke('{% $states.input %}'), Output: '{% $states.result.Payload %}' }, 'T')),
    input: [1, 2],
    lambdas: { work: (event) => Number(event) + 100 },
    output: [101, 102],
  },
  {
    title: 'Retry of a Distributed Map starts a new Map Run',
    source: guide('Handling errors: retry of Map states'),
    states: spread(regionOf(invoke(), 'T'), { Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }] }),
    input: [1],
    lambdas: { work: throws('Oops') },
    error: exceeded,
    check: ({ events }) => expect(events.filter((one) => one === 'MapRunStarted')).toHaveLength(2),
  },
]
