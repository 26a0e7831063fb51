"""Reads the OpenMetrics text of a running server with prometheus-client's strict parser; prints the families, or fails.

pip install prometheus-client
curl -H "Authorization: Bearer KEY" http://127.0.0.1:4173/metrics | python test/golden/openmetrics_check.py
"""

import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

families = list(text_string_to_metric_families(sys.stdin.read()))
for family in families:
    print(f"{family.type:10} {family.name} ({len(family.samples)} samples)")
wanted = {"gen_ai_server_request_duration_seconds", "loam_gen_ai_tokens", "loam_jobs", "loam_blob_storage_bytes"}
missing = wanted - {family.name for family in families}
sys.exit(f"missing: {sorted(missing)}" if missing else 0)
