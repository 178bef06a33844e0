"""What draws a chart: the bundle for the browser, and the server's own pen."""

import hashlib
import importlib
import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from entregent.site.charts.hand import altair


@lru_cache(maxsize=1)
def bundle() -> bytes:
    """The browser's part: Vega, Vega-Lite and Vega-Embed as one module; made once, then kept."""
    import vl_convert

    kept = Path(settings.HOME) / "cache" / f"vega-{bundle_name()}.js"
    try:
        return kept.read_bytes()
    except OSError:
        pass
    # Its types forget that the snippet may be left out.
    text: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]
    made = text.encode()
    kept.parent.mkdir(exist_ok=True)
    draft = kept.with_suffix(".new")
    draft.write_bytes(made)
    draft.replace(kept)
    return made


def warm_ups() -> Iterator[Callable[[], object]]:
    """Steps that load what draws charts and reads the record, before a page asks for it."""
    yield altair
    yield bundle
    yield lambda: importlib.import_module("entregent.lake.record")
    yield lambda: importlib.import_module("entregent.lake.present_some").warm_up()


def bundle_name() -> str:
    """Name of the bundle in addresses: it changes with what it holds, so browsers may keep it."""
    import importlib.metadata

    version = importlib.metadata.version("vl-convert-python")
    return hashlib.sha256(version.encode()).hexdigest()[:12]


def svg(specification: dict[str, Any], width: int = 720) -> str:
    """The chart as a picture, for readers without JavaScript, for print and for letters."""
    import vl_convert

    fixed = specification | {"width": width}
    fixed.pop("autosize", None)
    drawn: str = vl_convert.vegalite_to_svg(json.dumps(fixed))
    return drawn
