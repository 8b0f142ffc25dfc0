"""A question that goes on about the one before, in hardly a word of its own: what answered that one shows where to look."""

from __future__ import annotations

from longhaul.ingest.companies import Companies
from longhaul.ingest.embed import Embedder
from longhaul.ingest.snapshot import Snapshot

from ..types import Plan
from .phrases import FILLER
from .question import analyse, content
from .score import Scorer

_BESIDE = 0.3  # added to the sentences right before and right behind what answered the earlier question; half of it to the next
_REACH = 2
_READ = 12  # sentences that are embedded
_OWN = 1  # words of its own, up to which a question asks for more on that answer: "why?", "since when?", "do the reports agree?"


def follows(scorer: Scorer, plan: Plan, companies: Companies, embedder: Embedder, corpus: Snapshot) -> Scorer:
    """The scorer of a question, its scores raised around the sentence that answers the question before, where it leans on that one."""
    if not plan.context or sum(term not in FILLER for term in content(plan.asked)) > _OWN:
        return scorer
    before = Scorer(analyse(plan.context, companies), scorer.evidence, corpus, plan.window, leaning=True)
    before.read(embedder, _READ, plan.context)
    answer = before.best.quote
    article = sorted({candidate.quote for candidate in scorer.candidates if candidate.quote.source.id == answer.source.id},
                     key=lambda quote: quote.start)
    at = article.index(answer)
    raised = Scorer(scorer.asked, scorer.evidence, corpus, plan.window)
    raised.raised = {article[n]: _BESIDE / abs(n - at) for n in range(max(0, at - _REACH), min(len(article), at + _REACH + 1)) if n != at}
    return raised
