/**
 * What AWS charges, in one table with its date. List prices of us-east-1 in US dollars, without free tiers; other regions
 * differ by some ten per cent.
 */
export const prices = {
  asOf: '2026-09',
  region: 'us-east-1',
  /** Step Functions Standard, per state transition. Source: AWS, "AWS Step Functions pricing". */
  transition: 0.025 / 1_000,
  /** Source: AWS, "AWS Lambda pricing". */
  lambdaRequest: 0.2 / 1_000_000,
  /** Lambda on arm64, first tier, per GB and second. */
  lambdaGigabyteSecond: 0.000_013_333_4,
  /** On demand, per write unit of 1 KB. Source: AWS, "Amazon DynamoDB pricing". */
  dynamodbWrite: 0.625 / 1_000_000,
  /** On demand, per read unit of 4 KB. */
  dynamodbRead: 0.125 / 1_000_000,
} as const
