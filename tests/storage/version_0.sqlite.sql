CREATE TABLE IF NOT EXISTS "partner" ("id" TEXT NOT NULL, "name" TEXT NOT NULL, "title" TEXT NOT NULL, "created" TEXT NOT NULL, PRIMARY KEY ("id"));

CREATE UNIQUE INDEX IF NOT EXISTS "partner__name" ON "partner" ("name");

CREATE TABLE IF NOT EXISTS "account" ("id" TEXT NOT NULL, "name" TEXT NOT NULL, "password" TEXT NOT NULL, "role" TEXT NOT NULL, "created" TEXT NOT NULL, PRIMARY KEY ("id"));

CREATE UNIQUE INDEX IF NOT EXISTS "account__name" ON "account" ("name");

CREATE TABLE IF NOT EXISTS "token" ("id" TEXT NOT NULL, "hash" TEXT NOT NULL, "partner_id" TEXT, "account_id" TEXT, "label" TEXT NOT NULL, "scopes" TEXT NOT NULL, "created" TEXT NOT NULL, "expires" TEXT, "revoked" TEXT, PRIMARY KEY ("id"), FOREIGN KEY ("partner_id") REFERENCES "partner" ("id"), FOREIGN KEY ("account_id") REFERENCES "account" ("id"));

CREATE UNIQUE INDEX IF NOT EXISTS "token__hash" ON "token" ("hash");

CREATE INDEX IF NOT EXISTS "token__partner_id" ON "token" ("partner_id");

CREATE INDEX IF NOT EXISTS "token__account_id" ON "token" ("account_id");

CREATE TABLE IF NOT EXISTS "login" ("id" TEXT NOT NULL, "account_id" TEXT NOT NULL, "created" TEXT NOT NULL, "expires" TEXT NOT NULL, PRIMARY KEY ("id"), FOREIGN KEY ("account_id") REFERENCES "account" ("id"));

CREATE INDEX IF NOT EXISTS "login__account_id" ON "login" ("account_id");

CREATE INDEX IF NOT EXISTS "login__expires" ON "login" ("expires");

CREATE TABLE IF NOT EXISTS "audit" ("id" TEXT NOT NULL, "at" TEXT NOT NULL, "actor" TEXT NOT NULL, "action" TEXT NOT NULL, "subject" TEXT NOT NULL, "detail" TEXT NOT NULL, PRIMARY KEY ("id"));

CREATE INDEX IF NOT EXISTS "audit__at" ON "audit" ("at");

CREATE INDEX IF NOT EXISTS "audit__subject_at" ON "audit" ("subject", "at");

CREATE TABLE IF NOT EXISTS "content" ("digest" TEXT NOT NULL, "size" INTEGER NOT NULL, "encoding" TEXT NOT NULL, "data" BLOB NOT NULL, "created" TEXT NOT NULL, PRIMARY KEY ("digest"));

CREATE TABLE IF NOT EXISTS "document" ("id" TEXT NOT NULL, "partner_id" TEXT NOT NULL, "vocabulary" TEXT NOT NULL, "identity_kind" TEXT NOT NULL, "identity" TEXT NOT NULL, "title" TEXT NOT NULL, "state" TEXT NOT NULL, "valid" INTEGER NOT NULL, "violations" INTEGER NOT NULL, "root" TEXT NOT NULL, "current" INTEGER, "published" INTEGER, "created" TEXT NOT NULL, "modified" TEXT NOT NULL, PRIMARY KEY ("id"), FOREIGN KEY ("partner_id") REFERENCES "partner" ("id"));

CREATE UNIQUE INDEX IF NOT EXISTS "document__partner_id_vocabulary_identity_kind_identity" ON "document" ("partner_id", "vocabulary", "identity_kind", "identity");

CREATE INDEX IF NOT EXISTS "document__modified_id" ON "document" ("modified", "id");

CREATE INDEX IF NOT EXISTS "document__partner_id_modified_id" ON "document" ("partner_id", "modified", "id");

CREATE INDEX IF NOT EXISTS "document__vocabulary_modified_id" ON "document" ("vocabulary", "modified", "id");

CREATE INDEX IF NOT EXISTS "document__state_modified_id" ON "document" ("state", "modified", "id");

CREATE INDEX IF NOT EXISTS "document__valid_modified_id" ON "document" ("valid", "modified", "id");

CREATE INDEX IF NOT EXISTS "document__vocabulary_state_modified_id" ON "document" ("vocabulary", "state", "modified", "id");

CREATE TABLE IF NOT EXISTS "revision" ("id" TEXT NOT NULL, "document_id" TEXT NOT NULL, "number" INTEGER NOT NULL, "digest" TEXT NOT NULL, "schema" TEXT NOT NULL, "version" TEXT NOT NULL, "chosen" TEXT NOT NULL, "kind" TEXT NOT NULL, "valid" INTEGER NOT NULL, "violations" INTEGER NOT NULL, "actor" TEXT NOT NULL, "reason" TEXT NOT NULL, "receipt_id" TEXT, "run_id" TEXT, "created" TEXT NOT NULL, PRIMARY KEY ("id"), FOREIGN KEY ("document_id") REFERENCES "document" ("id"), FOREIGN KEY ("digest") REFERENCES "content" ("digest"));

