"""Who is looking, from headers and groups."""

import pytest

from lib.access import Role
from lib.errors import SignInError
from lib.workspace.identity import person, role


def test_a_person_is_named_by_the_proxy_whatever_the_case_of_its_headers() -> None:
    found = person(
        {
            "X-Forwarded-Email": "ada@example.com",
            "x-forwarded-preferred-username": "Ada",
            "X-Forwarded-Access-Token": "t",
        }
    )
    assert (found.name, found.display_name, found.token) == ("ada@example.com", "Ada", "t")


def test_a_name_with_an_umlaut_survives_the_server_that_reads_latin_1() -> None:
    as_received = "Jörg".encode().decode("latin-1")
    assert (
        person({"X-Forwarded-Email": "j@example.com", "X-Forwarded-Preferred-Username": as_received}).display_name
        == "Jörg"
    )


def test_headers_that_name_nobody_are_no_sign_in() -> None:
    with pytest.raises(SignInError, match="Nobody is signed in"):
        person({"X-Forwarded-Email": "", "Accept": "text/html"})


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([], Role.VIEWER),
        (["finance"], Role.VIEWER),
        (["Operators"], Role.OPERATOR),
        (["operators", "ADMINS"], Role.ADMIN),
    ],
)
def test_the_highest_role_counts(groups: list[str], expected: Role) -> None:
    assert role(groups, admins=frozenset({"admins"}), operators=frozenset({"operators"})) is expected
