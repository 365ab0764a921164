"""Reads a statement word by word: what the commands that are not queries are parsed with."""

from lib.demo.workspace.sql_errors import SqlRefusal, syntax
from lib.queries.tokens import Token, tokenise


class Words:
    """A place in a statement's tokens."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenise(text)
        while self.tokens and self.tokens[-1].text == ";":
            self.text = self.text[: self.tokens.pop().start]
        if any(token.text == ";" for token in self.tokens):
            raise syntax(";: extra input, only one statement at a time")
        self.position = 0

    @property
    def token(self) -> Token | None:
        """The token here, None at the end."""
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    @property
    def done(self) -> bool:
        """Is this the end?"""
        return self.token is None

    def peek(self, ahead: int = 0) -> str:
        """The word `ahead` of here in capitals, "" when it is none."""
        index = self.position + ahead
        return self.tokens[index].upper if index < len(self.tokens) else ""

    def accept(self, *words: str) -> bool:
        """Go past these words when they stand here."""
        if all(self.peek(number) == word for number, word in enumerate(words)):
            self.position += len(words)
            return True
        return False

    def one_of(self, *words: str) -> str:
        """Go past one of these words and say which; "" for none of them."""
        found = self.peek()
        if found in words:
            self.position += 1
            return found
        return ""

    def expect(self, *words: str) -> None:
        """Go past these words, or refuse the statement."""
        if not self.accept(*words):
            raise self.wrong()

    def name(self) -> tuple[str, ...]:
        """A dotted name, its parts in lower case."""
        parts = [self.identifier()]
        while self.accept("."):
            parts.append(self.identifier())
        return tuple(parts)

    def identifier(self) -> str:
        """One identifier, in lower case."""
        token = self.token
        if token is None or not token.name:
            raise self.wrong()
        self.position += 1
        return token.name

    def principal(self) -> str:
        """A principal's name as it is written: users and groups differ in case."""
        token = self.token
        if token is None or not token.name:
            raise self.wrong()
        self.position += 1
        return token.text[1:-1].replace("``", "`") if token.kind == "quoted" else token.text

    def string(self) -> str:
        """A string literal's value."""
        token = self.token
        if token is None or token.kind != "string":
            raise self.wrong()
        self.position += 1
        inner = token.text[2:-1] if token.text[0] in "rR" else token.text[1:-1]
        return inner.replace("\\'", "'").replace('\\"', '"').replace("\\\\", "\\")

    def rest(self) -> str:
        """The text from here to the end; the end is reached."""
        token = self.token
        self.position = len(self.tokens)
        return self.text[token.start :] if token else ""

    def until(self, *words: str) -> str:
        """The text up to the first of these words outside brackets; that is where it goes on."""
        start, depth = self.token, 0
        begin = self.position
        while self.token is not None:
            if depth == 0 and self.peek() in words:
                break
            depth += {"(": 1, "<": 0, ")": -1}.get(self.peek(), 0)
            if depth < 0:
                break
            self.position += 1
        if start is None or self.position == begin:
            raise self.wrong()
        return self.text[start.start : self.tokens[self.position - 1].end]

    def group(self) -> list["Words"]:
        """A bracketed list, cut at its commas: each piece to be read by itself."""
        self.expect("(")
        pieces, depth, angle = [], 1, 0
        start = self.token.start if self.token else len(self.text)
        while self.token is not None:
            word = self.peek()
            depth += {"(": 1, ")": -1}.get(word, 0)
            angle += {"<": 1, ">": -1}.get(word, 0)
            if depth == 0 or (depth == 1 and angle == 0 and word == ","):
                pieces.append(Words(self.text[start : self.token.start]))
                start = self.token.end
            self.position += 1
            if depth == 0:
                return pieces
        raise self.wrong()

    def end(self) -> None:
        """Refuse the statement when something is left."""
        if not self.done:
            raise self.wrong()

    def wrong(self) -> SqlRefusal:
        """What to raise for a word that should not be here."""
        token = self.token
        return syntax(token.text if token else "end of input")