CREATE UNIQUE INDEX IF NOT EXISTS "revision__document_id_number" ON "revision" ("document_id", "number");

CREATE INDEX IF NOT EXISTS "revision__digest" ON "revision" ("digest");

CREATE INDEX IF NOT EXISTS "revision__created" ON "revision" ("created");

CREATE TABLE IF NOT EXISTS "receipt" ("id" TEXT NOT NULL, "partner_id" TEXT, "actor" TEXT NOT NULL, "face" TEXT NOT NULL, "name" TEXT NOT NULL, "digest" TEXT NOT NULL, "size" INTEGER NOT NULL, "media_type" TEXT NOT NULL, "received" TEXT NOT NULL, "outcome" TEXT NOT NULL, "status" INTEGER NOT NULL, "document_id" TEXT, "revision" INTEGER, "problem" TEXT, PRIMARY KEY ("id"), FOREIGN KEY ("partner_id") REFERENCES "partner" ("id"));

CREATE INDEX IF NOT EXISTS "receipt__received_id" ON "receipt" ("received", "id");

CREATE INDEX IF NOT EXISTS "receipt__partner_id_received_id" ON "receipt" ("partner_id", "received", "id");

CREATE INDEX IF NOT EXISTS "receipt__digest" ON "receipt" ("digest");

CREATE INDEX IF NOT EXISTS "receipt__partner_id_name" ON "receipt" ("partner_id", "name");

CREATE INDEX IF NOT EXISTS "receipt__document_id" ON "receipt" ("document_id");

CREATE INDEX IF NOT EXISTS "receipt__outcome_received_id" ON "receipt" ("outcome", "received", "id");

CREATE TABLE IF NOT EXISTS "verdict" ("content" TEXT NOT NULL, "schema" TEXT NOT NULL, "engine" TEXT NOT NULL, "valid" INTEGER NOT NULL, "violations" INTEGER NOT NULL, "report" BLOB NOT NULL, "checked" TEXT NOT NULL, PRIMARY KEY ("content", "schema", "engine"));

CREATE INDEX IF NOT EXISTS "verdict__schema_valid" ON "verdict" ("schema", "valid");

CREATE TABLE IF NOT EXISTS "rendering" ("key" TEXT NOT NULL, "content" TEXT NOT NULL, "format" TEXT NOT NULL, "media_type" TEXT NOT NULL, "data" BLOB NOT NULL, "created" TEXT NOT NULL, PRIMARY KEY ("key"));

CREATE INDEX IF NOT EXISTS "rendering__content_format" ON "rendering" ("content", "format");

CREATE TABLE IF NOT EXISTS "mapping" ("vocabulary" TEXT NOT NULL, "plan" TEXT NOT NULL, "tables" TEXT NOT NULL, "changed" TEXT NOT NULL, PRIMARY KEY ("vocabulary"));

CREATE TABLE IF NOT EXISTS "run" ("id" TEXT NOT NULL, "kind" TEXT NOT NULL, "state" TEXT NOT NULL, "actor" TEXT NOT NULL, "parameters" TEXT NOT NULL, "counts" TEXT NOT NULL, "started" TEXT NOT NULL, "heartbeat" TEXT, "ended" TEXT, PRIMARY KEY ("id"));

CREATE INDEX IF NOT EXISTS "run__started_id" ON "run" ("started", "id");

CREATE INDEX IF NOT EXISTS "run__state" ON "run" ("state");

CREATE TABLE IF NOT EXISTS "run_item" ("run_id" TEXT NOT NULL, "n" INTEGER NOT NULL, "name" TEXT NOT NULL, "document_id" TEXT, "receipt_id" TEXT, "outcome" TEXT NOT NULL, "detail" TEXT NOT NULL, PRIMARY KEY ("run_id", "n"), FOREIGN KEY ("run_id") REFERENCES "run" ("id"));

CREATE INDEX IF NOT EXISTS "run_item__run_id_outcome_n" ON "run_item" ("run_id", "outcome", "n");

CREATE TABLE IF NOT EXISTS "search_entry" ("id" INTEGER NOT NULL PRIMARY KEY, "document_id" TEXT NOT NULL, "head" INTEGER NOT NULL, "title" TEXT NOT NULL, "body" TEXT NOT NULL);

CREATE UNIQUE INDEX IF NOT EXISTS "search_entry__document_id_head" ON "search_entry" ("document_id", "head");

CREATE VIRTUAL TABLE IF NOT EXISTS search_index USING fts5(title, body, content='search_entry', content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='2 3');

CREATE TRIGGER IF NOT EXISTS search_entry_added AFTER INSERT ON search_entry BEGIN INSERT INTO search_index (rowid, title, body) VALUES (new.id, new.title, new.body); END;

CREATE TRIGGER IF NOT EXISTS search_entry_removed AFTER DELETE ON search_entry BEGIN INSERT INTO search_index (search_index, rowid, title, body) VALUES ('delete', old.id, old.title, old.body); END;

CREATE TRIGGER IF NOT EXISTS search_entry_changed AFTER UPDATE OF title, body ON search_entry BEGIN INSERT INTO search_index (search_index, rowid, title, body) VALUES ('delete', old.id, old.title, old.body); INSERT INTO search_index (rowid, title, body) VALUES (new.id, new.title, new.body); END;
