"""Short names for addresses, made from what people call a thing."""

from collections.abc import Iterable

from django.utils.text import slugify


def free_slug(name: str, taken: Iterable[str]) -> str:
    """Return a slug of `name` that is not in `taken`.

    Examples
    --------
    >>> free_slug("Médias sociaux et Web", [])
    'medias-sociaux-et-web'
    >>> free_slug("Ventes", ["ventes"])
    'ventes-2'
    """
    used = set(taken)
    stem = slugify(name)[:50] or "function"
    slug, number = stem, 1
    while slug in used:
        number += 1
        slug = f"{stem}-{number}"
    return slug
