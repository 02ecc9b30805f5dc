/**
 * Values of a run as JSONata. The launcher puts what a machine needs under `v` of `^run`, by path text; spellings of the
 * logical date are cut out of it here, so that one value serves all of them.
 */
import { pathText } from '../../../run-model/index.ts'
import { quotedText, required } from './jsonata-text.ts'

export interface RunNames {
  readonly dagId: string
  readonly taskId: string
  /** JSONata of `^run`. */
  readonly run: string
}

/** @param path as in `ServiceArgument`, checked by phase 2 */
export function runValue(path: readonly string[], { dagId, taskId, run }: RunNames): string {
  const [name = ''] = path
  const date = `$substring(${valueOfRun(['logical_date'], run)},0,19)`
  switch (name) {
    case 'dag_id':
      return quotedText(dagId)
    case 'task_id':
      return quotedText(taskId)
    case 'run_id':
      return `${run}.runId`
    case 'ds':
      return `$substring(${date},0,10)`
    case 'ds_nodash':
      return `$replace($substring(${date},0,10),'-','')`
    case 'ts':
      return `(${date}&'+00:00')`
    case 'ts_nodash':
      return `$replace($replace(${date},'-',''),':','')`
    default:
      return valueOfRun(path, run)
  }
}

const valueOfRun = (path: readonly string[], run: string): string =>
  required(`$lookup(${run}.v,${quotedText(pathText(path))})`, `This run has no ${path.join('.')}`)
