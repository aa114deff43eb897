"""The table of aims: per work, how many times docker-registry's throughput, and at what share of its CPU."""

from dataclasses import dataclass

STOCK = "docker-registry"
OURS = "Roadstead"
OURS_VIEWS = "Roadstead, views alone"
OURS_POSTGRESQL = "Roadstead, PostgreSQL"
OURS_POSTGRESQL_VIEWS = "Roadstead, PostgreSQL, views alone"

MANIFEST = "manifest GET by tag, 16 clients"
BLOB_SMALL = "blob GET 4 MiB, 8 clients"
BLOB_BIG = "blob GET 256 MiB, 1 client"
BLOB_BIG_FOUR = "blob GET 256 MiB, 4 clients"
RANGES = "1 MiB ranges, 4 clients"
UPLOAD_PUT = "upload 256 MiB, 1 client, POST + PUT"
UPLOAD_PATCH = "upload 256 MiB, 1 client, POST + PATCH + PUT"
UPLOAD_CHUNKED = "upload 256 MiB, 1 client, chunked PATCH"
UPLOAD_FOUR = "upload 256 MiB, 4 clients, chunked PATCH"
PUSH = "skopeo push, 300 MB"
PUSH_THREE = "skopeo push, 300 MB, three at once"
PULL = "skopeo pull, 300 MB"
CATALOG = "last catalog page of 10,000 repositories"
TAGS = "tags?n=100 of 10,000 tags"
BLOBS = (BLOB_SMALL, BLOB_BIG, BLOB_BIG_FOUR, RANGES)
UPLOADS = (UPLOAD_PUT, UPLOAD_PATCH, UPLOAD_CHUNKED, UPLOAD_FOUR)
IMAGES = (PUSH, PUSH_THREE, PULL)
LISTS = (CATALOG, TAGS)

RSS_AIM_BYTES = 300 << 20
START_AIM_SECONDS = 5
CLEAN_START_AIM_SECONDS = 90


@dataclass(frozen=True)
class Aim:
    work: str
    times: float
    contestant: str = OURS
    cpu_share: float | None = None


AIMS = (
    Aim(MANIFEST, 10),
    Aim(MANIFEST, 3, OURS_VIEWS),
    Aim(MANIFEST, 6, OURS_POSTGRESQL),
    Aim(MANIFEST, 2, OURS_POSTGRESQL_VIEWS),
    Aim(BLOB_SMALL, 2),
    Aim(BLOB_BIG, 1.2, cpu_share=0.6),
    Aim(BLOB_BIG_FOUR, 1.2, cpu_share=0.6),
    Aim(RANGES, 4),
    Aim(UPLOAD_PUT, 2),
    Aim(UPLOAD_PATCH, 2),
    Aim(UPLOAD_CHUNKED, 2),
    Aim(UPLOAD_FOUR, 1.4),
    Aim(PUSH, 1.1),
    Aim(PUSH_THREE, 1.5),
    Aim(PULL, 1, cpu_share=0.6),
    Aim(CATALOG, 100),
    Aim(TAGS, 8),
)
