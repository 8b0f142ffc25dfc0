"""The ledger: made with the article, exact in every span, gone with the article, read again where the list of actors changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import yaml

from longhaul.ingest.classify import Row, load_classifier
from longhaul.ingest.companies import Companies
from longhaul.ingest.ledger import BASES
from longhaul.ingest.pipeline import ingest, seeds_folder
from longhaul.ingest.types import Filter, UserError

GAIN = "Lumen took its largest contract away from Zayo."
LOSS = "Zayo lost its largest customer in August 2024."
PLAIN = "The routes are made of glass."


@pytest.fixture(scope="module")
def user_article(bot):
    """The claims of the user's own article, by actor."""
    found = {}
    for claim in bot.claims(article="2025-11-04-verizon-aws-ai-networking"):
        found.setdefault(claim.actor, []).append(claim)
    return found


@pytest.mark.parametrize("actor", ["Verizon", "Amazon Web Services", "enterprises"])
def test_who_gains_in_the_users_article(user_article, actor):
    outcomes = [claim.outcome for claim in user_article[actor]]
    assert outcomes.count("gains") > outcomes.count("loses")


@pytest.mark.parametrize("actor", ["AT&T", "T-Mobile US"])
def test_who_loses_by_opinion_in_the_users_article(user_article, actor):
    assert {claim.outcome for claim in user_article[actor]} == {"loses"}
    assert "puts pressure on" in next(claim.text for claim in user_article[actor] if claim.basis == "opinion")


def test_who_may_lose_in_the_users_article(user_article):
    lost = [claim for claim in user_article["smaller companies"] if claim.outcome == "loses"]
    assert lost and {claim.basis for claim in lost} <= {"forecast", "question"}


def test_what_the_writer_judges_is_not_reported(user_article):
    """Only what DCD reports, in the first paragraph, is reported; the rest is the writer's own reading."""
    reported = [claim.text for claims in user_article.values() for claim in claims if claim.basis == "reported"]
    assert all(text.startswith(("According to DCD", "The carrier will build", "This builds on")) for text in reported), reported


def test_every_claim_of_the_seeds_is_exact(bot):
    claims = bot.claims()
    assert len(claims) > 200 and len({claim.id for claim in claims}) == len(claims)
    for claim in claims:
        text = bot.article(claim.source.id).text
        assert text[claim.start:claim.end] == claim.text and claim.cue and claim.cue in claim.text
        assert claim.outcome in ("gains", "loses", "mixed") and claim.basis in BASES and 0 < claim.confidence <= 1
        assert claim.actor in claim.source.companies


def test_claims_come_and_go_with_their_article(take, write, now):
    path = write("a", f"{GAIN} {PLAIN} {LOSS}", "title: One\ndate: 2025-03-01")
    other = write("b", LOSS, "title: Two")
    take(path.parent)
    first = now.claims(article="a")
    assert {(claim.actor, claim.outcome, claim.text) for claim in first} >= {
        ("Lumen Technologies", "gains", GAIN), ("Zayo", "loses", GAIN), ("Zayo", "loses", LOSS)}
    assert [claim.event_date for claim in first if claim.text == LOSS] == [date(2024, 8, 31)]
    assert {claim.text for claim in first} == {GAIN, LOSS}  # nothing is said of anybody in the sentence between
    write("a", f"{PLAIN} {LOSS}", "title: One\ndate: 2025-03-01")
    take(path.parent)
    second = now.claims(article="a")
    assert [claim.text for claim in second] == [LOSS] and second[0].start == len(PLAIN) + 1
    assert second[0].id in {claim.id for claim in first}  # the same words keep their id wherever they move
    other.unlink()
    take(path.parent, prune=True)
    assert {claim.source.id for claim in now.claims()} == {"a"}
    write("a", PLAIN, "title: One\ndate: 2025-03-01")
    take(path.parent)
    assert now.claims() == []


