CREATE TABLE IF NOT EXISTS `partner` (`id` CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `name` VARCHAR(128) NOT NULL, `title` LONGTEXT NOT NULL, `created` DATETIME(6) NOT NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE UNIQUE INDEX IF NOT EXISTS `partner__name` ON `partner` (`name`);

CREATE TABLE IF NOT EXISTS `account` (`id` CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `name` VARCHAR(128) NOT NULL, `password` LONGTEXT NOT NULL, `role` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `created` DATETIME(6) NOT NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE UNIQUE INDEX IF NOT EXISTS `account__name` ON `account` (`name`);

CREATE TABLE IF NOT EXISTS `token` (`id` CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `hash` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `partner_id` CHAR(26) CHARACTER SET ascii COLLATE ascii_bin, `account_id` CHAR(26) CHARACTER SET ascii COLLATE ascii_bin, `label` VARCHAR(255) NOT NULL, `scopes` VARCHAR(255) NOT NULL, `created` DATETIME(6) NOT NULL, `expires` DATETIME(6), `revoked` DATETIME(6), PRIMARY KEY (`id`), FOREIGN KEY (`partner_id`) REFERENCES `partner` (`id`), FOREIGN KEY (`account_id`) REFERENCES `account` (`id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE UNIQUE INDEX IF NOT EXISTS `token__hash` ON `token` (`hash`);

CREATE INDEX IF NOT EXISTS `token__partner_id` ON `token` (`partner_id`);

CREATE INDEX IF NOT EXISTS `token__account_id` ON `token` (`account_id`);

CREATE TABLE IF NOT EXISTS `login` (`id` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `account_id` CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `created` DATETIME(6) NOT NULL, `expires` DATETIME(6) NOT NULL, PRIMARY KEY (`id`), FOREIGN KEY (`account_id`) REFERENCES `account` (`id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE INDEX IF NOT EXISTS `login__account_id` ON `login` (`account_id`);

CREATE INDEX IF NOT EXISTS `login__expires` ON `login` (`expires`);

CREATE TABLE IF NOT EXISTS `audit` (`id` CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `at` DATETIME(6) NOT NULL, `actor` VARCHAR(255) NOT NULL, `action` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `subject` VARCHAR(255) NOT NULL, `detail` LONGTEXT NOT NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE INDEX IF NOT EXISTS `audit__at` ON `audit` (`at`);

CREATE INDEX IF NOT EXISTS `audit__subject_at` ON `audit` (`subject`, `at`);

CREATE TABLE IF NOT EXISTS `content` (`digest` VARCHAR(71) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `size` BIGINT NOT NULL, `encoding` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `data` LONGBLOB NOT NULL, `created` DATETIME(6) NOT NULL, PRIMARY KEY (`digest`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS `document` (`id` CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `partner_id` CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `vocabulary` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `identity_kind` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `identity` VARCHAR(500) NOT NULL, `title` LONGTEXT NOT NULL, `state` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `valid` TINYINT(1) NOT NULL, `violations` BIGINT NOT NULL, `root` VARCHAR(255) NOT NULL, `current` BIGINT, `published` BIGINT, `created` DATETIME(6) NOT NULL, `modified` DATETIME(6) NOT NULL, PRIMARY KEY (`id`), FOREIGN KEY (`partner_id`) REFERENCES `partner` (`id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE UNIQUE INDEX IF NOT EXISTS `document__partner_id_vocabulary_identity_kind_identity` ON `document` (`partner_id`, `vocabulary`, `identity_kind`, `identity`);

CREATE INDEX IF NOT EXISTS `document__modified_id` ON `document` (`modified`, `id`);

CREATE INDEX IF NOT EXISTS `document__partner_id_modified_id` ON `document` (`partner_id`, `modified`, `id`);

CREATE INDEX IF NOT EXISTS `document__vocabulary_modified_id` ON `document` (`vocabulary`, `modified`, `id`);

CREATE INDEX IF NOT EXISTS `document__state_modified_id` ON `document` (`state`, `modified`, `id`);

CREATE INDEX IF NOT EXISTS `document__valid_modified_id` ON `document` (`valid`, `modified`, `id`);

CREATE INDEX IF NOT EXISTS `document__vocabulary_state_modified_id` ON `document` (`vocabulary`, `state`, `modified`, `id`);

CREATE TABLE IF NOT EXISTS `revision` (`id` CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `document_id` CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `number` BIGINT NOT NULL, `digest` VARCHAR(71) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `schema` VARCHAR(71) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `version` VARCHAR(128) NOT NULL, `chosen` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `kind` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `valid` TINYINT(1) NOT NULL, `violations` BIGINT NOT NULL, `actor` VARCHAR(255) NOT NULL, `reason` LONGTEXT NOT NULL, `receipt_id` CHAR(26) CHARACTER SET ascii COLLATE ascii_bin, `run_id` CHAR(26) CHARACTER SET ascii COLLATE ascii_bin, `created` DATETIME(6) NOT NULL, PRIMARY KEY (`id`), FOREIGN KEY (`document_id`) REFERENCES `document` (`id`), FOREIGN KEY (`digest`) REFERENCES `content` (`digest`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE UNIQUE INDEX IF NOT EXISTS `revision__document_id_number` ON `revision` (`document_id`, `number`);

CREATE INDEX IF NOT EXISTS `revision__digest` ON `revision` (`digest`);

CREATE INDEX IF NOT EXISTS `revision__created` ON `revision` (`created`);

CREATE TABLE IF NOT EXISTS `receipt` (`id` CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `partner_id` CHAR(26) CHARACTER SET ascii COLLATE ascii_bin, `actor` VARCHAR(255) NOT NULL, `face` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `name` VARCHAR(500) NOT NULL, `digest` VARCHAR(71) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `size` BIGINT NOT NULL, `media_type` VARCHAR(255) NOT NULL, `received` DATETIME(6) NOT NULL, `outcome` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `status` BIGINT NOT NULL, `document_id` CHAR(26) CHARACTER SET ascii COLLATE ascii_bin, `revision` BIGINT, `problem` LONGTEXT, PRIMARY KEY (`id`), FOREIGN KEY (`partner_id`) REFERENCES `partner` (`id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE INDEX IF NOT EXISTS `receipt__received_id` ON `receipt` (`received`, `id`);

CREATE INDEX IF NOT EXISTS `receipt__partner_id_received_id` ON `receipt` (`partner_id`, `received`, `id`);

CREATE INDEX IF NOT EXISTS `receipt__digest` ON `receipt` (`digest`);

CREATE INDEX IF NOT EXISTS `receipt__partner_id_name` ON `receipt` (`partner_id`, `name`);

CREATE INDEX IF NOT EXISTS `receipt__document_id` ON `receipt` (`document_id`);

CREATE INDEX IF NOT EXISTS `receipt__outcome_received_id` ON `receipt` (`outcome`, `received`, `id`);

CREATE TABLE IF NOT EXISTS `verdict` (`content` VARCHAR(71) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `schema` VARCHAR(71) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `engine` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `valid` TINYINT(1) NOT NULL, `violations` BIGINT NOT NULL, `report` LONGBLOB NOT NULL, `checked` DATETIME(6) NOT NULL, PRIMARY KEY (`content`, `schema`, `engine`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE INDEX IF NOT EXISTS `verdict__schema_valid` ON `verdict` (`schema`, `valid`);

CREATE TABLE IF NOT EXISTS `rendering` (`key` VARCHAR(71) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `content` VARCHAR(71) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `format` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `media_type` VARCHAR(255) NOT NULL, `data` LONGBLOB NOT NULL, `created` DATETIME(6) NOT NULL, PRIMARY KEY (`key`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE INDEX IF NOT EXISTS `rendering__content_format` ON `rendering` (`content`, `format`);

CREATE TABLE IF NOT EXISTS `mapping` (`vocabulary` VARCHAR(128) NOT NULL, `plan` VARCHAR(71) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `tables` LONGTEXT NOT NULL, `changed` DATETIME(6) NOT NULL, PRIMARY KEY (`vocabulary`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS `run` (`id` CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `kind` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `state` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `actor` VARCHAR(255) NOT NULL, `parameters` LONGTEXT NOT NULL, `counts` LONGTEXT NOT NULL, `started` DATETIME(6) NOT NULL, `heartbeat` DATETIME(6), `ended` DATETIME(6), PRIMARY KEY (`id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE INDEX IF NOT EXISTS `run__started_id` ON `run` (`started`, `id`);

CREATE INDEX IF NOT EXISTS `run__state` ON `run` (`state`);

CREATE TABLE IF NOT EXISTS `run_item` (`run_id` CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `n` BIGINT NOT NULL, `name` LONGTEXT NOT NULL, `document_id` CHAR(26) CHARACTER SET ascii COLLATE ascii_bin, `receipt_id` CHAR(26) CHARACTER SET ascii COLLATE ascii_bin, `outcome` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `detail` LONGTEXT NOT NULL, PRIMARY KEY (`run_id`, `n`), FOREIGN KEY (`run_id`) REFERENCES `run` (`id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE INDEX IF NOT EXISTS `run_item__run_id_outcome_n` ON `run_item` (`run_id`, `outcome`, `n`);

CREATE TABLE IF NOT EXISTS `search_entry` (`id` BIGINT AUTO_INCREMENT NOT NULL, `document_id` CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, `head` BIGINT NOT NULL, `title` LONGTEXT NOT NULL, `body` LONGTEXT NOT NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE UNIQUE INDEX IF NOT EXISTS `search_entry__document_id_head` ON `search_entry` (`document_id`, `head`);

SET SESSION innodb_ft_enable_stopword = 0;

ALTER TABLE search_entry MODIFY title LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL, MODIFY body LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;

ALTER TABLE search_entry ADD FULLTEXT INDEX IF NOT EXISTS search_text (title, body);

ALTER TABLE search_entry ADD FULLTEXT INDEX IF NOT EXISTS search_title (title);
