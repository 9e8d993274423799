"""What the families call the children of their pairing."""

import pytest

from agreements.history import first_names
from families.models import Person


def called(*names):
    children = [Person(pk=pk, name=name) for pk, name in enumerate(names)]
    return first_names(children)


@pytest.mark.parametrize(
    ("names", "read"),
    [
        (["Noor"], ["Noor"]),
        (["Noor de Boer", "Sem Jansen"], ["Noor", "Sem"]),
        (["Anne Fleur de Boer", "Anne Sophie"], ["Anne F.", "Anne S."]),
        (["Noor Jansen", "Noor"], ["Noor J.", "Noor"]),
        (["  Noor   Jansen "], ["Noor"]),
    ],
)
def test_children_go_by_their_first_name(names, read):
    assert [*called(*names).values()] == read


def test_a_child_without_a_name_is_called_nothing():
    assert called("", "Sem", " ") == {1: "Sem"}
