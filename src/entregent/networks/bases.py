"""Why what a network sends may be kept: a small set of words, the same for every network."""

from typing import Final

from entregent.vocabulary import visibility_of

PUBLIC_SPEECH: Final = "public"
"""Said to everybody, listed or not."""
FOLLOWERS: Final = "followers"
"""Said to the author's followers, of whom we are one."""
DIRECT_MESSAGE: Final = "direct-message"
"""Said to named accounts, ours among them, or in a room that we are in."""
INTERACTION: Final = "interaction"
"""Done to us or to what we wrote, and told to us by the network: a like, a follow."""
CONSENT: Final = "consent"
"""Asked for by the person, such as a newsletter."""

_OF_VISIBILITY: Final = {
    "public": PUBLIC_SPEECH,
    "unlisted": PUBLIC_SPEECH,
    "followers": FOLLOWERS,
    "direct": DIRECT_MESSAGE,
}


def basis_of_speech(to: tuple[str, ...], cc: tuple[str, ...]) -> str:
    """Basis of what is said to an audience; empty where the audience is not told."""
    return _OF_VISIBILITY.get(visibility_of(to, cc), "")


def basis_of_act(to: tuple[str, ...], cc: tuple[str, ...]) -> str:
    """Basis of a like, a follow and their kind, which often have no audience."""
    return _OF_VISIBILITY.get(visibility_of(to, cc), INTERACTION)
