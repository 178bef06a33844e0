"""What every template may say."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation


def house(request: HttpRequest) -> dict[str, object]:
    """Return the organisation, the language of the page and the other one."""
    language = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    return {
        "house": getattr(request, "house", None),
        "language": language,
        "languages": settings.LANGUAGES,
        # A page that answered a form is come back to by its address alone.
        "this_page": request.get_full_path(),
    }
