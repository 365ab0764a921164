from lib.genie import reading
from lib.genie.hashes import forge_hash, forge_text, full_hash
from lib.genie.model import Space, Table
from tests.genie.samples import OLD_HASHES, OLD_PROJECT

MINIMAL = (
    '{"data_sources": {"tables": [{"column_configs": [], "description": [], "identifier": "catalog.schema.table"}]}, '
    '"instructions": {"example_question_sqls": [], "join_specs": [], "sql_functions": [], "sql_snippets": '
    '{"expressions": [], "filters": [], "measures": []}, "text_instructions": []}, "sample_questions": [], "tags": [], '
    '"title": "Minimal Test Space", "version": 2, "warehouse_id": "test_warehouse_123"}'
)


def test_smallest_space_gives_the_text_and_hash_on_record() -> None:
    space = Space("minimal_test", "Minimal Test Space", "test_warehouse_123", tables=(Table("catalog.schema.table"),))
    assert forge_text(space) == MINIMAL
    assert forge_hash(space) == "c60853c3d4bedc8d84dc4994d7352ef45d619384c85930eb2a7b956a3bdb6773"


def test_old_folder_gives_the_hashes_its_tool_computed() -> None:
    loaded = reading.load(OLD_PROJECT / "conf/spaces", "dev")
    assert {space.space_id: forge_hash(space) for space in loaded.spaces} == OLD_HASHES


def test_full_hash_sees_what_the_old_one_does_not() -> None:
    space = Space("a", "A", "w", tables=(Table("a.b.c"),))
    views = Space("a", "A", "w", tables=(Table("a.b.c"),), metric_views=(Table("a.b.v"),))
    assert forge_hash(space) == forge_hash(views)
    assert full_hash(space) != full_hash(views)
