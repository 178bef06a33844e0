"""Order and search do not depend on the database: it folds as Python does."""

import pytest
from django.db.models import Value
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from entregent.apps.organisation import queries
from entregent.apps.organisation.folded import Folded, folded
from entregent.apps.organisation.models import Function, Member
from entregent.apps.organisation.queries import Member as Viewer

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00", max_codepoint=0x24F), max_size=30
) | st.text("aàâbçéÉEeœŒß'’-– zZ1٣Ωωσς한İı", max_size=12)


class TestFolding(TestCase):
    """The database's own folding, text by text."""

    @settings(max_examples=200)
    @given(TEXTS)
    @example("Élise NADEAU-Prévost")
    @example("SΣ")
    def test_the_database_folds_as_python_does(self, text: str) -> None:
        found = Function.objects.annotate(told=Folded(Value(text))).values_list("told", flat=True)
        Function.objects.get_or_create(slug="une", name_fr="Une", name_en="One")
        assert list(found) == [folded(text)]


@pytest.mark.django_db
def test_members_stand_in_the_order_in_which_people_look_for_them(alice: Viewer) -> None:
    names = ["Zoé", "élise", "Emma", "Edgar", "Éloi", "de la Durantaye", "Œdipe", "eva"]
    for number, name in enumerate(names):
        Member.objects.create(
            email=f"{number}@frimas.example", name=name, language="fr", role="member"
        )
    found = [member.name for member in queries.members(alice) if member.pk != alice.pk]
    assert found == [
        *("de la Durantaye", "Edgar", "élise", "Éloi", "Emma", "eva", "Œdipe", "Zoé"),
    ]
