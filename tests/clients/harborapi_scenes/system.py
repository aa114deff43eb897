"""What concerns the whole system."""

import time

from harborapi.exceptions import BadRequest
from harborapi.models import Configurations, Schedule, ScheduleObj

from tests.clients.harborapi_scenes.stage import Stage, number, refused


def sniffing(stage: Stage) -> None:
    """What clients ask first."""
    admin = stage.admin
    assert admin.ping() == "Pong"
    assert admin.health_check().status == "healthy"
    assert admin.get_system_info().harbor_version.startswith("v2.")
    assert admin.get_statistics().total_project_count is not None
    assert admin.get_system_volume_info() is not None
    admin.get_system_certificate()


def settings(stage: Stage) -> None:
    admin = stage.admin
    assert admin.get_config().token_expiration.value == 30
    admin.update_config(Configurations(token_expiration=20))
    assert admin.get_config().token_expiration.value == 20
    refused(BadRequest, lambda: admin.update_config(Configurations(token_expiration=-1)))
    admin.update_config(Configurations(token_expiration=30))


def audit(stage: Stage) -> None:
    found = stage.admin.get_audit_logs(query="username=admin", sort="-op_time", page_size=100)
    assert all(each.username == "admin" for each in found)


def purges(stage: Stage) -> None:
    """Each by its two names."""
    admin = stage.admin
    daily = Schedule(
        parameters={"audit_retention_hour": 720, "include_operations": "create,delete"},
        schedule=ScheduleObj(type="Custom", cron="0 0 0 * * *"),
    )
    admin.create_purge_job_schedule(daily)
    assert admin.get_purge_job_schedule().schedule.cron == "0 0 0 * * *"
    admin.update_purge_job_schedule(Schedule(parameters=daily.parameters, schedule=ScheduleObj(type="Daily")))
    admin.update_audit_log_rotation_schedule(daily)
    assert admin.get_audit_log_rotation_schedule().schedule.type.value == "Custom"
    now = Schedule(parameters={**daily.parameters, "dry_run": True}, schedule=ScheduleObj(type="Manual"))
    run = number(admin.create_audit_log_rotation_schedule(now))
    until = time.monotonic() + 60
    while admin.get_purge_job(run).job_status not in ("Success", "Error") and time.monotonic() < until:
        time.sleep(0.5)
    assert admin.get_audit_log_rotation(run).job_status == "Success"
    assert admin.get_purge_job_log(run)
    assert admin.get_audit_log_rotation_log(run)
    assert run in [each.id for each in admin.get_purge_job_history()]
    assert run in [each.id for each in admin.get_audit_log_rotation_history()]


def stopping(stage: Stage) -> None:
    """A run that is over already stays what it is."""
    admin = stage.admin
    run = admin.get_purge_job_history()[0].id
    admin.stop_purge_job(run)
    admin.stop_audit_log_rotation(run)
    assert admin.get_purge_job(run).job_status == "Success"


SCENES = [sniffing, settings, audit, purges, stopping]
