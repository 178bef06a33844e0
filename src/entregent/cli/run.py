"""``entregent run``: the site and its worker, until someone stops them."""

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Self, TextIO

_SETTLED_S = 60.0
_LONGEST_PAUSE_S = 60.0
_STOP_S = 15.0
_SETTLING_S = 1.0

_FRENCH = {
    "port_taken": "Le port {port} est déjà pris. "
    "Choisissez-en un autre : entregent run --port {next}",
    "port_refused": "Impossible d'écouter à {host}, port {port} : {reason}. "
    "Essayez --host 127.0.0.1 --port 8000.",
    "address": "Entregent est ouvert à {address}",
    "first": "Première fois : ouvrez ce lien pour vous présenter. "
    "Il sert une seule fois.\n  {link}",
    "next": "Pour faire entrer des données : entregent listen import CHEMIN",
    "data": "Vos données sont dans {home}",
    "stop": "Pour arrêter : Ctrl+C",
    "listen": "Écouté : {heard} activités",
    "understand": "Compris : {understood} textes lus",
    "remember": "Retenu : {people} personnes connues, {accounts} comptes",
    "coordinate": "En attente d'une personne : {waiting}",
    "addressed": "Adressé : {campaigns} campagnes",
    "measure": "Mesuré : {days} jours comptés",
    "sign_in": "Pour entrer comme Maude, directrice générale "
    "(démonstration; ce lien sert une fois) :\n  {link}",
    "invite": "Le site est ouvert à d'autres machines : aucun lien d'entrée n'est montré ici. "
    "Faites « entregent run » sans --host pour en obtenir un.",
    "loading": "Premier démarrage : la démonstration se prépare (une minute au plus).",
    "worker": "Le travail de fond s'est arrêté (code {code}); nouvel essai dans {pause} s. "
    "Le site reste ouvert.",
}
_ENGLISH = {
    "port_taken": "Port {port} is already taken. Choose another one: entregent run --port {next}",
    "port_refused": "Cannot listen at {host}, port {port}: {reason}. "
    "Try --host 127.0.0.1 --port 8000.",
    "address": "Entregent is open at {address}",
    "first": "First time: open this link to say who you are. It works once.\n  {link}",
    "next": "To bring data in: entregent listen import PATH",
    "data": "Your data is in {home}",
    "stop": "To stop: Ctrl+C",
    "listen": "Heard: {heard} activities",
    "understand": "Understood: {understood} texts read",
    "remember": "Remembered: {people} people known, {accounts} accounts",
    "coordinate": "Waiting for a person: {waiting}",
    "addressed": "Addressed: {campaigns} campaigns",
    "measure": "Measured: {days} days counted",
    "sign_in": "To enter as Maude, the director (demonstration; this link works once):\n  {link}",
    "invite": "The site is open to other machines: no sign-in link is shown here. "
    "Run « entregent run » without --host to get one.",
    "loading": "First start: the demonstration is being prepared (a minute at most).",
    "worker": "The background work has stopped (code {code}); trying again in {pause} s. "
    "The site stays open.",
}


def run(port: int, host: str, *, demo: bool = False) -> int:
    """Serve the site at an address, with its worker, until interrupted.

    Parameters
    ----------
    port : int
        Port to listen on; 0 takes a free one.
    host : str
        Address to listen on; ``127.0.0.1`` is this machine alone.
    demo : bool
        Load the demonstration first, into a house that has nothing yet and never had one.

    Returns
    -------
    int
        Exit code: 0 when stopped by whoever started it, 2 when the port cannot be had.
    """
    # Before anything is prepared: a second start on the same port must change nothing.
    try:
        listener = _listen(host, port)
    except OSError as error:
        words = "port_taken" if _is_taken(error) else "port_refused"
        reason = error.strerror or str(error)
        _say(words, sys.stderr, host=host, port=port, next=port + 1, reason=reason)
        return 2
    stopping = _Stopping()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stopping)
    with listener, contextlib.suppress(KeyboardInterrupt):
        _prepare()
        if demo:
            _load_demonstration()
        _greet(_address(listener), alone=_is_loopback(listener))
        with Worker(), WarmUp() as warm_up:
            _serve(listener, stopping, warm_up)
    # Everything of ours is closed. Libraries have threads of their own, some of which may keep an
    # interpreter that ends from ever doing so.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


