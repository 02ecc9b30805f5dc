/** What both peers of the comparison run: the same definitions, and the same function that does nothing. */
export const noOpSource = 'export const handler = async () => ({})\n'

const noOp = (functionArn: string) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: functionArn, Payload: {} },
  Output: {},
  End: true,
})

const machine = (states: object) =>
  JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states })

export const oneTask = (functionArn: string): string => machine({ T: noOp(functionArn) })

/**
 * A Distributed Map over its input: more than about 3,500 inline iterations do not fit into one history, here or on AWS. It answers
 * the items' answers, to be counted: an emulator may take a list that it does not understand for one item.
 */
export const oneMap = (functionArn: string): string =>
  machine({
    M: {
      Type: 'Map',
      MaxConcurrency: 40,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'T',
        States: { T: noOp(functionArn) },
      },
      End: true,
    },
  })
