"""Which of harborapi's methods are not called, and why."""

OLD = "an older Harbor's: its address is none of Harbor 2.16's"
SCANNING = "scanning is not part of this registry yet"
REPLICATION = "replication is not part of this registry yet"
RETENTION = "tag retention is not part of this registry yet"
WEBHOOKS = "webhooks are not part of this registry yet"
IMMUTABLE = "immutable tags are not part of this registry yet"
COLLECTION = "garbage collection on demand is not part of this registry yet"
OIDC = "sign-in by OpenID Connect is not part of this registry yet"


def _all(reason: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), reason)


EXCEPTED: dict[str, str] = {
    **_all(OLD, "get_robots_v1 create_robot_v1 get_robot_v1 update_robot_v1 delete_robot_v1"),
    **_all(
        SCANNING,
        "create_scan_all_schedule create_scanner delete_scanner download_scan_export export_scan_data "
        "get_artifact_scan_report_log get_artifact_vulnerabilities get_artifact_vulnerability_reports "
        "get_cve_allowlist get_scan_all_metrics "
        "get_scan_all_schedule get_scan_export get_scan_exports get_scanner get_scanner_metadata get_scanners "
        "ping_scanner_adapter scan_artifact set_default_scanner stop_artifact_scan "
        "stop_scan_all_job update_cve_allowlist update_scan_all_schedule update_scanner",
    ),
    **_all(
        REPLICATION,
        "check_registry_status create_registry create_replication_policy delete_registry delete_replication_policy "
        "get_registries get_registry get_registry_adapters get_registry_info get_registry_providers get_replication "
        "get_replication_policies get_replication_policy get_replication_task_log get_replication_tasks "
        "get_replications start_replication stop_replication update_registry update_replication_policy",
    ),
    **_all(
        RETENTION,
        "create_retention_policy delete_retention_policy get_project_retention_id get_retention_execution_task_log "
        "get_retention_executions get_retention_metadata get_retention_policy get_retention_tasks "
        "start_retention_execution stop_retention_execution update_retention_policy",
    ),
    **_all(
        WEBHOOKS,
        "create_webhook_policy delete_webhook_policy get_webhook_jobs get_webhook_policies get_webhook_policy "
        "get_webhook_policy_last_trigger get_webhook_supported_events update_webhook_policy",
    ),
    **_all(
        IMMUTABLE,
        "create_project_immutable_tag_rule delete_project_immutable_tag_rule enable_project_immutable_tagrule "
        "get_project_immutable_tag_rules update_project_immutable_tag_rule",
    ),
    **_all(COLLECTION, "create_gc_schedule get_gc_job get_gc_jobs get_gc_log get_gc_schedule update_gc_schedule"),
    **_all(OIDC, "test_oidc"),
}