class _Stopping:
    """What Ctrl+C and SIGTERM do: they end what is under way, at once or when it looks here.

    Attributes
    ----------
    asked
        Whether anybody asked.
    """

    def __init__(self) -> None:
        self.asked = False
        self._interrupts = True

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Take a signal."""
        self.asked = True
        if self._interrupts:
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def without_interrupts(self) -> Iterator[None]:
        """Only note what is asked meanwhile: whoever does the work looks at it.

        An import that is cut off may lose the interrupt, or leave its lock behind; then nobody
        stops.
        """
        self._interrupts = False
        try:
            yield
        finally:
            self._interrupts = True


class Worker:
    """The background work, as a process of its own, started again when it dies.

    It never takes the site down: while it is away the pages are served, and say what is late.
    """

    def __init__(self) -> None:
        self._over = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._keeper = threading.Thread(target=self._keep, name="worker", daemon=True)

    def __enter__(self) -> Self:
        """Start it."""
        self._keeper.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it: ask first, and end it if it does not answer."""
        with self._lock:
            self._over.set()
            process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
        self._keeper.join(_STOP_S)

    def _keep(self) -> None:
        pause = 1.0
        while True:
            started = time.monotonic()
            with self._lock:
                if self._over.is_set():
                    return
                # A session of its own: Ctrl+C reaches it through us, in order.
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "entregent", "loop", "--parent", str(os.getpid())],
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )
            code = self._process.wait()
            if self._over.is_set():
                return
            if time.monotonic() - started > _SETTLED_S:
                pause = 1.0
            _say("worker", sys.stderr, code=code, pause=round(pause))
            if self._over.wait(pause):
                return
            pause = min(pause * 2, _LONGEST_PAUSE_S)


class WarmUp:
    """Loads, step by step beside the site, what the first pages would otherwise wait for."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._serving = threading.Event()
        self._thread = threading.Thread(target=self._work, name="warm-up", daemon=True)

    def __enter__(self) -> Self:
        """Start it."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it after the step that it is at, if that ends soon."""
        self._over.set()
        self._serving.set()
        self._thread.join(_STOP_S)

    def begin(self) -> None:
        """Begin, now that the site is served: it is never the one that waits."""
        self._serving.set()

    def _work(self) -> None:
        self._serving.wait()
        if self._over.wait(_SETTLING_S):
            return
        from entregent.site.charts.drawing import warm_ups

        for step in warm_ups():
            if self._over.is_set():
                return
            # A page can do without it; it is only quicker with it.
            with contextlib.suppress(Exception):
                step()


def _prepare() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "entregent.site.settings")
    import django

    django.setup()
    from entregent.cli.database import prepare

    prepare()


def _load_demonstration() -> None:
    from entregent.cli.demo import load_with_progress
    from entregent.demonstration.loading import is_wanted

    if is_wanted():
        _say("loading")
        load_with_progress()


def _greet(address: str, *, alone: bool) -> None:
    from django.conf import settings
    from django.urls import reverse

    from entregent.apps.organisation.actions import OrganisationRefused, open_set_up
    from entregent.apps.organisation.demo import is_demonstration, open_demonstration

    if is_demonstration():
        _say_summary()
    _say("address", address=address)
    if is_demonstration() and alone:
        path = reverse("organisation:demonstration", args=[open_demonstration()])
        _say("sign_in", link=address.rstrip("/") + path)
    elif is_demonstration():
        _say("invite")
    else:
        try:
            path = reverse("organisation:first_steps", args=[open_set_up()])
        except OrganisationRefused:
            _say("next")
        else:
            _say("first", link=address.rstrip("/") + path)
    _say("data", home=settings.HOME)
    _say("stop")


def _say_summary() -> None:
    from dataclasses import asdict

    from entregent.demonstration.summary import summary

    between = "\N{NARROW NO-BREAK SPACE}" if in_french() else ","
    counts = {
        name: f"{number:,}".replace(",", between) for name, number in asdict(summary()).items()
    }
    for verb in ("listen", "understand", "remember", "coordinate", "addressed", "measure"):
        _say(verb, **counts)


def _is_loopback(listener: socket.socket) -> bool:
    host: str = listener.getsockname()[0]
    return host == "::1" or host.startswith("127.")


def _serve(listener: socket.socket, stopping: _Stopping, warm_up: WarmUp) -> None:
    with stopping.without_interrupts():
        import uvicorn

        class Server(uvicorn.Server):
            """One that also knows what was asked before it listened to signals itself."""

            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                warm_up.begin()
                self.should_exit = self.should_exit or stopping.asked

        if stopping.asked:
            return
        config = uvicorn.Config(
            "entregent.site.asgi:application",
            log_level="warning",
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=10,
        )
        Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104  # shown, not bound
    return f"http://{f'[{shown}]' if ':' in shown and '[' not in shown else shown}:{port}/"


def _is_taken(error: OSError) -> bool:
    return error.errno == errno.EADDRINUSE


def in_french() -> bool:
    """Whether the terminal's language is French."""
    asked = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    return asked.lower().startswith("fr")


def _say(words: str, file: TextIO | None = None, /, **values: object) -> None:
    sentences = _FRENCH if in_french() else _ENGLISH
    print(sentences[words].format(**values), file=file or sys.stdout, flush=True)
