/** ItemReader, ItemBatcher and ResultWriter of a Distributed Map. Source: AWS, "Using Map state in Distributed mode". */
import { isObject, type Report } from './check-definition.ts'
import { checkExpressions, checkFields, checkPaths, checkReference } from './check-fields.ts'
import type { Json } from './machine.ts'

type Language = 'JSONata' | 'JSONPath'

export function checkDistributed(
  state: Json,
  distributed: boolean,
  language: Language,
  location: string,
  report: Report,
): void {
  for (const [name, check] of Object.entries(checks)) {
    const json = state[name]
    const at = `${location}/${name}`
    if (json === undefined) continue
    if (!distributed)
      report(
        'SCHEMA_VALIDATION_FAILED',
        `Field '${name}' is not supported: it needs a Map with Mode DISTRIBUTED`,
        location,
      )
    else if (!isObject(json)) report('SCHEMA_VALIDATION_FAILED', `${name} must be an object`, at)
    else check(json, language, at, report)
  }
}

type Check = (json: Json, language: Language, location: string, report: Report) => void

const checks: Readonly<Record<string, Check>> = {
  ItemReader(reader, language, location, report) {
    checkCall(reader, language, ['Resource', 'ReaderConfig'], location, report)
    const { Resource, ReaderConfig = {} } = reader
    const lists = Resource === 'arn:aws:states:::s3:listObjectsV2'
    if (!lists && Resource !== 'arn:aws:states:::s3:getObject') {
      const why = 'an ItemReader is served with s3:getObject and s3:listObjectsV2'
      report('NOT_SERVED_LOCALLY', why, `${location}/Resource`)
    }
    const at = `${location}/ReaderConfig`
    if (!isObject(ReaderConfig)) return report('SCHEMA_VALIDATION_FAILED', 'ReaderConfig must be an object', at)
    checkFields(ReaderConfig, readerFields, at, report)
    checkPathOf(ReaderConfig, 'MaxItemsPath', language, at, report)
    if (!lists && !['JSON', 'JSONL', 'CSV'].includes(String(ReaderConfig.InputType)))
      report('NOT_SERVED_LOCALLY', 'an ItemReader reads InputType JSON, JSONL and CSV', `${at}/InputType`)
  },
  ItemBatcher(batcher, language, location, report) {
    checkFields(batcher, batcherFields, location, report)
    for (const name of ['MaxItemsPerBatchPath', 'MaxInputBytesPerBatchPath'])
      checkPathOf(batcher, name, language, location, report)
    if (language === 'JSONPath') checkPaths(batcher.BatchInput, `${location}/BatchInput`, report)
    if (!Object.keys(batcher).some((name) => name.startsWith('Max'))) {
      const why = 'an ItemBatcher needs MaxItemsPerBatch or MaxInputBytesPerBatch'
      report('SCHEMA_VALIDATION_FAILED', why, location)
    }
  },
  ResultWriter(writer, language, location, report) {
    checkCall(writer, language, ['Resource', 'WriterConfig'], location, report)
    if (writer.Resource !== undefined && writer.Resource !== 'arn:aws:states:::s3:putObject')
      report('NOT_SERVED_LOCALLY', 'a ResultWriter is served with s3:putObject', `${location}/Resource`)
    const { WriterConfig } = writer
    if (WriterConfig === undefined) return
    const at = `${location}/WriterConfig`
    if (!isObject(WriterConfig)) return report('SCHEMA_VALIDATION_FAILED', 'WriterConfig must be an object', at)
    checkFields(WriterConfig, Object.keys(writerValues), at, report)
    for (const [name, values] of Object.entries(writerValues)) {
      if (WriterConfig[name] !== undefined && !values.includes(String(WriterConfig[name])))
        report('SCHEMA_VALIDATION_FAILED', `${name} must be one of ${values.join(', ')}`, `${at}/${name}`)
    }
  },
}

const readerFields = [
  'InputType',
  'MaxItems',
  'MaxItemsPath',
  'ItemsPointer',
  'CSVHeaderLocation',
  'CSVHeaders',
  'CSVDelimiter',
]
const batcherFields = [
  'MaxItemsPerBatch',
  'MaxItemsPerBatchPath',
  'MaxInputBytesPerBatch',
  'MaxInputBytesPerBatchPath',
  'BatchInput',
]
const writerValues: Readonly<Record<string, readonly string[]>> = {
  Transformation: ['NONE', 'COMPACT', 'FLATTEN'],
  OutputType: ['JSON', 'JSONL'],
}

/** Its own fields, and what the call gets: `Arguments` or `Parameters`, by language. */
function checkCall(json: Json, language: Language, fields: string[], location: string, report: Report): void {
  const name = language === 'JSONata' ? 'Arguments' : 'Parameters'
  checkFields(json, [...fields, name], location, report)
  if (language === 'JSONPath') checkPaths(json[name], `${location}/${name}`, report)
  else checkExpressions(json[name], `${location}/${name}`, report)
}

function checkPathOf(json: Json, name: string, language: Language, location: string, report: Report): void {
  if (json[name] === undefined) return
  if (language === 'JSONPath') checkReference(json[name], `${location}/${name}`, report)
  else report('SCHEMA_VALIDATION_FAILED', `Field '${name}' is not supported`, location)
}
