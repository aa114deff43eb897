"""The conformance program of the OCI distribution specification, run against a server of ours."""
