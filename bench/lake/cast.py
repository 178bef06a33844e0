"""The accounts of the invented world: their addresses and keys, and the words they speak."""

from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bench.lake.words import Vocabulary, names
from bench.lake.world import NETWORKS, OURS, Ints, World
from entregent.understanding.folding import fold
from entregent.vocabulary import key64, keyed64

PAGES = 300
_PATHS = pa.array(["/statuses/", "/status/", "/posts/", "/p/", "/post/", "/comments/"])
_SERVERS = 12


class Cast:
    """Accounts with their addresses and keys, and the words that are spoken.

    Parameters
    ----------
    world
        Whose.
    secret
        Behind the keys of accounts.
    """

    def __init__(self, world: World, secret: bytes) -> None:
        self.world = world
        self._secret = secret
        self._first, self._last = pa.array(names("first")), pa.array(names("last"))
        given = [fold(name).written().strip().replace(" ", "") for name in names("first")]
        family = [fold(name).written().strip().replace(" ", "") for name in names("last")]
        self._given, self._family = pa.array(given), pa.array(family)
        self.french = Vocabulary.of("fr", world.seed)
        self.english = Vocabulary.of("en", world.seed)
        self.pages = pa.array([f"https://frimas.example/pages/{n}" for n in range(PAGES)])
        self.page_keys = np.array([key64("object", uri) for uri in self.pages.to_pylist()])
        hosts = [f"https://{network}.example/" for network in NETWORKS]
        servers = [f"https://social{number}.example/users/" for number in range(_SERVERS)]
        webs = [f"https://social{number}.example/@" for number in range(_SERVERS)]
        self._hosts, self._webs = pa.array(servers + hosts), pa.array(webs + hosts)

    @cached_property
    def keys(self) -> Ints:
        """Key of every account, shape (accounts,)."""
        found = np.empty(self.world.accounts, np.int64)
        for begin in range(0, len(found), 100_000):
            some = np.arange(begin, min(begin + 100_000, len(found)))
            uris = self.uris(some).to_pylist()
            found[some] = [keyed64(self._secret, uri) for uri in uris]
        return found

    def handles(self, accounts: Ints) -> pa.Array:
        """What comes last in the addresses of some accounts."""
        given, family = len(self._given), len(self._family)
        more = accounts // (given * family)
        number = pc.if_else(pa.array(more > 0), pa.array(more).cast(pa.string()), "")
        name = pc.binary_join_element_wise(
            self._given.take(pa.array(accounts % given)),
            ".",
            self._family.take(pa.array((accounts // given) % family)),
            number,
            "",
        )
        return pc.if_else(pa.array(accounts < OURS), "frimas", name)

    def names(self, accounts: Ints) -> pa.Array:
        """Names that some accounts show."""
        given, family = len(self._first), len(self._last)
        return pc.binary_join_element_wise(
            self._first.take(pa.array(accounts % given)),
            self._last.take(pa.array((accounts // given) % family)),
            " ",
        )

    def uris(self, accounts: Ints) -> pa.Array:
        """Addresses of some accounts."""
        return pc.binary_join_element_wise(
            self._hosts.take(pa.array(self._host(accounts))), self.handles(accounts), ""
        )

    def webs(self, accounts: Ints, numbers: Ints) -> pa.Array:
        """Addresses of texts as browsers open them; NULL where the network gives none."""
        found = pc.binary_join_element_wise(
            self._webs.take(pa.array(self._host(accounts))),
            self.handles(accounts),
            "/",
            pa.array(numbers).cast(pa.string()),
            "",
        )
        return pc.if_else(pa.array(self.world.networks[accounts] == 0), found, None)

    def texts(self, accounts: Ints, numbers: Ints) -> pa.Array:
        """Addresses of texts by their authors and numbers."""
        path = _PATHS.take(pa.array(self.world.networks[accounts]))
        return pc.binary_join_element_wise(
            self.uris(accounts), path, pa.array(numbers).cast(pa.string()), ""
        )

    def _host(self, accounts: Ints) -> Ints:
        network = self.world.networks[accounts].astype(np.int64)
        return np.where(network == 0, accounts % _SERVERS, _SERVERS + network)
