/**
 * Optimized integrations and the patterns each knows besides request-response. Source: AWS, "Integrating services with Step
 * Functions". Lambda and Step Functions itself are not here: the engine serves them.
 */
const patterns: Readonly<Record<string, readonly string[]>> = {
  'apigateway:invoke': ['.waitForTaskToken'],
  'athena:startQueryExecution': ['.sync'],
  'athena:stopQueryExecution': [],
  'athena:getQueryExecution': [],
  'athena:getQueryResults': [],
  'batch:submitJob': ['.sync'],
  'bedrock:invokeModel': [],
  'bedrock:createModelCustomizationJob': ['.sync'],
  'codebuild:startBuild': ['.sync'],
  'codebuild:startBuildBatch': ['.sync'],
  'databrew:startJobRun': ['.sync'],
  'dynamodb:getItem': [],
  'dynamodb:putItem': [],
  'dynamodb:updateItem': [],
  'dynamodb:deleteItem': [],
  'ecs:runTask': ['.sync', '.waitForTaskToken'],
  'eks:runJob': ['.sync'],
  'eks:call': [],
  'elasticmapreduce:createCluster': ['.sync'],
  'elasticmapreduce:addStep': ['.sync'],
  'elasticmapreduce:terminateCluster': ['.sync'],
  'emr-containers:startJobRun': ['.sync'],
  'emr-serverless:startJobRun': ['.sync'],
  'emr-serverless:startApplication': ['.sync'],
  'emr-serverless:stopApplication': ['.sync'],
  'events:putEvents': ['.waitForTaskToken'],
  'glue:startJobRun': ['.sync'],
  'http:invoke': [],
  'mediaconvert:createJob': ['.sync'],
  'sagemaker:createTrainingJob': ['.sync'],
  'sagemaker:createTransformJob': ['.sync'],
  'sagemaker:createProcessingJob': ['.sync'],
  'sagemaker:createHyperParameterTuningJob': ['.sync'],
  'sagemaker:createLabelingJob': ['.sync'],
  'sns:publish': ['.waitForTaskToken'],
  'sqs:sendMessage': ['.waitForTaskToken'],
}

/** @returns null when AWS has such an integration, else a sentence */
export function refuseOptimized(service: string, action: string, pattern: string): string | null {
  const known = patterns[`${service}:${action}`]
  if (!known)
    return `there is no optimized integration ${service}:${action}; arn:aws:states:::aws-sdk:<service>:<action> calls any API`
  if (pattern === '' || known.includes(pattern)) return null
  return `${service}:${action} has no pattern "${pattern}"; it has ${['request-response', ...known].join(', ')}`
}
