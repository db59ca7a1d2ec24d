"""The core tables as data: one list, from which both databases' DDL is made. `model` has their Storm classes; a test compares the two."""

from __future__ import annotations

from .ddl import Column, Index, Table, create


def _required(kind: str, *names: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind, null=False) for name in names)


def _optional(kind: str, *names: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind) for name in names)


ACCESS = (
    Table(
        "partner",
        (*_required("id", "id"), *_required("name", "name"), *_required("text", "title"), *_required("datetime", "created")),
        ("id",),
        (Index(("name",), unique=True),),
    ),
    Table(
        "account",
        (*_required("id", "id"), *_required("name", "name"), *_required("text", "password"), *_required("word", "role"),
         *_required("datetime", "created")),
        ("id",),
        (Index(("name",), unique=True),),
    ),
    Table(
        "token",
        (*_required("id", "id"), *_required("word", "hash"), *_optional("id", "partner_id", "account_id"), *_required("token", "label"),
         *_required("token", "scopes"), *_required("datetime", "created"), *_optional("datetime", "expires", "revoked")),
        ("id",),
        (Index(("hash",), unique=True), Index(("partner_id",)), Index(("account_id",))),
        (("partner_id", "partner", "id"), ("account_id", "account", "id")),
    ),
    Table(
        "login",
        (*_required("word", "id"), *_required("id", "account_id"), *_required("datetime", "created", "expires")),
        ("id",),
        (Index(("account_id",)), Index(("expires",))),
        (("account_id", "account", "id"),),
    ),
    Table(
        "audit",
        (*_required("id", "id"), *_required("datetime", "at"), *_required("token", "actor"), *_required("word", "action"),
         *_required("token", "subject"), *_required("text", "detail")),
        ("id",),
        (Index(("at",)), Index(("subject", "at"))),
    ),
)

DOCUMENTS = (
    Table(
        "content",
        (*_required("digest", "digest"), *_required("integer", "size"), *_required("word", "encoding"), *_required("blob", "data"),
         *_required("datetime", "created")),
        ("digest",),
    ),
    Table(
        "document",
        (*_required("id", "id", "partner_id"), *_required("word", "vocabulary", "identity_kind"), *_required("key", "identity"),
         *_required("text", "title"), *_required("word", "state"), *_required("boolean", "valid"), *_required("integer", "violations"),
         *_required("token", "root"), *_optional("integer", "current", "published"), *_required("datetime", "created", "modified")),
        ("id",),
        (
            Index(("partner_id", "vocabulary", "identity_kind", "identity"), unique=True),
            Index(("modified", "id")),
            Index(("partner_id", "modified", "id")),
            Index(("vocabulary", "modified", "id")),
            Index(("state", "modified", "id")),
            Index(("valid", "modified", "id")),
            Index(("vocabulary", "state", "modified", "id")),
        ),
        (("partner_id", "partner", "id"),),
    ),
    Table(
        "revision",
        (*_required("id", "id", "document_id"), *_required("integer", "number"), *_required("digest", "digest", "schema"),
         *_required("name", "version"), *_required("word", "chosen", "kind"), *_required("boolean", "valid"),
         *_required("integer", "violations"), *_required("token", "actor"), *_required("text", "reason"),
         *_optional("id", "receipt_id", "run_id"), *_required("datetime", "created")),
        ("id",),
        (Index(("document_id", "number"), unique=True), Index(("digest",)), Index(("created",))),
        (("document_id", "document", "id"), ("digest", "content", "digest")),
    ),
    Table(
        "receipt",
        (*_required("id", "id"), *_optional("id", "partner_id"), *_required("token", "actor"), *_required("word", "face"),
         *_required("key", "name"), *_required("digest", "digest"), *_required("integer", "size"), *_required("token", "media_type"),
         *_required("datetime", "received"), *_required("word", "outcome"), *_required("integer", "status"),
         *_optional("id", "document_id"), *_optional("integer", "revision"), *_optional("text", "problem")),
        ("id",),
        (
            Index(("received", "id")),
            Index(("partner_id", "received", "id")),
            Index(("digest",)),
            Index(("partner_id", "name")),
            Index(("document_id",)),
            Index(("outcome", "received", "id")),
        ),
        (("partner_id", "partner", "id"),),
    ),
)

