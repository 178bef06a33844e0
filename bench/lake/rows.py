"""Rows of the lake's tables for a month of the invented world, an account after the other."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bench.lake.cast import PAGES
from bench.lake.columns import column, create_end, joined, lists, received, time, where
from bench.lake.world import (
    MENTIONS,
    MONTHS,
    NETWORKS,
    OURS,
    PRIVATE,
    TRACES,
    Deeds,
    Ints,
    month_name,
)
from entregent.lake import keys
from entregent.lake.schema import ACTIVITIES, LABELS, MARKS, RAW, SUPERSEDED
from entregent.understanding.reading import ENGINE
from entregent.vocabulary import PUBLIC, key64, relation_id

if TYPE_CHECKING:
    from bench.lake.months import Month

_CREATED, _DELETED = keys.created_key(0), 0x44656C65746500
_MOODS = ("", "neutral", "positive", "negative", "mixed")
_INTENTS = ("question", "complaint", "thanks", "request", "praise")
_FUNCTIONS = ("accueil", "billetterie", "programmation", "communications")
_ANSWERS = ("une amie", "l'affiche", "Facebook", "la radio", "a friend", "refus")
_CODES = tuple(f"QUAI-{number:02d}" for number in range(14))


class Telling:
    """Makes the rows of one slice."""

    def __init__(self, month: "Month", part: int) -> None:
        self.month, self.cast, self.known = month, month.cast, month.known
        self.random = month.cast.world.random(month.month, 1_000 + part)
        self.others: dict[str, list[pa.Table]] = {
            name: [] for name in ("superseded", "labels", "marks", "raw")
        }

    def tables(self, chosen: dict[str, Ints], sorts: dict[str, Ints]) -> dict[str, pa.Table]:
        """Rows of the chosen deeds of each type, by table; activities last."""
        makers = {
            "Create": self._create,
            "Update": self._update,
            "Like": self._relation,
            "Announce": self._relation,
            "Follow": self._follow,
            "Delete": self._delete,
            "Undo": self._undo,
        }
        tables, order = [], []
        for kind, places in chosen.items():
            if len(places):
                deeds = self.month.deeds[kind]
                some = Deeds(*(getattr(deeds, name)[places] for name in Deeds.__annotations__))
                tables.append(makers.get(kind, self._trace)(kind, some))
                order.append(sorts[kind][places])
        sorted_ = np.argsort(np.concatenate(order), kind="stable")
        activities = pa.concat_tables(tables).combine_chunks().take(pa.array(sorted_))
        others = {name: pa.concat_tables(parts) for name, parts in self.others.items() if parts}
        return others | {"activities": activities}

    # Texts

    def _create(self, kind: str, some: Deeds) -> pa.Table:
        uris, told = self._text(some)
        text = self.month.before + some.place
        root = self.month.root[text - self.month.before]
        answers = some.about >= 0
        parents = np.where(answers, some.about, 0)
        known = self.known
        told |= {
            "key": pa.array(known.key[text] ^ _CREATED),
            "object_key": pa.array(known.key[text]),
            "id": joined(uris, create_end(self.cast.world.networks[some.actor])),
            "type": kind,
            "in_reply_to": where(
                answers, self.cast.texts(known.actor[parents], known.number[parents])
            ),
            "context": where(
                answers, self.cast.texts(known.root_actor[root], known.root_number[root])
            ),
            "reply_key": pa.array(known.key[parents], mask=~answers),
            "thread_key": pa.array(known.root_key[root], mask=~answers),
            **self._audience(some, known.actor[parents], answers),
        }
        self._label(uris, known.key[text], some)
        self._mark(told["key"].to_numpy(), known.key[text], some)
        return self._table(some, told, uris)

    def _update(self, kind: str, some: Deeds) -> pa.Table:
        known = self.known
        first = known.at[some.about]
        number = known.number[some.about]
        texts = Deeds(some.actor, first, some.about, number, some.place)
        uris, told = self._text(texts)
        stamp = pa.array(some.at // 1_000).cast(pa.string())
        subjects = known.key[some.about]
        key = np.array(
            [
                key64("Update", uri, at)
                for uri, at in zip(uris.to_pylist(), stamp.to_pylist(), strict=True)
            ]
        )
        told |= {
            "key": pa.array(key),
            "object_key": pa.array(subjects),
            "id": joined(uris, "#updates/", stamp),
            "type": kind,
            "object_updated": time(some.at),
            **self._audience(some, some.actor, np.zeros(len(some), bool)),
        }
        self._effect(subjects, "object", "edited", some, key, uris)
        self._label(uris, subjects, some)
        return self._table(some, told, uris)

    def _text(self, some: Deeds) -> tuple[pa.Array, dict[str, Any]]:
        """Columns of texts that do not depend on where they stand."""
        count = len(some)
        uris = self.cast.texts(some.actor, some.number)
        is_french = pa.array(self.random.random(count) < 0.75)
        french, english = (
            words.texts(count, self.random) for words in (self.cast.french, self.cast.english)
        )
        plain = pc.if_else(is_french, french[0], english[0])
        self.folded = pc.if_else(is_french, french[1], english[1])
        self.language = pc.if_else(is_french, "fr", "en")
        network = self.cast.world.networks[some.actor]
        tagged = pc.binary_join_element_wise("<p>", plain, "</p>", "")
        return uris, {
            "object_type": "Note",
            "content": pc.if_else(pa.array(network == 0), tagged, plain),
            "language": where((network == 0) | (network == 4), self.language),
            "url": self.cast.webs(some.actor, some.number),
            "attributed_to": self.cast.uris(some.actor),
            "object_published": time(some.at),
            "legal_basis": "public",
        }

    def _audience(self, some: Deeds, parents: Ints, answers: Any) -> dict[str, Any]:
        """To whom texts are said, whom they name, and the keys of all of these."""
        count = len(some)
        ours = self.cast.world.networks[some.actor].astype(np.int64)
        is_ours = some.actor < OURS
        private = (self.random.random(count) < PRIVATE) & ~is_ours
        named = np.where(is_ours, parents, ours)
        names = np.where(is_ours, answers, (self.random.random(count) < MENTIONS)) & ~private
        network = self.cast.world.networks[some.actor]
        uris = self.cast.uris(named)
        to = pc.if_else(pa.array(private), self.cast.uris(ours), PUBLIC)
        follows = pc.binary_join_element_wise(self.cast.uris(some.actor), "/followers", "")
        tag = pc.binary_join_element_wise(
            '{"tag":[{"type":"Mention","href":"',
            uris,
            '","name":"@',
            self.cast.handles(named),
            '"}]}',
            "",
        )
        some_named = names | private
        key = self.cast.keys[np.where(private, ours, named)]
        return {
            "to": lists(to, np.ones(count, bool)),
            "cc": lists(follows, (network == 0) & ~private),
            "object_rest": where(names, tag),
            "named_keys": lists(pa.array(key), some_named),
            "legal_basis": pc.if_else(pa.array(private), "direct-message", "public"),
        }

    # Relations

    def _relation(self, kind: str, some: Deeds) -> pa.Table:
        known = self.known
        about = self.cast.texts(known.actor[some.about], known.number[some.about])
        told = self._related(kind, some, about)
        told["object_key"] = pa.array(known.key[some.about])
        return self._table(some, told, about)

    def _follow(self, kind: str, some: Deeds) -> pa.Table:
        about = self.cast.uris(some.about)
        told = self._related(kind, some, about)
        told["object_key"] = pa.array([key64("object", uri) for uri in about.to_pylist()])
        return self._table(some, told, about)

    def _related(self, kind: str, some: Deeds, about: pa.Array) -> dict[str, Any]:
        actors, targets = self.cast.uris(some.actor).to_pylist(), about.to_pylist()
        pairs = list(zip(actors, targets, strict=True))
        ids = self._relation_ids(kind, some, pairs)
        return {
            "key": pa.array([keys.relation_key(kind, who, what, None) for who, what in pairs]),
            "id": ids,
            "type": kind,
            "legal_basis": "public",
        }

    def _relation_ids(self, kind: str, some: Deeds, pairs: Sequence[tuple[str, str]]) -> pa.Array:
        """Ids as servers give them, or made of what is known."""
        told = self.cast.world.networks[some.actor] == 0
        numbers = some.number.tolist()
        end = f"#{kind.lower()}s/"
        return pa.array(
            [
                f"{who}{end}{number}" if is_told else relation_id(kind, who, what)
                for (who, what), number, is_told in zip(pairs, numbers, told.tolist(), strict=True)
            ]
        )

    def _undo(self, kind: str, some: Deeds) -> pa.Table:
        likes = self.month.deeds["Like"]
        about = likes.about[some.about]
        liked = self.cast.texts(self.known.actor[about], self.known.number[about])
        actors = self.cast.uris(some.actor)
        pairs = list(zip(actors.to_pylist(), liked.to_pylist(), strict=True))
        numbers = likes.number[some.about]
        like = Deeds(some.actor, likes.at[some.about], about, numbers, some.about)
        ids = self._relation_ids("Like", like, pairs)
        uris = joined(ids, "/undo")
        key = np.array([keys.id_key(uri) for uri in uris.to_pylist()])
        rest = pc.binary_join_element_wise('{"actor":"', actors, '","object":"', liked, '"}', "")
        subjects = np.array([keys.relation_key("Like", who, what, None) for who, what in pairs])
        self._effect(subjects, "relation", "undone", some, key, ids)
        told = {
            "key": pa.array(key),
            "object_key": pa.array([key64("object", uri) for uri in ids.to_pylist()]),
            "id": uris,
            "type": kind,
            "object_type": "Like",
            "object_rest": rest,
            "legal_basis": "public",
        }
        return self._table(some, told, ids)

    def _delete(self, kind: str, some: Deeds) -> pa.Table:
        known = self.known
        uris = self.cast.texts(some.actor, known.number[some.about])
        subjects = known.key[some.about]
        key = subjects ^ _DELETED
        self._effect(subjects, "object", "deleted", some, key, uris)
        told = {
            "key": pa.array(key),
            "object_key": pa.array(subjects),
            "id": joined(uris, "#delete"),
            "type": kind,
            "object_type": "Tombstone",
            "legal_basis": "public",
        }
        return self._table(some, told, uris)

    # Traces

    def _trace(self, kind: str, some: Deeds) -> pa.Table:
        count = len(some)
        high, low = self.random.integers(0, 1 << 63, (2, count))
        ids = pa.array(
            [
                f"urn:entregent:{TRACES[kind]}:{a:016x}{b:016x}"
                for a, b in zip(high.tolist(), low.tolist(), strict=True)
            ]
        )
        key = np.array([keys.id_key(uri) for uri in ids.to_pylist()])
        told: dict[str, Any] = {"key": pa.array(key), "id": ids, "type": kind}
        told |= {"voluntary": kind != "View", "legal_basis": "contract"}
        about: pa.Array | None = None
        if kind == "View":
            page = (self.random.pareto(1.2, count) * 8).astype(int) % PAGES
            about = self.cast.pages.take(pa.array(page))
            codes = self.random.integers(0, len(_CODES), count)
            scanned = self.random.random(count) < 0.2
            named = pa.array([f'{{"name":"{code}"}}' for code in _CODES]).take(pa.array(codes))
            told |= {
                "object_key": pa.array(self.cast.page_keys[page]),
                "object_type": "Page",
                "instrument": where(scanned, named),
                "legal_basis": "measurement",
            }
            at = np.flatnonzero(scanned)
            campaigns = [f"campagne-{code // 2}" for code in codes[at].tolist()]
            self._marks(key[at], self.cast.page_keys[page[at]], "campaign", campaigns, some, at)
        elif kind == "schema:BuyAction":
            price = pa.array(self.random.integers(900, 24_000, count) / 100).cast(pa.string())
            told["result"] = pc.binary_join_element_wise(
                '{"type":"schema:Order","schema:price":',
                price,
                ',"schema:priceCurrency":"CAD"}',
                "",
            )
        else:
            chosen = self.random.integers(0, len(_ANSWERS), count)
            told["content"] = pa.array(_ANSWERS).take(pa.array(chosen))
        return self._table(some, told, about)

    # What all have

    def _table(self, some: Deeds, told: dict[str, Any], about: pa.Array | None) -> pa.Table:
        count = len(some)
        nobody = some.actor < 0
        actors = np.where(nobody, 0, some.actor)
        kind = told["type"]
        batch = pa.array(self.month.batches(some.at))
        slugs = pa.array([f"file:{network}" for network in NETWORKS])
        native = told["id"] if about is None or kind != "Create" else about
        columns = {
            "month": month_name(self.month.month),
            "actor_key": pa.array(self.cast.keys[actors], mask=nobody),
            "actor": where(~nobody, self.cast.uris(actors)),
            "object_id": about,
            "published": time(some.at),
            "received_at": time(received(some.at, actors)),
            "source": (
                f"file:{TRACES[kind]}"
                if kind in TRACES
                else slugs.take(pa.array(self.cast.world.networks[actors]))
            ),
            "dataschema": f"{TRACES.get(kind, 'as2')}/1",
            "voluntary": True,
            "batch": batch,
        } | told
        table = pa.table(
            {
                each.name: column(columns.get(each.name), each.type, count)
                for each in ACTIVITIES.schema
            },
            schema=ACTIVITIES.schema,
        )
        if self.month.month == MONTHS - 1:
            self._raw(table, native)
        return table

    def _effect(
        self, subjects: Ints, scope: str, state: str, some: Deeds, key: Ints, about: pa.Array
    ) -> None:
        count = len(some)
        final = int(state in {"deleted", "undone"})
        columns = {
            "subject": pa.array(subjects),
            "scope": scope,
            "state": state,
            "rank": pa.array(2 * some.at + final),
            "version": time(some.at),
            "key": pa.array(key),
            "told_of": pa.array([keys.id_key(uri) for uri in about.to_pylist()]),
            "batch": pa.array(self.month.batches(some.at)),
        }
        self._add("superseded", SUPERSEDED.schema, columns, count)

    def _label(self, uris: pa.Array, subjects: Ints, some: Deeds) -> None:
        count = len(some)
        written = np.datetime_as_string(some.at.astype("datetime64[us]"), unit="s").tolist()
        certain = self.random.beta(9, 1, count)
        moods = pa.array(_MOODS).take(
            pa.array(self.random.choice(len(_MOODS), count, p=(0.35, 0.3, 0.2, 0.12, 0.03)))
        )
        intents = pa.array(_INTENTS).take(pa.array(self.random.integers(0, len(_INTENTS), count)))
        columns = {
            "key": pa.array(
                [
                    key64("label", uri, f"{when}+00:00", ENGINE)
                    for uri, when in zip(uris.to_pylist(), written, strict=True)
                ]
            ),
            "object_key": pa.array(subjects),
            "at": time(some.at),
            "language": self.language,
            "language_certainty": pa.array(np.round(certain, 4)),
            "state_of_mind": pc.if_else(pc.equal(moods, ""), None, moods),
            "strength": pa.array(np.round(self.random.random(count), 2)),
            "intents": lists(intents, self.random.random(count) < 0.4, empty=True),
            "engine": ENGINE,
            "batch": pa.array(self.month.batches(some.at)),
            "actor_key": pa.array(self.cast.keys[some.actor]),
            "folded": self.folded,
        }
        self._add("labels", LABELS.schema, columns, count)

    def _mark(self, key: Ints, subjects: Ints, some: Deeds) -> None:
        """Saved queries and functions of texts."""
        count = len(some)
        at = np.flatnonzero(self.random.random(count) < 0.08)
        queries = self.random.integers(1, 13, len(at)).astype(str).tolist()
        self._marks(key[at], subjects[at], "query", queries, some, at)
        at = np.flatnonzero(self.random.random(count) < 0.04)
        functions = [_FUNCTIONS[n] for n in self.random.integers(0, 4, len(at)).tolist()]
        self._marks(key[at], subjects[at], "function", functions, some, at)

    def _marks(
        self,
        key: Ints,
        subjects: Ints,
        dimension: str,
        values: Sequence[str],
        some: Deeds,
        at: Ints,
    ) -> None:
        told = zip(key.tolist(), values, strict=True)
        columns = {
            "key": pa.array([key64("mark", str(one), dimension, value) for one, value in told]),
            "activity_key": pa.array(key),
            "object_key": pa.array(subjects),
            "dimension": dimension,
            "value": pa.array(values, pa.string()),
            "at": time(some.at[at]),
            "batch": pa.array(self.month.batches(some.at[at])),
        }
        self._add("marks", MARKS.schema, columns, len(at))

    def _raw(self, table: pa.Table, native: pa.Array) -> None:
        """What networks told of the newest month, as their objects looked."""
        payload = pc.binary_join_element_wise(
            '{"@context":"https://www.w3.org/ns/activitystreams","id":"',
            table["id"],
            '","type":"',
            table["type"],
            '","actor":"',
            pc.coalesce(table["actor"], ""),
            '","object":{"id":"',
            pc.coalesce(table["object_id"], ""),
            '","content":"',
            pc.coalesce(table["content"], ""),
            '","url":"',
            pc.coalesce(table["url"], ""),
            '","to":["https://www.w3.org/ns/activitystreams#Public"],"published":"',
            table["published"].cast(pa.timestamp("s")).cast(pa.string()),
            '","sensitive":false,"attachment":[],"tag":[],"replies":{"type":"Collection"}}}',
            "",
        )
        columns = {
            "month": table["month"],
            "ref": table["key"],
            "native": native,
            "source": table["source"],
            "received_at": table["received_at"],
            "payload": payload,
            "batch": table["batch"],
        }
        self._add("raw", RAW.schema, columns, len(table))

    def _add(self, name: str, schema: pa.Schema, columns: dict[str, Any], count: int) -> None:
        self.others[name].append(
            pa.table(
                {each.name: column(columns.get(each.name), each.type, count) for each in schema},
                schema=schema,
            )
        )
