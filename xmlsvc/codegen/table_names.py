"""Names of generated tables and columns: from XML names to identifiers that both databases and Python take unquoted.

At most 60 characters (MariaDB takes 64; indexes need some), lower case, ASCII, unique without regard to case, never a reserved word
(MariaDB 10.11, MySQL 8, SQLite, Python) nor a name that the core tables or the row classes use.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Collection, Iterable
from hashlib import sha256

LONGEST = 60

SQL_RESERVED = frozenset(
    """accessible add all alter analyze and array as asc asensitive autoincrement before between bigint binary blob both by call
    cascade case cast change char character check collate column commit condition constraint continue convert create cross cube
    cume_dist current_date current_role current_time current_timestamp current_user cursor databases day_hour day_microsecond
    day_minute day_second dec decimal declare default deferrable delayed delete delete_domain_id dense_rank desc describe
    deterministic distinct distinctrow div do_domain_ids double drop dual each else elseif empty enclosed escape escaped except
    exists exit explain false fetch first_value float float4 float8 for force foreign from fulltext function generated get grant
    group grouping groups having high_priority hour_microsecond hour_minute hour_second if ignore ignore_domain_ids in index
    infile inner inout insensitive insert int int1 int2 int3 int4 int8 integer intersect interval into io_after_gtids
    io_before_gtids is isnull iterate join json_table key keys kill lag last_value lateral lead leading leave left like limit
    linear lines load localtime localtimestamp lock long longblob longtext loop low_priority manual master_bind
    master_demote_to_replica master_demote_to_slave master_ssl_verify_server_cert match maxvalue mediumblob mediumint mediumtext
    member middleint minute_microsecond minute_second mod modifies natural no_write_to_binlog not notnull nth_value ntile null
    numeric of offset on optimize optimizer_costs optionally or order out outer outfile over page_checksum parallel
    parse_vcol_expr partition percent_rank portion precision primary procedure purge qualify raise range rank read read_write
    reads real recursive ref_system_id references regexp release rename repeat replace require resignal restrict return returning
    revoke right rlike row row_number rows schemas second_microsecond select sensitive separator set show signal smallint spatial
    specific sql sql_big_result sql_buffer_result sql_cache sql_calc_found_rows sql_no_cache sql_small_result sqlexception
    sqlstate sqlwarning ssl starting stats_auto_recalc stats_persistent stats_sample_pages stored straight_join system table
    tablesample terminated then tinyblob tinyint tinytext to trailing transaction trigger true undo union unique unlock unsigned
    update usage use using utc_date utc_time utc_timestamp values varbinary varchar varcharacter varying virtual when where while
    window with write xor year_month zerofill""".split()  # noqa: SIM905
)
RESERVED = SQL_RESERVED | frozenset(keyword.kwlist) | frozenset(keyword.softkwlist)

CORE_TABLES = frozenset(
    """partner account token login audit content document revision receipt verdict rendering mapping run run_item run_move search_entry
    patch heartbeat commit_count counter idempotency receipt_part receipt_cause webhook webhook_message webhook_attempt publication
    tombstone public_document public_change public_set public_output channel delivery_target delivery_item delivery_cursor delivery_log job
    job_log media_file media_use working_copy saved_search cluster cluster_member conflict""".split()  # noqa: SIM905
)
PROVENANCE = ("document_id", "head", "n", "parent", "document", "of", "parent_row")
"""Columns of our own in generated tables, and what their classes have besides."""

_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OTHER = re.compile(r"[^a-z0-9]+")


def snake(text: str) -> str:
    """The text in lower case with underscores between its words: "relatedISSNCode" is "related_issn_code"."""
    plain = unicodedata.normalize("NFKD", _BOUNDARY.sub("_", text))
    made = _OTHER.sub("_", plain.encode("ascii", "ignore").decode().lower()).strip("_")
    if not made:
        return "x" + sha256(text.encode()).hexdigest()[:6]  # a name without any Latin letter
    return made if made[0].isalpha() else f"x{made}"


def shorten(name: str, longest: int = LONGEST) -> str:
    """The name, cut to `longest` characters; a cut name ends in a digest of the whole."""
    if len(name) <= longest:
        return name
    return f"{name[: longest - 7].rstrip('_')}_{sha256(name.encode()).hexdigest()[:6]}"


def free(candidates: Iterable[str], taken: Collection[str]) -> str:
    """The first of the candidates that is neither reserved nor taken; else the last with a number."""
    last = ""
    for candidate in candidates:
        last = shorten(candidate)
        if last in RESERVED or last in PROVENANCE:
            last = f"{last}_"
        if last not in taken:
            return last
    number = 2
    while (numbered := f"{shorten(last, LONGEST - 4)}_{number}") in taken:
        number += 1
    return numbered
