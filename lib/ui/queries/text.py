"""The text of a statement, or why it is not there, and what the text says."""

import streamlit as st

from lib.statements.finding import Finding
from lib.statements.lint import Linted
from lib.statements.statement import StatementView
from lib.ui import words

NO_TEXT = {
    "masked": "**The text is not shown to your role.** Operators and admins read all texts, everybody their own.",
    "missing": "**There is no text.** The account encrypts it (customer-managed keys), or the statement has none.",
}
TONES = {"High": "orange", "Medium": "blue", "Low": "gray"}


def draw(shown: StatementView) -> None:
    """The formatted text, or why it is not there."""
    if shown.text is None:
        st.info(NO_TEXT[shown.text_state], icon=":material/visibility_off:")
    else:
        st.code(
            shown.text,
            language="sql",
            line_numbers=True,
            wrap_lines=True,
            height=min(480, 60 + 22 * (shown.text.count("\n") + 1)),
        )


def findings_of_text(linted: Linted, *, of: str = "the text above") -> None:
    """What the text says, each with place, reason and remedy."""
    for place in linted.unreadable:
        st.info(words.plain(f"Not assessed: {place.reason}"), icon=":material/visibility_off:")
    if not linted.findings:
        if linted.statements and not linted.unreadable:
            st.caption(f"Nothing found in {of}. Complexity {linted.complexity} of 10.")
        return
    st.caption(
        f"Lines and columns of {of}. Complexity {linted.complexity} of 10, optimisation {linted.optimisation} of 10."
    )
    for finding in linted.findings:
        _finding(finding)


def _finding(finding: Finding) -> None:
    with st.container(border=True):
        tone = TONES[finding.priority.value]
        st.markdown(
            f":{tone}-badge[{finding.priority.value}] {words.strong(finding.title)} "
            f":gray[line {finding.line}, column {finding.column}]  \n"
            f"{words.plain(finding.message)} :gray[{words.plain(finding.why)}]  \n"
            f":material/build: {words.plain(finding.remedy)}"
        )
        if finding.rewrite:
            with st.expander("The same rows, written better", type="compact"):
                st.code(finding.rewrite, language="sql", wrap_lines=True)