PROJECTIONS = (
    Table(
        "verdict",
        (*_required("digest", "content", "schema"), *_required("word", "engine"), *_required("boolean", "valid"),
         *_required("integer", "violations"), *_required("blob", "report"), *_required("datetime", "checked")),
        ("content", "schema", "engine"),
        (Index(("schema", "valid")),),
    ),
    Table(
        "rendering",
        (*_required("digest", "key", "content"), *_required("word", "format"), *_required("token", "media_type"),
         *_required("blob", "data"), *_required("datetime", "created")),
        ("key",),
        (Index(("content", "format")),),
    ),
    Table(
        "mapping",
        (*_required("name", "vocabulary"), *_required("digest", "plan"), *_required("text", "tables"), *_required("datetime", "changed")),
        ("vocabulary",),
    ),
)

JOBS = (
    Table(
        "run",
        (*_required("id", "id"), *_required("word", "kind", "state"), *_required("token", "actor"),
         *_required("text", "parameters", "counts"), *_required("datetime", "started"), *_optional("datetime", "heartbeat", "ended")),
        ("id",),
        (Index(("started", "id")), Index(("state",))),
    ),
    Table(
        "run_item",
        (*_required("id", "run_id"), *_required("integer", "n"), *_required("text", "name"), *_optional("id", "document_id", "receipt_id"),
         *_required("word", "outcome"), *_required("text", "detail")),
        ("run_id", "n"),
        (Index(("run_id", "outcome", "n")),),
        (("run_id", "run", "id"),),
    ),
)

SEARCH = Table(
    "search_entry",
    (*_required("serial", "id"), *_required("id", "document_id"), *_required("integer", "head"), *_required("text", "title", "body")),
    ("id",),
    (Index(("document_id", "head"), unique=True),),
)

HEARTBEAT = Table("heartbeat", (*_required("integer", "id"), *_required("datetime", "at")), ("id",))

COUNTER = Table(
    "counter",
    (*_required("id", "partner_id"), *_required("word", "vocabulary", "state"), *_required("boolean", "valid"),
     *_required("integer", "shard", "documents")),
    ("partner_id", "vocabulary", "state", "valid", "shard"),
    clustered=True,
)

IDEMPOTENCY = Table(
    "idempotency",
    (*_required("digest", "id", "request"), *_required("id", "claim"), *_required("token", "worker"), *_required("datetime", "claimed"),
     *_optional("integer", "status"), *_optional("text", "headers"), *_optional("blob", "body")),
    ("id",),
    (Index(("claimed",)),),
)

TABLES = (*ACCESS, *DOCUMENTS, *PROJECTIONS, *JOBS, SEARCH, HEARTBEAT, COUNTER, IDEMPOTENCY)

# The full-text index. On SQLite a second table that triggers keep equal to the first; on MariaDB two indexes under a collation that folds
# case and diacritics. `title` has its own, so that `title:word` can be asked.
SEARCH_SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_index USING fts5(title, body, content='search_entry', content_rowid='id', "
    "tokenize='unicode61 remove_diacritics 2', prefix='2 3')",
    "CREATE TRIGGER IF NOT EXISTS search_entry_added AFTER INSERT ON search_entry BEGIN "
    "INSERT INTO search_index (rowid, title, body) VALUES (new.id, new.title, new.body); END",
    "CREATE TRIGGER IF NOT EXISTS search_entry_removed AFTER DELETE ON search_entry BEGIN "
    "INSERT INTO search_index (search_index, rowid, title, body) VALUES ('delete', old.id, old.title, old.body); END",
    "CREATE TRIGGER IF NOT EXISTS search_entry_changed AFTER UPDATE OF title, body ON search_entry BEGIN "
    "INSERT INTO search_index (search_index, rowid, title, body) VALUES ('delete', old.id, old.title, old.body); "
    "INSERT INTO search_index (rowid, title, body) VALUES (new.id, new.title, new.body); END",
)
SEARCH_MYSQL = (
    "SET SESSION innodb_ft_enable_stopword = 0",
    "ALTER TABLE search_entry MODIFY title LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL, "
    "MODIFY body LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL",
    "ALTER TABLE search_entry ADD FULLTEXT INDEX IF NOT EXISTS search_text (title, body)",
    "ALTER TABLE search_entry ADD FULLTEXT INDEX IF NOT EXISTS search_title (title)",
)


def statements(dialect: str) -> list[str]:
    """All DDL of the core tables, in order; safe to run again."""
    made = [statement for table in TABLES for statement in create(dialect, table)]
    return made + list(SEARCH_MYSQL if dialect == "mysql" else SEARCH_SQLITE)
