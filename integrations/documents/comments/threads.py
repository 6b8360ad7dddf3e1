"""Plans and applies what a batch does to comment threads: answers, resolved flags, deletions."""

from dataclasses import dataclass

from lxml import etree

from integrations.documents.comments.anchors import anchor_answer, has_anchor, remove_anchors
from integrations.documents.comments.writer import CommentWriter
from integrations.documents.model import DocumentEdit, EditRejected
from integrations.documents.package.opc import Package
from integrations.documents.revisions.revision_mark import RevisionMark


@dataclass(frozen=True, slots=True)
class _Answer:
    first_id: str
    text: str
    revision_mark: RevisionMark


class ThreadPlans:
    """Collects what should happen to comments. `added` and `removed` say afterwards what did, by comment id."""

    def __init__(self, package: Package) -> None:
        self.writer = CommentWriter(package)
        self.added: dict[str, str] = {}
        self.removed: set[str] = set()
        self._package = package
        self._answers: list[_Answer] = []
        self._resolved: list[str] = []

    @property
    def _main(self) -> etree._Element:
        return self._package.root(self._package.main_name)

    def plan(self, edit: DocumentEdit, revision_mark: RevisionMark) -> None:
        """Accept an edit of a thread.

        Raises:
            EditRejected: the comment is not there, is deleted by this batch, or an answer would have no anchor.
        """
        row = self.writer.find(edit.target)
        if row.id in self.removed:
            raise EditRejected("Another edit of this batch deletes this comment.")
        if edit.op == "resolve":
            self._resolved.append(row.id)
        elif edit.op == "delete_comment":
            thread = [row] if row.parent else self.writer.thread(row.id)
            ids = {comment.id for comment in thread}
            if ids & {answer.first_id for answer in self._answers} or ids & set(self._resolved):
                raise EditRejected("Another edit of this batch answers or resolves this comment.")
            self.removed |= ids
        else:
            self._plan_answer(edit, row.parent or row.id, revision_mark)

    def _plan_answer(self, edit: DocumentEdit, first_id: str, revision_mark: RevisionMark) -> None:
        """Threads have one level: an answer to an answer goes to the comment that began the thread."""
        if not edit.comment.strip():
            raise EditRejected("The answer has no text.")
        if not has_anchor(self._main, first_id):
            raise EditRejected("The comment is not anchored in the text; Word would drop an answer to it.")
        self._answers.append(_Answer(first_id, edit.comment, revision_mark))

    def write(self, text: str, revision_mark: RevisionMark, parent_id: str = "") -> str:
        """Write a comment and return its id."""
        number = self.writer.next_id()
        self.writer.add(number, text, revision_mark, parent_id)
        self.added[number] = text
        return number

    def apply(self) -> None:
        """Apply everything that was planned."""
        for answer in self._answers:
            number = self.write(answer.text, answer.revision_mark, answer.first_id)
            anchor_answer(self._main, answer.first_id, number, self.writer.reference(number))
            self._package.touch(self._package.main_name)
        for comment_id in self._resolved:
            self.writer.resolve(comment_id)
        if self.removed:
            self.writer.delete(self.removed)
            remove_anchors(self._main, self.removed)
            self._package.touch(self._package.main_name)
