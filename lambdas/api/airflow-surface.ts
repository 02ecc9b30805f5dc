/**
 * Every operation of Airflow's REST API v2 as of client 3.2.1 (79 paths, 110 operations). What stepdag lacks is answered
 * with 501 instead of 404, so that a caller can tell "not here yet" from "no such thing".
 */

export interface Operation {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** With `{name}` for parameters, without `/api/v2`. */
  readonly path: string
}

const run = '/dags/{dag_id}/dagRuns/{dag_run_id}'
const instance = `${run}/taskInstances/{task_id}`

/** One line per path, methods first. */
const lines = `
GET /assets
GET /assets/aliases
GET /assets/aliases/{asset_alias_id}
GET,POST /assets/events
GET /assets/{asset_id}
POST /assets/{asset_id}/materialize
GET,DELETE /assets/{asset_id}/queuedEvents
GET /auth/login
GET /auth/logout
GET,POST /backfills
POST /backfills/dry_run
GET /backfills/{backfill_id}
PUT /backfills/{backfill_id}/cancel
PUT /backfills/{backfill_id}/pause
PUT /backfills/{backfill_id}/unpause
GET /config
GET /config/section/{section}/option/{option}
GET,POST,PATCH /connections
POST /connections/defaults
POST /connections/test
GET,PATCH,DELETE /connections/{connection_id}
GET /dagSources/{dag_id}
GET /dagStats
GET /dagTags
GET /dagWarnings
GET,PATCH /dags
GET,PATCH,DELETE /dags/{dag_id}
GET,DELETE /dags/{dag_id}/assets/queuedEvents
GET,DELETE /dags/{dag_id}/assets/{asset_id}/queuedEvents
POST /dags/{dag_id}/clearTaskInstances
GET,POST /dags/{dag_id}/dagRuns
POST /dags/{dag_id}/dagRuns/list
GET,PATCH,DELETE ${run}
POST ${run}/clear
GET ${run}/hitlDetails
GET ${run}/upstreamAssetEvents
GET ${run}/wait
GET,PATCH ${run}/taskInstances
POST ${run}/taskInstances/list
GET,PATCH,DELETE ${instance}
GET ${instance}/dependencies
PATCH ${instance}/dry_run
GET ${instance}/externalLogUrl/{try_number}
GET ${instance}/links
GET ${instance}/listMapped
GET ${instance}/logs/{try_number}
GET ${instance}/tries
GET ${instance}/tries/{task_try_number}
GET,POST ${instance}/xcomEntries
GET,PATCH,DELETE ${instance}/xcomEntries/{xcom_key}
GET,PATCH ${instance}/{map_index}
GET ${instance}/{map_index}/dependencies
PATCH ${instance}/{map_index}/dry_run
GET,PATCH ${instance}/{map_index}/hitlDetails
GET ${instance}/{map_index}/hitlDetails/tries/{try_number}
GET ${instance}/{map_index}/tries
GET ${instance}/{map_index}/tries/{task_try_number}
GET /dags/{dag_id}/dagVersions
GET /dags/{dag_id}/dagVersions/{version_number}
GET /dags/{dag_id}/details
POST /dags/{dag_id}/favorite
POST /dags/{dag_id}/unfavorite
GET /dags/{dag_id}/tasks
GET /dags/{dag_id}/tasks/{task_id}
GET /eventLogs
GET /eventLogs/{event_log_id}
GET /importErrors
GET /importErrors/{import_error_id}
GET /jobs
GET /monitor/health
PUT /parseDagFile/{file_token}
GET /plugins
GET /plugins/importErrors
GET,POST,PATCH /pools
GET,PATCH,DELETE /pools/{pool_name}
GET /providers
GET,POST,PATCH /variables
GET,PATCH,DELETE /variables/{variable_key}
GET /version
`

export const airflowSurface: readonly Operation[] = lines
  .trim()
  .split('\n')
  .flatMap((line) => {
    const [methods, path] = line.split(' ')
    // The table above holds nothing but these five methods.
    return methods!.split(',').map((method) => ({ method: method as Operation['method'], path: path! }))
  })