def test_the_same_sentence_twice_makes_two_claims(take, write, now):
    take(write("a", f"{LOSS} {PLAIN} {LOSS}"))
    one, two = now.claims()
    assert (one.text, one.actor) == (two.text, two.actor) and one.id != two.id and one.start < two.start


def test_a_title_makes_no_claim(take, write, now):
    take(write("a", PLAIN, f'title: "{LOSS}"'))
    assert now.claims() == [] and "Zayo" in now.article("a").source.companies


def test_filters(take, write, now):
    take(write("a", f"{GAIN} {LOSS}", "title: One\ndate: 2025-03-01\npublished: 2025-03-02\npublisher: The Wire"))

    def found(**narrowed) -> set[tuple[str, str]]:
        return {(claim.actor, claim.text) for claim in now.claims(Filter(**narrowed))}

    everything = found()
    assert found(companies=("Zayo",)) == {pair for pair in everything if pair[0] == "Zayo"} != everything
    assert found(publishers=("The Wire",)) == everything and found(publishers=("Another",)) == set()
    assert found(until=date(2024, 12, 31)) == {("Zayo", LOSS)}  # by the day that the sentence itself gives
    assert found(since=date(2025, 1, 1)) == everything - {("Zayo", LOSS)}
    assert found(as_of=date(2025, 3, 1)) == set() and found(as_of=date(2025, 3, 2)) == everything


def test_what_is_to_come_is_found_by_the_day_it_was_said(take, write, now):
    take(write("a", "Lumen expects to win more than $3 billion of new orders by 2028.", "title: One\ndate: 2025-03-01"))
    [claim] = now.claims()
    assert (claim.basis, claim.event_date) == ("forecast", date(2028, 12, 31))
    assert now.claims(Filter(until=date(2025, 3, 1))) == [claim]


def test_a_new_company_is_found_in_all_that_is_stored(index, embedder, companies, write, now):
    kept = write("a", "Gondwana Networks took the contract away from Zayo.", "companies: [Some Newcomer]")
    ingest(index, embedder, companies, [kept])
    assert now.article("a").source.companies == ("Some Newcomer", "Zayo")
    assert {claim.actor for claim in now.claims()} == {"Zayo"}
    vectors, state = [entry.vectors.tolist() for entry in _entries(index)], now.state
    kept.unlink()
    longer = Companies([*companies.rows.values(), {"name": "Gondwana Networks"}])
    other = write("b", PLAIN)
    report = ingest(index, embedder, longer, [other])
    assert (report.added, report.updated) == (["b"], [])
    assert now.article("a").source.companies == ("Some Newcomer", "Gondwana Networks", "Zayo")
    assert {(claim.actor, claim.outcome) for claim in now.claims()} == {("Gondwana Networks", "gains"), ("Zayo", "loses")}
    assert [entry.vectors.tolist() for entry in _entries(index) if entry.article.source.id == "a"] == vectors
    assert now.state != state
    state = now.state
    assert ingest(index, embedder, longer, [other]).unchanged == ["b"] and now.state == state
    ingest(index, embedder, companies, [])  # taken off the list again
    assert now.article("a").source.companies == ("Some Newcomer", "Zayo") and {claim.actor for claim in now.claims()} == {"Zayo"}


def _entries(index):
    with index.snapshot() as corpus:
        return list(corpus.entries())


def test_a_list_of_ones_own(longhaul, tmp_path, write, monkeypatch):
    rows = [{"name": "Gondwana Networks", "aliases": ["Gondwana"], "products": ["PangaeaLink"]}]
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(rows), "utf-8")
    monkeypatch.setenv("LONGHAUL_COMPANIES", str(tmp_path / "mine.yaml"))
    path = write("a", "PangaeaLink took a quarter of the market from its rivals.")
    longhaul("ingest", path, "--index", tmp_path / "index")
    assert "Gondwana Networks\tgains" in longhaul("claims", "--company", "gondwana", "--index", tmp_path / "index").stdout


