"""Calls every operation that stepdag answers through the unmodified Apache Airflow client (apache-airflow-client).

usage: drive_client.py <origin of the API>

The client parses each answer into its own models, so an answer with a missing or wrong field ends this script. It prints
one JSON object: the operations it called, and what it saw.
"""

import json
import sys
import urllib.request
from datetime import datetime, timezone

import airflow_client.client as airflow
from airflow_client.client.exceptions import ApiException, ConflictException, NotFoundException

origin = sys.argv[1]
called = []
seen = {}


def log_in():
    body = json.dumps({"username": "ann", "password": "secret"}).encode()
    request = urllib.request.Request(f"{origin}/auth/token", data=body, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["access_token"]


def call(api, operation, *arguments, **options):
    called.append(operation)
    return getattr(api, operation)(*arguments, _request_timeout=10.0, **options)


def status_of(error_type, api, operation, *arguments, **options):
    try:
        call(api, operation, *arguments, **options)
    except error_type as error:
        return {"status": error.status, "code": json.loads(error.body)["code"]}
    raise AssertionError(f"{operation} was not refused")


def utc(day, hour=0):
    return datetime(2026, 3, day, hour, tzinfo=timezone.utc)


def read_monitor(client):
    seen["version"] = call(airflow.VersionApi(client), "get_version").version
    health = call(airflow.MonitorApi(client), "get_health")
    seen["health"] = [health.metadatabase.status, health.scheduler.status]


def read_dags(client):
    api = airflow.DAGApi(client)
    dags = call(api, "get_dags", limit=10, offset=0, order_by=["-dag_id"], exclude_stale=True, dag_id_pattern="%a%")
    seen["dags"] = [dag.dag_id for dag in dags.dags]
    seen["dag"] = call(api, "get_dag", "hello").dag_display_name
    details = call(api, "get_dag_details", "sales")
    seen["details"] = [details.timezone, details.latest_dag_version.version_number, details.next_dagrun_run_after.isoformat()]
    seen["unknown dag"] = status_of(NotFoundException, api, "get_dag", "sale")
    seen["missing operation"] = status_of(ApiException, api, "favorite_dag", "sales")
    called.remove("favorite_dag")


def pause_and_unpause(client):
    api = airflow.DAGApi(client)
    body = airflow.DAGPatchBody(is_paused=True)
    paused = call(api, "patch_dag", "sales", body, update_mask=["is_paused"])
    body = airflow.DAGPatchBody(is_paused=False)
    unpaused = call(api, "patch_dags", body, dag_id_pattern="sales")
    seen["paused"] = [paused.is_paused, unpaused.dags[0].is_paused]


def read_versions(client):
    versions = airflow.DagVersionApi(client)
    seen["versions"] = [one.version_number for one in call(versions, "get_dag_versions", "sales").dag_versions]
    seen["version id"] = str(call(versions, "get_dag_version", "sales", 1).id)
    tasks = airflow.TaskApi(client)
    seen["tasks"] = [task.task_id for task in call(tasks, "get_tasks", "sales").tasks]
    report = call(tasks, "get_task", "sales", "report")
    seen["timeout"] = [report.execution_timeout.days, report.execution_timeout.seconds, report.retries]
    sources = airflow.DagSourceApi(client)
    seen["source"] = call(sources, "get_dag_source", "sales", version_number=1).content


def read_runs(client):
    api = airflow.DagRunApi(client)
    page = call(api, "get_dag_runs", "sales", limit=2, order_by=["-run_after"], state=["success", "failed"])
    seen["runs"] = [[run.dag_run_id, run.state.value, run.duration] for run in page.dag_runs]
    window = call(api, "get_dag_runs", "~", run_after_gte=utc(1), run_after_lt=utc(3), logical_date_gt=utc(1))
    seen["window"] = [run.dag_run_id for run in window.dag_runs]
    body = airflow.DAGRunsBatchBody(dag_ids=["sales"], states=["running"], run_after_gte=utc(1), page_limit=5)
    seen["batch"] = [run.dag_run_id for run in call(api, "get_list_dag_runs_batch", "~", body).dag_runs]
    run = call(api, "get_dag_run", "sales", seen["runs"][-1][0])
    seen["run"] = [run.state.value, run.triggered_by.value, run.dag_versions[0].version_number, run.bundle_version]
    return run.dag_run_id


def trigger(client):
    api = airflow.DagRunApi(client)
    body = airflow.TriggerDAGRunPostBody(dag_run_id="from_python", logical_date=utc(4, 12), conf={"country": "CH"}, note="hi")
    run = call(api, "trigger_dag_run", "hello", body)
    seen["triggered"] = [run.dag_run_id, run.state.value, run.logical_date.isoformat(), run.conf, run.note]
    seen["triggered twice"] = status_of(ConflictException, api, "trigger_dag_run", "hello", body)
    plain = call(api, "trigger_dag_run", "hello", airflow.TriggerDAGRunPostBody(logical_date=None))
    seen["without date"] = [plain.logical_date, plain.run_type.value]


def read_task_instances(client, run_id):
    api = airflow.TaskInstanceApi(client)
    page = call(api, "get_task_instances", "sales", run_id, limit=10, order_by=["task_id"])
    seen["instances"] = [[one.task_id, one.state.value, one.try_number] for one in page.task_instances]
    body = airflow.TaskInstancesBatchBody(dag_ids=["sales"], state=["running"])
    batch = call(api, "get_task_instances_batch", "~", "~", body)
    seen["running"] = [one.task_id for one in batch.task_instances]
    at = ("sales", run_id, "load")
    seen["instance"] = str(call(api, "get_task_instance", *at).id)
    assert seen["instance"] == str(call(api, "get_mapped_task_instance", *at, -1).id)
    seen["mapped"] = status_of(NotFoundException, api, "get_mapped_task_instances", *at)
    tries = call(api, "get_task_instance_tries", *at)
    seen["tries"] = [one.state.value for one in tries.task_instances]
    assert tries == call(api, "get_mapped_task_instance_tries", *at, -1)
    first = call(api, "get_task_instance_try_details", *at, 1)
    assert first == call(api, "get_mapped_task_instance_try_details", *at, 1, -1)
    seen["dependencies"] = call(api, "get_task_instance_dependencies", *at).dependencies
    call(api, "get_task_instance_dependencies_by_map_index", *at, -1)


def read_xcoms(client, run_id):
    api = airflow.XComApi(client)
    at = ("sales", run_id, "extract")
    seen["xcoms"] = [entry.key for entry in call(api, "get_xcom_entries", *at).xcom_entries]
    entry = call(api, "get_xcom_entry", "sales", "extract", run_id, "return_value", deserialize=True)
    seen["xcom"] = entry.actual_instance.value
    text = call(api, "get_xcom_entry", "sales", "extract", run_id, "return_value")
    seen["xcom text"] = text.actual_instance.value


def answer_question(client):
    api = airflow.TaskInstanceApi(client)
    page = call(api, "get_hitl_details", "~", "~", response_received=False)
    seen["questions"] = [
        [one.task_instance.task_id, one.task_instance.state.value, one.subject, one.response_received]
        for one in page.hitl_details
    ]
    asking = page.hitl_details[0].task_instance
    at = (asking.dag_id, asking.dag_run_id, asking.task_id, asking.map_index)
    body = airflow.UpdateHITLDetailPayload(chosen_options=["Approve"], params_input={"day": 3})
    answer = call(api, "update_hitl_detail", *at, body)
    seen["answer"] = [answer.responded_by.id, answer.chosen_options]
    seen["answered twice"] = status_of(ConflictException, api, "update_hitl_detail", *at, body)
    detail = call(api, "get_hitl_detail", *at)
    assert detail.params_input == {"day": 3}
    seen["answered"] = [detail.response_received, detail.chosen_options, detail.task_instance.state.value]
    first = call(api, "get_hitl_detail_try_detail", *at, 1)
    assert first.chosen_options == detail.chosen_options


configuration = airflow.Configuration(host=origin, access_token=log_in())
with airflow.ApiClient(configuration) as api_client:
    read_monitor(api_client)
    read_dags(api_client)
    read_versions(api_client)
    one_run = read_runs(api_client)
    trigger(api_client)
    read_task_instances(api_client, one_run)
    read_xcoms(api_client, one_run)
    answer_question(api_client)
    pause_and_unpause(api_client)

print(json.dumps({"called": sorted(set(called)), "seen": seen}))
