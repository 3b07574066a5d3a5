"""What cannot be done with an award or a credential, and why, in kind words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from certificates.dates import in_words

if TYPE_CHECKING:
    from datetime import date

    from certificates.models import Award, Credential, StatementVersion

LONGEST_QUOTE = 120
MOST_CHARACTERS = 10
"""How much of a text, and how many of its characters, a message repeats."""


class CannotBeDone(Exception):
    """Something about a credential that cannot be done; `str()` says why."""


class NameIsNotPrintable(CannotBeDone):
    """A person's name cannot be printed as it is. Until it can, nothing is issued to them."""


class HolderHasNoName(NameIsNotPrintable):
    """A certificate needs a name to print."""

    def __str__(self) -> str:
        return _(
            "A certificate needs a name to print. Please add a full name to the account first."
        )


class NameHasNoLetter(NameIsNotPrintable):
    """Figures, dots and invisible marks are not a name."""

    def __init__(self, name: str, *, can_be_seen: bool) -> None:
        super().__init__(name)
        self.name = name
        self.can_be_seen = can_be_seen

    def __str__(self) -> str:
        if not self.can_be_seen:
            return _(
                "A name on a certificate needs at least one letter, and nothing of this one can "
                "be seen. Please write it as it is to be printed."
            )
        return _(
            "A name on a certificate needs at least one letter, and “%(name)s” has none. "
            "Please write it as it is to be printed."
        ) % {"name": self.name}


class AlreadyHolds(CannotBeDone):
    """The person holds this award, current or suspended."""

    def __init__(self, credential: Credential) -> None:
        super().__init__(credential.pk)
        self.credential = credential

    def __str__(self) -> str:
        return _("This person already holds this award: %(number)s.") % {
            "number": self.credential.number
        }


class AwardIsClosed(CannotBeDone):
    """The award may no longer be earned."""

    def __init__(self, award: Award) -> None:
        super().__init__(award.pk)
        self.award = award

    def __str__(self) -> str:
        return _("“%(award)s” may not be earned at present.") % {"award": self.award}


class IssuesToThemselves(CannotBeDone):
    """What a registrar vouches for is somebody else's."""

    def __str__(self) -> str:
        return _(
            "Nobody issues an award to themselves. Please ask another registrar to look at "
            "your evidence and issue it."
        )


class TheirOwnCredential(CannotBeDone):
    """A registrar does not decide about a credential of their own."""

    def __str__(self) -> str:
        return _("This is your own certificate. Please ask another registrar to do this.")


class HoursNotAttested(CannotBeDone):
    """Hours are typed only for an award that is taught in a room, with who attests them."""

    def __str__(self) -> str:
        return _(
            "Hours can be typed only for an award that is taught in a room, together with the "
            "name of who attests them."
        )


class EarnedInFuture(CannotBeDone):
    """Nobody has earned what is still to come."""

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day

    def __str__(self) -> str:
        return _("%(day)s is still to come. Write the day on which it was earned.") % {
            "day": in_words(self.day)
        }


class DayNotAttested(CannotBeDone):
    """A day that is over is somebody's word, and whose it is stands in the record."""

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day

    def __str__(self) -> str:
        return _(
            "%(day)s is over, so somebody has to attest it. Write who does, under “attested by”."
        ) % {"day": in_words(self.day)}


class TimeHasRunOut(CannotBeDone):
    """What was earned so long ago would not be valid on the day it is issued."""

    def __init__(self, last_day: date) -> None:
        super().__init__(last_day)
        self.last_day = last_day

    def __str__(self) -> str:
        return _(
            "Earned then, it would have been valid until %(day)s, so there is nothing to issue "
            "any more."
        ) % {"day": in_words(self.last_day)}


class EvidenceNeeded(CannotBeDone):
    """A credential issued by hand says what it rests on."""

    def __str__(self) -> str:
        return _("Please say in words what this award rests on.")


class ReasonNeeded(CannotBeDone):
    """A change of standing says why."""

    def __str__(self) -> str:
        return _("Please give a reason. It is kept for the record and never shown in public.")


class AlreadyRevoked(CannotBeDone):
    """What was revoked stays so, unless a second registrar finds that it was an error."""

    def __str__(self) -> str:
        return _(
            "This credential has been revoked. If that was an error, a second registrar can "
            "undo it."
        )


class NotRevoked(CannotBeDone):
    def __str__(self) -> str:
        return _("This credential is not revoked, so there is nothing to undo.")


class SecondRegistrarNeeded(CannotBeDone):
    """A revocation is undone by somebody who did not record it."""

    def __str__(self) -> str:
        return _(
            "You recorded this revocation yourself. Please ask another registrar to look at it: "
            "they can undo it."
        )


class AlreadyWithdrawn(CannotBeDone):
    """Its holder was erased."""

    def __str__(self) -> str:
        return _("Its holder asked to be forgotten, so nothing more is done to it.")