def test_a_run_without_change_reads_nothing_again(take, write, monkeypatch):
    path = write("a", GAIN)
    take(path)
    monkeypatch.setattr("longhaul.ingest.classify.Classifier.classify", lambda *_: pytest.fail("it was judged again"))
    assert take(path).unchanged == ["a"]


def test_the_basis_of_what_is_quoted(bot):
    id = "2025-11-04-verizon-aws-ai-networking"
    text = bot.article(id).text
    with bot.index.snapshot() as corpus:
        def basis(words: str) -> str:
            return corpus.basis(id, text.index(words), text.index(words) + len(words))

        assert basis("The carrier will build new") == "reported"
        assert basis("This partnership makes perfect sense for both sides.") == "opinion"
        assert basis("premium pricing that only the biggest players can afford") == "question"
        assert basis("connect AWS data center locations. This builds on") == "reported"
        assert basis("for both sides. Verizon gets to monetize") == "opinion"
        assert basis("good news. More dedicated AI networking means better performance and reliability for their applications. But here’s "
                     "a question") == "question"  # of several sentences the least firm
        assert corpus.basis("no-such-article", 0, 10) is None


def test_an_answer_never_shows_an_opinion_as_a_fact(bot):
    answer = bot.ask("Does the Verizon AWS deal put pressure on AT&T and T-Mobile?")
    assert answer.statements and all(statement.basis in BASES for statement in answer.statements)
    pressed = [statement for statement in answer.statements if "puts pressure on" in statement.text]
    assert pressed and {statement.basis for statement in pressed} <= {"opinion", "question"}  # one goes on to ask
    assert "(opinion) [" in answer.text or "|opinion|" in answer.text
    for question in ("Who is the chief executive of Nintendo?", "What did Verizon announce?"):
        assert all(statement.basis in BASES for statement in bot.ask(question).statements)


def test_text_that_no_model_was_made_for():
    rows = [Row(""), Row(" "), Row("東京のキャリアは負けた。", ((0, 2),)), Row("x" * 5000, ((4000, 4005),)),
            Row("Verizon wins. " * 200, ((2700, 2707),)), Row("\u202e\0Zayo\x1b[31m loses", ((2, 6),))]
    for row, judged in zip(rows, load_classifier().classify(rows), strict=True):
        assert sum(judged.scores) == pytest.approx(1) and sum(judged.bases) == pytest.approx(1)
        start, end = judged.cue
        assert 0 <= start <= end <= len(row.text)


def test_a_sentence_is_judged_alike_alone_and_among_others():
    classifier = load_classifier()
    rows = [Row(GAIN, ((0, 5),)), Row(GAIN, ((41, 45),)), Row(LOSS, ((0, 4),)), Row(PLAIN)]
    together = classifier.classify([*rows, *(Row(f"{GAIN} {n}", ((0, 5),)) for n in range(50))])[:4]
    for row, judged in zip(rows, together, strict=True):
        assert classifier.classify([row])[0].scores == pytest.approx(judged.scores, abs=1e-4)
    assert [judged.outcome for judged in together] == ["gains", "loses", "loses", "neutral"]
    assert together[2].basis == "reported" and LOSS[slice(*together[2].cue)].startswith("lost")


def test_a_classifier_that_is_not_there(tmp_path):
    from longhaul.ingest.classify import Classifier

    (tmp_path / "broken.safetensors").write_bytes(b"x" * 100)
    for name in ("none.safetensors", "broken.safetensors"):
        with pytest.raises(UserError, match="cannot be read"):
            Classifier(tmp_path / name)


def test_the_seeds_name_who_they_are_about(bot):
    listed = {source.id: source for source in bot.sources()}
    assert len(listed) == len(list(seeds_folder().glob("*.md")))
    source = listed["2025-11-04-verizon-aws-ai-networking"]
    assert source.listed and replace(source, listed=()).companies[:len(source.listed)] == source.listed
