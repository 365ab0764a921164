"""The errors a person may meet, each with what happened and what to do about it.

    AppError
    ├── SettingsError   the environment or a settings file cannot be used
    ├── InputError      something a person gave (file, form, URL, argument) cannot be used
    │   ├── PeriodError     dates that are no period
    │   ├── NotFound        an id or name that does not exist
    │   └── Conflict        it was changed by somebody else meanwhile
    ├── SourceError     data that should be there is missing: a table, a grant, an account
    ├── AccessError     somebody may not do or see this
    │   └── SignInError     nobody is signed in, or the sign-in has ended
    ├── Unavailable     a system that answers does not answer now; trying again may help
    │   └── Starting        it is on its way: a warehouse that starts
    └── QueryError      a statement the engine refused
        └── Cancelled       a statement that was stopped: by a person, or by its time limit

Adapters translate vendor exceptions into these; one place per face draws them.
"""


class AppError(Exception):
    """What happened (`message`), where (`place`), and what the reader can do (`remedy`)."""

    def __init__(self, message: str, *, remedy: str = "", place: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.place = place

    def __str__(self) -> str:
        """All three parts in one line, for a terminal or a log."""
        where = f"{self.place}: " if self.place else ""
        then = f" {self.remedy}" if self.remedy else ""
        return f"{where}{self.message}{then}"


class SettingsError(AppError):
    """A setting, or a file a setting names, cannot be used."""


class InputError(AppError):
    """Something a person gave cannot be used as it is."""


class PeriodError(InputError):
    """Two dates that do not make a period."""


class NotFound(InputError):
    """An id or a name that nothing answers to."""


class Conflict(InputError):
    """What a person wants to change was changed by somebody else since it was read."""


class SourceError(AppError):
    """Data that an answer needs is not there: an account, a table, a grant."""


class QueryError(AppError):
    """A statement the engine refused; `place` names the query's file."""


class Cancelled(QueryError):
    """A statement that was stopped before it ended, by a person or by its time limit."""


class AccessError(AppError):
    """The identity in use may not do or see this."""


class SignInError(AccessError):
    """Nobody is signed in, or the sign-in was refused or has ended."""


class Unavailable(AppError):
    """A system this needs does not answer now; trying again later may help."""


class Starting(Unavailable):
    """A warehouse that is on its way: asked again in a while, it answers."""
