"""The core tables as data: one list, from which both databases' DDL is made. `model` has their Storm classes; a test compares the two."""

from __future__ import annotations

from ..ddl import create
from .access import ACCESS
from .clusters import CLUSTERS
from .corrections import CONFLICT
from .delivery import DELIVERY
from .desk import DESK
from .documents import DOCUMENTS, PUBLICATION, TOMBSTONE
from .exchange import IDEMPOTENCY
from .jobs import JOBS
from .nodes import COMMIT_COUNT, HEARTBEAT
from .partners import PARTNERS
from .projections import COUNTER, PROJECTIONS
from .public import PUBLIC
from .search import SEARCH, SEARCH_MYSQL, SEARCH_SQLITE
from .tasks import TASKS

TABLES = (*ACCESS, *DOCUMENTS, *PROJECTIONS, *JOBS, SEARCH, HEARTBEAT, COMMIT_COUNT, COUNTER, IDEMPOTENCY, PUBLICATION, TOMBSTONE,
          *PARTNERS, *PUBLIC, *DELIVERY, *TASKS, *DESK,
          *CLUSTERS, CONFLICT)


def statements(dialect: str) -> list[str]:
    """All DDL of the core tables, in order; safe to run again."""
    made = [statement for table in TABLES for statement in create(dialect, table)]
    return made + list(SEARCH_MYSQL if dialect == "mysql" else SEARCH_SQLITE)
