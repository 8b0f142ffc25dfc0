"""What the plain words of a sentence say, and of whom: on invented sentences."""

from __future__ import annotations

import pytest

from longhaul.bot.answer.together import breaths, named
from longhaul.bot.answer.worded import worded
from longhaul.bot.types import Quote
from longhaul.ingest.types import Source


def _told(text: str, companies) -> set[tuple[str, str]]:
    actors = tuple(dict.fromkeys(form.actor for form, _, _ in companies.search(text)))
    quote = Quote(Source("invented", "Invented", companies=actors), text, 0, len(text))
    return {(actor, outcome) for actor, outcome, _ in worded(text, breaths(text, named(quote, companies)))}


@pytest.mark.parametrize(("text", "told"), [
    ("The writer says that the new rules put pressure on Ciena and Nokia.", {("Ciena", "loses"), ("Nokia", "loses")}),
    ("Marvell, Cisco and Intel stay outside the group for now.", {("Marvell", "loses"), ("Cisco", "loses"), ("Intel", "loses")}),
    ("The change means less work for carriers such as Verizon and Lumen.",
     {("telcos", "loses"), ("Verizon", "loses"), ("Lumen Technologies", "loses")}),
    ("Orders at Nokia rose, while many others did not.", set()),
    ("Nokia's optical revenue rose 30% in the quarter.", {("Nokia", "gains")}),
    ("Two carriers, Verizon and AT&T, joined as partners.", {("telcos", "gains"), ("Verizon", "gains"), ("AT&T", "gains")}),
    ("The city opened the network with Zayo as its first partner.", {("Zayo", "gains")}),
    ("A poor harvest did not protect investors this time.", {("investors", "loses")})])
def test_gains_and_losses_in_plain_words(text, told, companies):
    assert _told(text, companies) == told


@pytest.mark.parametrize("text", [
    "Verizon declined to say more.", "The reports mention no pressure on Ciena.", "Nokia made up 20% of the sample.",
    "Nokia quotes lead times of a year.", "Corning never lost a customer.", "The survey of Cisco users fell on a Monday.",
    "NVIDIA says that demand rose."])
def test_other_words_say_nothing(text, companies):
    assert _told(text, companies) == set()


def test_a_group_and_those_of_it_that_are_named_are_one(companies):
    text = "It hurts cloud providers with closed designs, naming AWS's EFA, Google's Jupiter and Meta, but Oracle less."
    quote = Quote(Source("invented", "Invented", companies=("cloud providers", "Amazon Web Services", "Google Cloud", "Meta", "Oracle")),
                  text, 0, len(text))
    first, *rest = breaths(text, named(quote, companies))
    assert {mention.actor for mention in first} == {"cloud providers", "Amazon Web Services", "Google Cloud", "Meta"}
    assert [[mention.actor for mention in breath] for breath in rest] == [["Oracle"]]
