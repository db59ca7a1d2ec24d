"""The text of documents' heads, and its full-text index."""

from __future__ import annotations

from ..ddl import Index, Table
from .columns import required

SEARCH = Table(
    "search_entry",
    (*required("serial", "id"), *required("id", "document_id"), *required("integer", "head"), *required("text", "title", "body")),
    ("id",),
    (Index(("document_id", "head"), unique=True),),
)

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