class StillSuspended(CannotBeDone):
    """A new credential would get round the suspension."""

    def __str__(self) -> str:
        return _(
            "This credential is suspended. Please decide about that first: restore it, and it "
            "can be replaced or renewed."
        )


class AlreadyAsked(CannotBeDone):
    """The holder asked for the same and has no answer yet."""

    def __str__(self) -> str:
        return _("You asked for this already, and it is with the issuer. There is nothing to do.")


class AlreadyAnswered(CannotBeDone):
    """Another registrar answered the request first."""

    def __str__(self) -> str:
        return _("This request was answered in the meantime.")


class AnswerNeeded(CannotBeDone):
    """Whoever declines says why, to the holder."""

    def __str__(self) -> str:
        return _("Please say to the holder why not, and what they can do.")


class AlreadySuspended(CannotBeDone):
    def __str__(self) -> str:
        return _("This credential is already suspended.")


class NotSuspended(CannotBeDone):
    def __str__(self) -> str:
        return _("This credential is not suspended, so there is nothing to restore.")


class ChangedMeanwhile(CannotBeDone):
    """An event was recorded since this person opened the page, by them or by somebody else."""

    def __str__(self) -> str:
        return _(
            "This credential was changed in the meantime, perhaps by you in another tab. "
            "What you sent now was not recorded: please look at it again first."
        )


class NamesDiffer(CannotBeDone):
    """What was typed under a statement is not the name on the account."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def __str__(self) -> str:
        return _("Please type your name as it is on your account: %(name)s.") % {"name": self.name}


class WordingNeeded(CannotBeDone):
    """The version may be signed in several wordings, and none of them was chosen."""

    def __str__(self) -> str:
        return _("Please choose the words that are true for you. Both are welcome.")


class DetailNeeded(CannotBeDone):
    """The chosen wording says with whom and when, which the signer left out."""

    def __str__(self) -> str:
        return _("Please say with whom, and when. A role is enough: such as “a peer supporter”.")


class TextChanged(CannotBeDone):
    """A newer version of the statement was published since this person read it."""

    def __init__(self, newest: StatementVersion) -> None:
        super().__init__(newest.pk)
        self.newest = newest

    def __str__(self) -> str:
        return _("The text has changed since you opened it. Please read it again before you sign.")


class CertificateCannotBeRendered(CannotBeDone):
    """The certificate cannot be rendered from what was certified."""


class RenderingFailed(CannotBeDone):
    """The renderer took too long, too much memory, or died. It is tried again."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return _(
            "This certificate could not be drawn in the time and memory that there are. It may "
            "be tried again."
        )


class SealingFailed(RenderingFailed):
    """The key of the seal is out of reach. It is tried again until it is back."""

    def __str__(self) -> str:
        return _(
            "This certificate could not be sealed, because the key of the seal is out of reach. It "
            "may be tried again."
        )


class SigningFailed(CannotBeDone):
    """The key that signs badges or receipts is out of reach, or there is none."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return _(
            "This could not be signed just now: this site has no key for it, or the key is out of "
            "reach. The answer without a signature is as true."
        )


class UnprintableText(CertificateCannotBeRendered):
    """A text has characters that none of the certificate's faces has."""

    def __init__(self, text: str, characters: list[str]) -> None:
        super().__init__(text, characters)
        self.text = text
        self.characters = characters

    def __str__(self) -> str:
        characters = " ".join(map(with_code_point, self.characters[:MOST_CHARACTERS]))
        return _(
            "We cannot print “%(text)s” yet: our certificate’s letters do not include "
            "%(characters)s. Please choose another spelling, or ask whoever runs this site to "
            "add a font for it."
        ) % {
            "text": shortened(self.text),
            "characters": characters + (" …" if self.characters[MOST_CHARACTERS:] else ""),
        }


class UnprintableName(UnprintableText, NameIsNotPrintable):
    """The name is written in letters that none of the certificate's faces has."""


class UnprintableWords(UnprintableText):
    """Other words are, such as what the award says, or who issues it."""


class TooMuchForOnePage(CertificateCannotBeRendered):
    """What was certified does not fit on one page, even in the smallest type."""

    def __str__(self) -> str:
        return _(
            "What this certificate says is too long for one page. Please shorten the award’s "
            "description, its limits or its list of competencies before issuing it again."
        )


def shortened(text: str) -> str:
    """The beginning of a text, enough to know it by."""
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"


def with_code_point(character: str) -> str:
    """A character and its code, for a reader whose screen may not have it either."""
    return f"{character} (U+{ord(character):04X})"


class DayIsOver(CannotBeDone):
    """A day on which to look again lies ahead."""

    def __str__(self) -> str:
        return _("Please choose a day that is still to come.")
