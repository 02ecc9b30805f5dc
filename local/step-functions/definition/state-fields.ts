/** Which fields a state may have. Source: States Language, "State Types"; the table by type: measured on AWS, as published in 2026. */
const anywhere = ['Type', 'Comment', 'QueryLanguage']
const inOut = ['InputPath', 'OutputPath', 'Output']
const leaves = ['Assign', 'Next', 'End']
const withResult = ['Parameters', 'ResultPath']
const withErrors = ['ResultSelector', 'Retry', 'Catch']

const taskFields = [
  'Resource',
  'Arguments',
  'Credentials',
  'TimeoutSeconds',
  'TimeoutSecondsPath',
  'HeartbeatSeconds',
  'HeartbeatSecondsPath',
]

const mapFields = [
  'ItemProcessor',
  'Iterator',
  'Items',
  'ItemsPath',
  'ItemSelector',
  'MaxConcurrency',
  'MaxConcurrencyPath',
  'ToleratedFailureCount',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentage',
  'ToleratedFailurePercentagePath',
  'Label',
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
]

export const fieldsByType: Readonly<Record<string, readonly string[]>> = {
  Pass: [...anywhere, ...inOut, ...leaves, ...withResult, 'Result'],
  Task: [...anywhere, ...inOut, ...leaves, ...withResult, ...withErrors, ...taskFields],
  Choice: [...anywhere, ...inOut, 'Assign', 'Choices', 'Default'],
  Wait: [...anywhere, ...inOut, ...leaves, 'Seconds', 'Timestamp', 'SecondsPath', 'TimestampPath'],
  Succeed: [...anywhere, ...inOut],
  Fail: [...anywhere, 'Error', 'Cause', 'ErrorPath', 'CausePath'],
  Parallel: [...anywhere, ...inOut, ...leaves, ...withResult, ...withErrors, 'Branches', 'Arguments'],
  Map: [...anywhere, ...inOut, ...leaves, ...withResult, ...withErrors, ...mapFields],
}

/** Fields of one language only; all others are of both. */
export const pathOnly = [
  'InputPath',
  'OutputPath',
  'Parameters',
  'ResultPath',
  'ResultSelector',
  'Result',
  'ItemsPath',
  'SecondsPath',
  'TimestampPath',
  'ErrorPath',
  'CausePath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'MaxConcurrencyPath',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentagePath',
]
export const jsonataOnly = ['Arguments', 'Output', 'Items']

/** JSONata fields that may hold expressions. */
export const evaluated = [
  'Arguments',
  'Output',
  'Assign',
  'Items',
  'ItemSelector',
  'ItemBatcher',
  'ItemReader',
  'MaxConcurrency',
  'ToleratedFailureCount',
  'ToleratedFailurePercentage',
  'Seconds',
  'Timestamp',
  'TimeoutSeconds',
  'HeartbeatSeconds',
  'Error',
  'Cause',
]

/** A value and the path that may stand for it: one of them. */
export const pairs: readonly (readonly [string, string])[] = [
  ['TimeoutSeconds', 'TimeoutSecondsPath'],
  ['HeartbeatSeconds', 'HeartbeatSecondsPath'],
  ['MaxConcurrency', 'MaxConcurrencyPath'],
  ['ToleratedFailureCount', 'ToleratedFailureCountPath'],
  ['ToleratedFailurePercentage', 'ToleratedFailurePercentagePath'],
  ['Error', 'ErrorPath'],
  ['Cause', 'CausePath'],
]
